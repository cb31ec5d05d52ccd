from __future__ import annotations

import hashlib
import importlib.util
import marshal
import os
import re
import signal
import subprocess
import sys
import sysconfig
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from eventyard.errors import EventyardError
from eventyard.packaging import bytecode
from eventyard.packaging.archives import archive
from eventyard.packaging.archives import wheel as wheels
from eventyard.packaging.archives.entries import PLAIN, Entry
from eventyard.packaging.bytecode import Compiler, compiler, compiling
from eventyard.packaging.cache import Cache
from eventyard.packaging.model import Platform
from eventyard.packaging.sources.members import Member, member

from .conftest import LAMBDA, PYTHON, put

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TAG = sys.implementation.cache_tag
STDLIB = Path(sysconfig.get_path("stdlib"))
PACKAGES = ("asyncio", "concurrent", "email", "json", "logging")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def python(cache: Cache) -> Compiler:
    found = compiler(PYTHON, LAMBDA, cache)
    assert isinstance(found, Compiler)
    return found


def wheel(cache: Cache, name: str, files: Mapping[str, str | bytes]) -> tuple[str, tuple[Entry, ...]]:
    """Put a wheel into a cache; return its hash and its files."""
    scratch = cache.folder.parent / f"{name}.zip"
    scratch.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED) as written:
        for path, content in files.items():
            written.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    found = wheels.Wheel(name, "1.0", f"{name}-1.0-py3-none-any.whl", hashlib.sha256(scratch.read_bytes()).hexdigest())
    cache.keep(wheels.KIND, found.path(cache).name, scratch)
    return found.sha256, wheels.entries(found, cache)


def library(cache: Cache, packages: Iterable[str] = PACKAGES) -> dict[str, tuple[Entry, ...]]:
    """Wheels of real code: packages of the standard library under other names."""
    return dict(
        wheel(
            cache,
            name,
            {f"my{path.relative_to(STDLIB).as_posix()}": path.read_bytes() for path in (STDLIB / name).rglob("*.py")},
        )
        for name in packages
    )


def bundles(cache: Cache) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in cache.path(bytecode.KIND, "").glob("*.zip")}


def unpack(entries: Iterable[Entry], folder: Path) -> Path:
    for entry in entries:
        path = folder / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.content())
    return folder


def counting(path: Path, *, says: Path | None = None, then: str = f'exec {PYTHON} "$@"') -> Path:
    """A program that answers as this Python does, compiles as it does, and notes each start in a file beside it."""
    answer = f"{LAMBDA.python} cpython {TAG} {sys.hexversion} {says or path}"
    path.write_text(f'#!/bin/sh\necho start >> {path}.log\ntest "$3" = -c && echo "{answer}" && exit\n{then}\n')
    path.chmod(0o755)
    return path


def starts(program: Path) -> int:
    log = Path(f"{program}.log")
    return len(log.read_text().splitlines()) if log.exists() else 0


def dead(like: Compiler, tmp_path: Path) -> Compiler:
    """A compiler that can start no process."""
    return Compiler(tmp_path / "absent", like.tag, like.release)


def test_each_source_of_a_wheel_has_bytecode_that_no_date_makes_stale(cache: Cache, python: Compiler) -> None:
    sha256, entries = wheel(cache, "one", {"one/__init__.py": "A = 1\n", "one/deep/mod.py": "B = 2\n", "top.py": ""})
    (made,) = python.wheels({sha256: entries}, cache).values()
    assert [entry.path for entry in made] == [
        f"__pycache__/top.{TAG}.pyc",
        f"one/__pycache__/__init__.{TAG}.pyc",
        f"one/deep/__pycache__/mod.{TAG}.pyc",
    ]
    assert {entry.mode for entry in made} == {PLAIN}
    content = made[2].content()
    assert content[:4] == importlib.util.MAGIC_NUMBER
    assert int.from_bytes(content[4:8], "little") == 1  # PEP 552: hashed, and not to be checked
    assert content[8:16] == importlib.util.source_hash(b"B = 2\n")
    assert marshal.loads(content[16:]).co_filename == "/var/task/one/deep/mod.py"  # noqa: S302 - just made


