from __future__ import annotations

import importlib
import os
import pkgutil
import re
import subprocess
import sys
import threading
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from eventyard import packaging
from eventyard.errors import EventyardError
from eventyard.packaging import Artefact, Manifest, Platform, sharing, trim
from eventyard.packaging.cache import Cache

from .conftest import LAMBDA, put, wheel

DAY = 24 * 3600
MONTH = timedelta(days=30)
ALL = timedelta(0)
ROUNDS = 50


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def entry(cache: Cache, kind: str, name: str, *, days: float = 0, size: int = 100) -> Path:
    """Make an entry that was last of use so many days ago."""
    with cache.writing(kind, name) as scratch:
        scratch.write_bytes(b"x" * size)
    path = cache.path(kind, name)
    used_days_ago(path, days)
    return path


def used_days_ago(path: Path, days: float) -> None:
    then = time.time() - days * DAY
    os.utime(path, (then, then))


def test_the_kinds_and_what_they_hold_are_told(cache: Cache) -> None:
    entry(cache, "wheels", "a.whl", size=1000)
    entry(cache, "wheels", "b.whl", size=500)
    entry(cache, "bytecode", "ab/c.pyc", size=7)
    entry(cache, "bytecode", "cd/d.pyc", size=8)
    put(cache.folder, {"uv/simple/index": "12345", "pytest/v/nodes": "[]"})
    put(cache.folder / "dependencies", {"set/site/one.py": "1", "set/members.json": "[]"})
    found = trim.show(cache)
    assert found["wheels"] == trim.Tally(2, 1500)
    assert found["bytecode"] == trim.Tally(2, 15)
    assert found["dependencies"] == trim.Tally(1, 3)
    assert found["artefacts"] == trim.Tally(0, 0)
    assert found["uv"] == trim.Tally(1, 5)
    assert "pytest" not in found


def test_a_cache_that_is_not_there_holds_nothing_and_is_not_made(cache: Cache) -> None:
    assert set(trim.show(cache).values()) == {trim.Tally()}
    assert trim.trim(cache, ALL).left == trim.clear(cache).left == trim.Tally()
    assert not cache.folder.exists()


def test_every_kind_that_packaging_writes_is_known() -> None:
    """A kind that trimming does not know would grow for ever."""
    calls = re.compile(r"cache\.(?:path|writing|keep)\(\s*([A-Z_]+|\"[a-z-]+\")")
    found = set()
    for module in pkgutil.walk_packages(packaging.__path__, "eventyard.packaging."):
        if module.name.endswith(("._compile", ".trim")):
            continue
        loaded = importlib.import_module(module.name)
        text = Path(str(loaded.__file__)).read_text(encoding="utf-8")
        found |= {name.strip('"') if '"' in name else getattr(loaded, name) for name in calls.findall(text)}
        found |= {getattr(loaded, "KIND")} if hasattr(loaded, "KIND") else set()  # noqa: B009 - modules have many forms
    assert {"artefacts", "bytecode", "recipes", "wheels"} <= found
    assert found <= trim.KINDS.keys()


def test_what_has_not_been_used_for_long_goes(cache: Cache) -> None:
    old, young = entry(cache, "wheels", "old.whl", days=31), entry(cache, "wheels", "young.whl", days=29)
    sharded = entry(cache, "bytecode", "ab/old.pyc", days=40)
    folder = cache.path("dependencies", "set")
    put(folder, {"site/one.py": "1"})
    used_days_ago(folder, 31)
    done = trim.trim(cache, MONTH)
    assert {one.path for one in done.removed} == {old, sharded, folder}
    assert not any(path.exists() for path in (old, sharded, folder))
    assert young.is_file()
    assert done.left == trim.Tally(1, 100)
    assert list((cache.folder / "partial").iterdir()) == []


def test_of_the_rest_the_least_recently_used_go_until_it_is_small_enough(cache: Cache) -> None:
    entries = [entry(cache, "wheels", f"{days}.whl", days=days) for days in (5, 1, 3, 2, 4)]
    done = trim.trim(cache, MONTH, max_bytes=250)
    assert [one.path.name for one in done.removed] == ["5.whl", "4.whl", "3.whl"]
    assert sorted(path.name for path in entries if path.exists()) == ["1.whl", "2.whl"]
    assert trim.trim(cache, MONTH, max_bytes=250).removed == ()


def test_use_is_what_counts(cache: Cache) -> None:
    one, other = entry(cache, "wheels", "1.whl", days=40), entry(cache, "wheels", "2.whl", days=40)
    cache.used(one)
    assert [gone.path for gone in trim.trim(cache, MONTH).removed] == [other]


