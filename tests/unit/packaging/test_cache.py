from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from eventyard.errors import EventyardError
from eventyard.packaging.cache import ABANDONED_AFTER_SECONDS, Cache, write_atomically

if TYPE_CHECKING:
    from pathlib import Path

DAY = 24 * 3600


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def in_process(code: str, *words: object) -> subprocess.Popen[str]:
    scripts = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        env={**os.environ, "PYTHONPATH": scripts},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_an_entry_is_there_when_its_block_has_ended_and_not_before(cache: Cache) -> None:
    with cache.writing("kind", "name") as scratch:
        scratch.write_text("x")
        assert not cache.path("kind", "name").exists()
    assert cache.path("kind", "name").read_text() == "x"
    assert list((cache.folder / "partial").iterdir()) == []


def test_a_block_that_fails_leaves_nothing_and_an_entry_as_it_was(cache: Cache) -> None:
    with cache.writing("kind", "name") as scratch:
        scratch.write_text("before")

    def fail() -> None:
        with cache.writing("kind", "name") as scratch:
            scratch.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert cache.path("kind", "name").read_text() == "before"
    assert list((cache.folder / "partial").iterdir()) == []


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_entries_can_be_read_by_all_whatever_the_umask(cache: Cache, umask: int) -> None:
    cache.path("kind", "x").parent.mkdir(parents=True)
    (cache.folder / "partial").mkdir()
    before = os.umask(umask)
    try:
        with cache.writing("kind", "name") as scratch:
            scratch.touch()
    finally:
        os.umask(before)
    assert cache.path("kind", "name").stat().st_mode & 0o777 == 0o644


def test_scratch_folders_are_private_and_never_shared(cache: Cache) -> None:
    with cache.scratch() as one, cache.scratch() as two:
        assert one != two
        assert one.stat().st_mode & 0o777 == 0o700
        (one / "deep/down").mkdir(parents=True)
        (one / "deep/down/file").touch()
    assert list((cache.folder / "partial").iterdir()) == []


def test_what_a_killed_run_left_is_swept_after_a_day(cache: Cache) -> None:
    with cache.scratch():
        pass
    old, young = cache.folder / "partial/1-2-3", cache.folder / "partial/4-5-6"
    for folder in (old, young):
        folder.mkdir()
        (folder / "half").touch()
    os.utime(old, (time.time() - ABANDONED_AFTER_SECONDS - 60,) * 2)
    with cache.scratch():
        assert not old.exists()
        assert young.exists()


def test_a_cache_that_can_not_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "partial").touch()
    with pytest.raises(EventyardError, match="can't be written to") as caught, Cache(tmp_path).scratch():
        pass
    assert caught.value.where == str(tmp_path / "partial")


def test_use_is_noted_once_a_day(cache: Cache) -> None:
    with cache.writing("kind", "name") as scratch:
        scratch.touch()
    path = cache.path("kind", "name")
    for age, noted in ((2 * DAY, True), (DAY / 2, False)):
        then = time.time() - age
        os.utime(path, (then, then))
        cache.used(path)
        assert (path.stat().st_mtime > then + 1) is noted
    cache.used(cache.path("kind", "gone"))


def test_threads_take_turns(cache: Cache) -> None:
    inside: list[int] = []

    def work() -> None:
        with cache.alone("kind", "name"):
            inside.append(1)
            assert len(inside) == 1
            time.sleep(0.005)
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert inside == []
    with cache.alone("kind", "other"), cache.alone("kind", "name"):
        pass


HOLD = """
import sys, time
from pathlib import Path
from eventyard.errors import EventyardError
from eventyard.packaging.cache import Cache
with Cache(Path(sys.argv[1])).alone("kind", "name"):
    print("held", flush=True)
    time.sleep(60)
"""
COUNT = """
import sys
from pathlib import Path
from eventyard.errors import EventyardError
from eventyard.packaging.cache import Cache
cache, counter = Cache(Path(sys.argv[1])), Path(sys.argv[2])
for _ in range(50):
    with cache.alone("kind", "name"):
        counter.write_text(str(int(counter.read_text()) + 1))
        if _ % 7 == 0:
            for lock in (cache.folder / "locks").iterdir():
                lock.unlink()  # as trimming may
"""


def test_the_lock_of_a_killed_process_is_free(cache: Cache) -> None:
    holder = in_process(HOLD, cache.folder)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    holder.send_signal(signal.SIGKILL)
    holder.wait(30)
    holder.stdout.close()
    with cache.alone("kind", "name"):
        pass


def test_processes_take_turns_even_if_locks_are_trimmed_meanwhile(cache: Cache, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    processes = [in_process(COUNT, cache.folder, counter) for _ in range(4)]
    assert [process.communicate(timeout=60) and process.returncode for process in processes] == [0] * 4
    assert counter.read_text() == "200"


WRITE = """
import sys
from pathlib import Path
from eventyard.errors import EventyardError
from eventyard.packaging.cache import Cache
cache = Cache(Path(sys.argv[1]))
content = sys.argv[2].encode() * 100_000
for _ in range(30):
    with cache.writing("kind", "name") as scratch:
        scratch.write_bytes(content)
"""


def test_readers_see_whole_entries_while_others_write(cache: Cache) -> None:
    processes = [in_process(WRITE, cache.folder, letter) for letter in "abc"]
    seen = set()
    while any(process.poll() is None for process in processes):
        try:
            content = cache.path("kind", "name").read_bytes()
        except FileNotFoundError:
            continue
        assert len(content) == 100_000
        assert len(set(content)) == 1
        seen.add(content[:1])
    assert [process.communicate(timeout=60) and process.returncode for process in processes] == [0, 0, 0]
    assert seen


def test_a_file_is_replaced_as_a_whole_and_only_if_it_differs(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"one")
    first = path.stat()
    assert first.st_mode & 0o777 == 0o644
    write_atomically(path, b"one")
    assert path.stat().st_ino == first.st_ino
    assert path.stat().st_mtime_ns == first.st_mtime_ns
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_replacement_that_fails_leaves_no_scratch_file(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there/file").touch()
    with pytest.raises(OSError, match="directory"):
        write_atomically(tmp_path / "there", b"x")
    assert [file.name for file in tmp_path.iterdir()] == ["there"]