def test_a_library_runs_from_bytecode_alone(cache: Cache, python: Compiler, tmp_path: Path) -> None:
    found = library(cache, ["json"])
    made = python.wheels(found, cache)
    folder = tmp_path / "task"
    for sha256, entries in found.items():
        unpack((*entries, *made[sha256]), folder)
    for source in folder.rglob("*.py"):
        source.write_text("raise SystemExit('the source was read')")
    code = "import sys; sys.path.insert(0, '.'); import myjson; print(myjson.dumps([1]))"
    done = subprocess.run([PYTHON, "-E", "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout == "[1]\n"


def test_the_bytes_depend_on_the_wheel_alone(tmp_path: Path, python: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not on the folder, the order of wheels, which others are compiled with it, nor on what the user has set."""
    first = Cache(tmp_path / "first")
    python.wheels(library(first), first)
    other = Cache(tmp_path / "else where" / "räüm")
    turned = dict(reversed(library(other).items()))
    for name, value in {"PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONUTF8": "0"}.items():
        monkeypatch.setenv(name, value)
    python.wheels(turned, other)
    alone = Cache(tmp_path / "alone")
    python.wheels(library(alone, ["email"]), alone)
    assert len(bundles(first)) == len(PACKAGES)
    assert bundles(other) == bundles(first)
    assert bundles(alone).items() < bundles(first).items()


@pytest.mark.parametrize("cores", [1, 2, 4])
def test_the_bytes_are_the_same_on_any_number_of_cores(
    cache: Cache, python: Compiler, tmp_path: Path, cores: int
) -> None:
    found = library(cache, ["asyncio", "email"])
    known = python.wheels(found, cache)
    for sha256, entries in found.items():
        sources = [entry for entry in entries if entry.path.endswith(".py")]
        parts = [sources[at : at + 5] for at in range(0, len(sources), 5)]
        chunks = [compiling.Chunk(part, [f"{entry.path}c" for entry in part]) for part in parts]
        scratch = tmp_path / f"{sha256}-{cores}"
        reference = tmp_path / f"{sha256}-reference"
        scratch.mkdir()
        reference.mkdir()
        run = (python.interpreter, python.release, chunks)
        expected = dict(compiling.compiled(*run, reference, cores=1))
        assert dict(compiling.compiled(*run, scratch, cores=cores)) == expected
        assert sum(map(len, expected.values())) == len(known[sha256])
        assert [path.name for path in scratch.iterdir()] == ["stderr"]


def test_what_does_not_compile_travels_as_source_only(
    cache: Cache, python: Compiler, capfd: pytest.CaptureFixture[str]
) -> None:
    deep = "x = " + "(" * 5000 + ")" * 5000
    files: dict[str, str | bytes] = {
        "a/template.py": "{{ name }} = 1 1\n",
        "a/nul.py": b"x = 1\0\n",
        "a/latin.py": b"X = '\xe9'\n",
        "a/deep.py": deep,
        "a/escape.py": "X = '\\d'\n",
        "a/coded.py": b"# coding: latin-1\nX = '\xe9'\n",
        "a/data.txt": "x",
    }
    sha256, entries = wheel(cache, "a", files)
    made = python.wheels({sha256: entries}, cache)[sha256]
    assert [entry.path for entry in made] == [f"a/__pycache__/{name}.{TAG}.pyc" for name in ("coded", "escape")]
    assert capfd.readouterr() == ("", "")


def test_a_wheel_without_python_is_known_to_have_none(cache: Cache, python: Compiler, tmp_path: Path) -> None:
    sha256, entries = wheel(cache, "data", {"data/x.json": "{}"})
    assert dead(python, tmp_path).wheels({sha256: entries}, cache) == {sha256: ()}
    assert python.wheels({}, cache) == {}


def test_a_librarys_tests_travel_as_source_only(cache: Cache, python: Compiler) -> None:
    """No cold start reads them, and they are more than half of some libraries."""
    paths = ("one/__init__.py", "one/tests/test_x.py", "one/deep/test/x.py", "one/testing.py", "tests/top.py")
    sha256, entries = wheel(cache, "one", dict.fromkeys(paths, "A = 1\n"))
    made = python.wheels({sha256: entries}, cache)[sha256]
    assert [entry.path for entry in made] == [
        f"one/__pycache__/__init__.{TAG}.pyc",
        f"one/__pycache__/testing.{TAG}.pyc",
        f"tests/__pycache__/top.{TAG}.pyc",
    ]


def test_bytecode_that_a_wheel_brings_stays(cache: Cache, python: Compiler) -> None:
    sha256, entries = wheel(cache, "own", {"own/a.py": "", "own/b.py": ""})
    theirs = Entry(f"own/__pycache__/a.{TAG}.pyc", PLAIN, 0, 0, 0, 0, b"")
    made = python.wheels({sha256: (*entries, theirs)}, cache)[sha256]
    assert [entry.path for entry in made] == [f"own/__pycache__/b.{TAG}.pyc"]


def test_a_wheel_is_compiled_once_ever(cache: Cache, python: Compiler, tmp_path: Path) -> None:
    found = library(cache, ["json", "logging"])
    first = python.wheels(found, cache)
    assert dead(python, tmp_path).wheels(found, cache) == first
    more = library(cache, ["json", "logging", "concurrent"])
    with pytest.raises(OSError, match="absent"):
        dead(python, tmp_path).wheels(more, cache)
    again = python.wheels(more, cache)
    assert {sha256: again[sha256] for sha256 in first} == first


def test_part_of_a_wheel_is_compiled_apart_from_the_whole(cache: Cache, python: Compiler, tmp_path: Path) -> None:
    ((sha256, entries),) = library(cache, ["email"]).items()
    whole = python.wheels({sha256: entries}, cache)[sha256]
    some = tuple(entry for entry in entries if "mime" not in entry.path)
    part = python.wheels({sha256: some}, cache)[sha256]
    assert {entry.path for entry in part} == {entry.path for entry in whole if "mime" not in entry.path}
    assert dead(python, tmp_path).wheels({sha256: entries}, cache)[sha256] == whole


def test_a_damaged_bundle_is_made_anew(cache: Cache, python: Compiler) -> None:
    found = library(cache, ["json"])
    python.wheels(found, cache)
    ((name, content),) = bundles(cache).items()
    cache.path(bytecode.KIND, name).write_bytes(content[: len(content) // 2])
    python.wheels(found, cache)
    assert bundles(cache) == {name: content}


def test_a_damaged_wheel_leaves_no_bytecode(cache: Cache, python: Compiler) -> None:
    sha256, entries = wheel(cache, "bad", {"bad/a.py": "A = 1\n" * 100})
    spoilt = [entry._replace(offset=entry.offset + 3) for entry in entries]
    with pytest.raises(EventyardError, match=r"can't compile bytecode: .*the chunk from /var/task/bad/a.py") as caught:
        python.wheels({sha256: spoilt}, cache)
    assert caught.value.where == str(python.interpreter)
    assert bundles(cache) == {}
    assert list((cache.folder / "partial").iterdir()) == []


def test_a_wheel_that_was_trimmed_meanwhile_is_named(cache: Cache, python: Compiler) -> None:
    sha256, entries = wheel(cache, "gone", {"gone/a.py": "A = 1\n" * 100})
    origin = entries[0].origin
    assert isinstance(origin, Path)
    origin.unlink()
    with pytest.raises(FileNotFoundError) as caught:
        python.wheels({sha256: entries}, cache)
    assert caught.value.filename == str(origin)


@pytest.mark.parametrize("then", ["exit 3", "kill -9 $$", "echo no such module >&2; exit 1"])
def test_an_interpreter_that_fails_leaves_no_bytecode(
    cache: Cache, python: Compiler, tmp_path: Path, then: str
) -> None:
    broken = Compiler(counting(tmp_path / "broken", then=then), python.tag, python.release)
    with pytest.raises(EventyardError, match=r"can't compile bytecode: (it ended with status|no such module)"):
        broken.wheels(library(cache, ["json"]), cache)
    assert bundles(cache) == {}
    assert list((cache.folder / "partial").iterdir()) == []


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from eventyard.packaging.archives import wheel
from eventyard.packaging.bytecode import compiler
from eventyard.packaging.cache import Cache
from eventyard.packaging.model import Platform
cache = Cache(Path(sys.argv[2]))
items = {}
for path in sorted(cache.path("wheels", "").glob("*.whl")):
    items[path.stem] = wheel.entries(wheel.Wheel(path.stem, "1", path.name, path.stem), cache)
print("ready", flush=True)
compiler(Path(sys.executable), Platform(sys.argv[3]), cache).wheels(items, cache)
"""


def test_a_killed_run_leaves_whole_bundles_or_none(cache: Cache, python: Compiler, tmp_path: Path) -> None:
    found = library(cache)
    scripts = str(Path(bytecode.__file__).parents[2])
    for wait in (0.05, 0.2, 0.4):
        process = subprocess.Popen(
            [PYTHON, "-c", KILLED, scripts, cache.folder, LAMBDA.python], stdout=subprocess.PIPE, start_new_session=True
        )
        assert process.stdout
        with process:
            assert process.stdout.readline() == b"ready\n"
            time.sleep(wait)
            os.killpg(process.pid, signal.SIGKILL)
        for name in bundles(cache):
            archive.read(cache.path(bytecode.KIND, name))
    python.wheels(found, cache)
    fresh = Cache(tmp_path / "fresh")
    python.wheels(library(fresh), fresh)
    assert bundles(cache) == bundles(fresh)


def ours(folder: Path, files: Mapping[str, str]) -> list[Member]:
    put(folder, files)
    return [member(folder / name, name) for name in files]


FILES = {
    "shop/app.py": "import os\nNAMES = ('os', 'path')\ndef handler(event, context): ...\n",
    "shop/text.py": "import os\nNAMES = ('path',)\n",
    "shop/notes.txt": "none",
    "shop/page.py": "{{ template }} 1\n",
}


def test_our_own_files_are_compiled_and_kept(cache: Cache, python: Compiler, tmp_path: Path) -> None:
    members = ours(tmp_path / "src", FILES)
    made = python.sources(members, cache)
    assert {member.path: entry.path for member, entry in made.items()} == {
        "shop/app.py": f"shop/__pycache__/app.{TAG}.pyc",
        "shop/text.py": f"shop/__pycache__/text.{TAG}.pyc",
    }
    content = made[members[1]].content()
    assert content[8:16] == importlib.util.source_hash(FILES["shop/text.py"].encode())
    assert marshal.loads(content[16:]).co_filename == "/var/task/shop/text.py"  # noqa: S302 - just made
    assert dead(python, tmp_path).sources(members, cache) == made


def test_an_edit_compiles_one_file_in_one_process(cache: Cache, python: Compiler, tmp_path: Path) -> None:
    program = counting(tmp_path / "python")
    counted = Compiler(program, python.tag, python.release)
    counted.sources(ours(tmp_path / "src", FILES), cache)
    assert starts(program) == 1
    edited = {**FILES, "shop/text.py": "import os\nX = 'path'\n"}
    members = ours(tmp_path / "src", edited)
    made = counted.sources(members, cache)
    assert starts(program) == 2
    assert made == python.sources(members, Cache(tmp_path / "fresh"))
    assert counted.sources(members, cache) == made
    assert starts(program) == 2


def test_a_file_that_two_functions_carry_is_compiled_for_both(cache: Cache, python: Compiler, tmp_path: Path) -> None:
    one, two = (ours(tmp_path / name, {"app.py": "A = 1\n"})[0] for name in ("one", "two"))
    made = python.sources([one, two], cache)
    assert made[one] == made[two]
    assert len([path for path in cache.path(bytecode.KIND, "own").rglob("*") if path.is_file()]) == 1


def test_damaged_bytecode_of_ours_is_made_anew(cache: Cache, python: Compiler, tmp_path: Path) -> None:
    members = ours(tmp_path / "src", FILES)
    made = python.sources(members, cache)
    for path in cache.path(bytecode.KIND, "own").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-1] if path.stat().st_size % 2 else b"")
    assert python.sources(members, cache) == made


def test_what_was_hashed_is_what_is_compiled(cache: Cache, python: Compiler, tmp_path: Path) -> None:
    members = ours(tmp_path / "src", FILES)
    (tmp_path / "src/shop/app.py").write_text("changed = True\n")
    with pytest.raises(EventyardError, match="changed while it was packaged"):
        python.sources(members, cache)


def test_an_interpreter_is_asked_until_it_changes(cache: Cache, tmp_path: Path) -> None:
    program = counting(tmp_path / "python")
    first = compiler(program, LAMBDA, cache)
    assert first == Compiler(program, TAG or "", sys.hexversion)
    assert compiler(program, LAMBDA, cache) == first
    assert starts(program) == 1
    os.utime(program, (1, 1))
    assert compiler(program, LAMBDA, cache) == first
    assert starts(program) == 2


def test_a_shim_is_asked_each_time(cache: Cache, tmp_path: Path) -> None:
    shim = counting(tmp_path / "shim", says=PYTHON)
    for count in (1, 2):
        assert isinstance(compiler(shim, LAMBDA, cache), Compiler)
        assert starts(shim) == count


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("exit 1", "status 1"),
        ("echo hello", "does not answer as Python does"),
        ("echo 3.99 cpython cpython-399 1 /x", r"is cpython 3\.99, the runtime cpython "),
        (f"echo {LAMBDA.python} pypy pypy311-pp73 1 /x", "is pypy "),
    ],
)
def test_what_is_no_python_of_the_runtime_is_named_in_one_line(
    cache: Cache, tmp_path: Path, answer: str, reason: str
) -> None:
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)
    said = compiler(program, LAMBDA, cache)
    assert isinstance(said, str)
    assert str(program) in said
    assert "\n" not in said
    assert said.endswith("artefacts carry no bytecode, and start slower")
    assert re.search(reason, said)


def test_no_python_at_all_is_said_too(cache: Cache, tmp_path: Path) -> None:
    assert "No Python 3.13 found" in str(compiler(None, Platform(), cache))
    assert "can't be run" in str(compiler(tmp_path / "absent", Platform(), cache))