def test_what_is_used_while_the_cache_is_looked_through_stays(cache: Cache) -> None:
    one, other = entry(cache, "wheels", "1.whl", days=40), entry(cache, "wheels", "2.whl", days=40)

    def keep() -> frozenset[Path]:
        cache.used(one)
        return frozenset()

    assert [gone.path for gone in trim.trim(cache, MONTH, keep=keep).removed] == [other]
    assert one.is_file()


def test_what_must_stay_stays_and_the_limit_is_met_without_it(cache: Cache) -> None:
    kept = entry(cache, "artefacts", "kept.zip", days=50)
    gone, left = entry(cache, "wheels", "1.whl", days=2), entry(cache, "wheels", "2.whl", days=1)
    done = trim.trim(cache, MONTH, 200, lambda: {kept})
    assert [one.path for one in done.removed] == [gone]
    assert kept.is_file()
    assert left.is_file()
    assert (done.kept, done.left) == (1, trim.Tally(2, 200))


def test_others_folders_are_left_alone(cache: Cache) -> None:
    entry(cache, "wheels", "1.whl", days=90)
    put(cache.folder, {"uv/a": "1", "ruff/b": "2", "terraform-plugins/c": "3", "notes.txt": "4"})
    for path in cache.folder.rglob("*"):
        used_days_ago(path, 90)
    trim.trim(cache, ALL, 0)
    trim.clear(cache)
    left = {path.relative_to(cache.folder).as_posix() for path in cache.folder.rglob("*") if path.is_file()}
    assert left == {"uv/a", "ruff/b", "terraform-plugins/c", "notes.txt", ".in-use"}


def test_a_folder_that_is_no_cache_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "home", {"wheels/car.txt": "four of them"})
    for attempt in (lambda: trim.trim(Cache(tmp_path / "home"), ALL), lambda: trim.clear(Cache(tmp_path / "home"))):
        with pytest.raises(EventyardError, match="no cache of eventyard"):
            attempt()
    assert (tmp_path / "home/wheels/car.txt").read_text() == "four of them"


def test_links_are_removed_and_not_followed(cache: Cache, tmp_path: Path) -> None:
    entry(cache, "wheels", "1.whl")
    put(tmp_path, {"elsewhere/precious.txt": "1"})
    cache.path("wheels", "link").symlink_to(tmp_path / "elsewhere")
    cache.path("wheels", "broken").symlink_to(tmp_path / "nowhere")
    assert len(trim.clear(cache).removed) == 3
    assert (tmp_path / "elsewhere/precious.txt").is_file()


def test_what_killed_runs_left_goes_and_what_is_being_written_stays(cache: Cache) -> None:
    entry(cache, "wheels", "1.whl")
    put(cache.folder / "partial", {"1-0-0/entry": "half", "2-0-0/entry": "being written"})
    used_days_ago(cache.folder / "partial/1-0-0", 2)
    assert trim.trim(cache, MONTH).abandoned == 1
    assert [path.name for path in (cache.folder / "partial").iterdir()] == ["2-0-0"]


def test_lock_files_nobody_holds_go(cache: Cache) -> None:
    with cache.alone("wheels", "free"):
        pass
    with cache.alone("wheels", "held"):
        assert trim.trim(cache, MONTH).locks == 1
        assert [path.name for path in (cache.folder / "locks").iterdir()] == ["wheels-held.lock"]


def test_a_lock_holds_though_its_file_was_removed_while_somebody_waited(cache: Cache) -> None:
    inside: list[str] = []

    def enter(name: str) -> None:
        with cache.alone("wheels", "one"):
            inside.append(f"{name} in")
            time.sleep(0.02)
            inside.append(f"{name} out")

    threads = [threading.Thread(target=enter, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
        trim.trim(cache, MONTH)
    for thread in threads:
        thread.join()
    assert len(inside) == 16
    assert all(first.split()[0] == second.split()[0] for first, second in zip(inside[::2], inside[1::2], strict=True))


def test_nothing_is_removed_while_somebody_packages(cache: Cache) -> None:
    path = entry(cache, "wheels", "1.whl", days=90)
    with sharing.using(cache.folder), sharing.using(cache.folder):
        with pytest.raises(sharing.CacheInUse) as refused:
            trim.trim(cache, ALL, patience=0.1)
        assert path.is_file()
    assert "wait" in str(refused.value.fix)
    trim.trim(cache, ALL, patience=0.1)
    assert not path.exists()


def test_packaging_waits_for_the_moment_in_which_entries_go(cache: Cache) -> None:
    cache.folder.mkdir()
    order: list[str] = []

    def package() -> None:
        with sharing.using(cache.folder):
            order.append("packaged")

    with sharing.alone(cache.folder):
        thread = threading.Thread(target=package)
        thread.start()
        time.sleep(0.1)
        order.append("trimmed")
    thread.join(timeout=10)
    assert order == ["trimmed", "packaged"]


def test_a_killed_run_holds_nobody_off(cache: Cache) -> None:
    entry(cache, "wheels", "1.whl")
    program = (
        f"import os, sys; sys.path[:] = {sys.path}; from pathlib import Path; from eventyard.packaging import sharing\n"
        f"with sharing.using(Path({str(cache.folder)!r})): print('in', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdin
    process.stdout.readline()
    with pytest.raises(sharing.CacheInUse):
        trim.clear(cache, patience=0)
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()
    assert len(trim.clear(cache, patience=0).removed) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_cache_that_cannot_be_written_to_can_be_read(cache: Cache) -> None:
    path = entry(cache, "wheels", "1.whl")
    cache.folder.chmod(0o500)
    try:
        with sharing.using(cache.folder):
            assert path.is_file()
        with pytest.raises(EventyardError, match="can't be changed"):
            trim.clear(cache)
    finally:
        cache.folder.chmod(0o700)


def test_a_folder_in_the_way_is_no_lock(cache: Cache) -> None:
    (cache.folder / sharing.FILE).mkdir(parents=True)
    with pytest.raises(EventyardError, match="can't be changed"):
        trim.clear(cache)


def test_artefacts_that_manifests_roots_and_plans_name_are_found(cache: Cache, tmp_path: Path) -> None:
    build = tmp_path / "build"
    hashes = {word: f"{number:064x}" for number, word in enumerate(["manifest", "old", "root", "plan", "venv", "none"])}
    paths = {word: entry(cache, "artefacts", f"{digest}.zip") for word, digest in hashes.items()}
    made = Artefact(paths["manifest"], "d" * 64, "app.handler", "python3.13", "arm64", 100, 100)
    Manifest(Platform(), {"f": made}).write(build / "local/shop/package/manifest.json")
    named = {
        "package/manifest.json": '{"version": 1, "handlers": {"f": {"filename": "../cache/artefacts/old.zip"}}}',
        "dev/shop/root/main.tf": 'filename = "/somewhere/artefacts/root.zip"',
        "dev/shop/plan/plan.json": '{"filename":"/somewhere/artefacts/plan.zip"}',
        "envs/dev/lib/manifest.json": "venv.zip",
    }
    for word, digest in hashes.items():
        named = {name: text.replace(f"{word}.zip", f"{digest}.zip") for name, text in named.items()}
    put(build, named)
    (build / "dev/shop/binary.json").write_bytes(b"\xff\xfe")
    assert trim.named(cache, build) == {paths[word] for word in ("manifest", "old", "root", "plan")}
    assert trim.named(cache, tmp_path / "nowhere") == frozenset()


PROGRAM = """
import itertools, sys, zipfile
from pathlib import Path
from eventyard.packaging import Options, Platform, standalone

handlers, cache, build, python, enough = sys.argv[1:]
for number in itertools.count():
    answer = f"return {number % 3}\\n"
    Path(handlers, "f/app.py").write_text(f"import dep\\n\\ndef handler(event, context):\\n    {answer}")
    request = standalone.Request(
        Path(handlers), Path(build, "package"), Platform(python, "x86_64"), Options(), Path(cache), Path(build)
    )
    manifest, _ = standalone.run(request)
    for name, one in manifest.handlers.items():
        with zipfile.ZipFile(one.file) as archive:
            assert archive.testzip() is None
            assert "dep/__init__.py" in archive.namelist()
            assert name == "g" or archive.read("app.py").endswith(answer.encode())
    if Path(enough).exists():
        break
"""


def test_packaging_never_fails_while_everything_is_trimmed_again_and_again(
    cache: Cache, tmp_path: Path, wheels: Path, uv: Path
) -> None:
    handlers, build, enough = tmp_path / "functions", tmp_path / "build", tmp_path / "enough"
    line = wheel(wheels, "dep")
    put(handlers, {f"{name}/app.py": "import dep\n" for name in "fg"})
    put(handlers, {f"{name}/requirements.txt": line for name in "fg"})
    path = os.pathsep.join(entry for entry in sys.path if entry)
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, (handlers, cache.folder, build, LAMBDA.python, enough))],
        env={**os.environ, "EVENTYARD_UV": str(uv), "PYTHONPATH": path},
    )
    rounds = 0
    try:
        while rounds < ROUNDS and process.poll() is None:
            keep = partial(trim.named, cache, build)
            done = trim.clear(cache) if rounds % 2 else trim.trim(cache, ALL, keep=keep)
            rounds += bool(done.removed)
            time.sleep(0.01)
    finally:
        enough.touch()
        code = process.wait(timeout=60)
    assert (code, rounds) == (0, ROUNDS)
    assert list((cache.folder / "partial").glob("trimmed-*")) == []
