"""The same inputs give the same bytes, whoever packages them, where, when and with whom beside."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import deflate
import pytest

import packaging
from eventyard.errors import EventyardError
from eventyard.packaging import Manifest, Options, Platform, Toolbox
from eventyard.packaging.build import build
from eventyard.packaging.sources.folders import collect, discover

from .conftest import LAMBDA, PYTHON, put, wheel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"
APP = "import os\n\nNAMES = {'a', 'b', 'os', 'path'}\n\n\ndef handler(event, context):\n    return event\n"
MAIN = "from eventyard.cli import main; main()"


@pytest.fixture
def functions(tmp_path: Path, wheels: Path) -> Path:
    """Two functions with names of all kinds, a program, and dependencies that are spliced and packed anew."""
    here = tmp_path / "functions"
    put(here, {"one/app.py": APP, "one/pkg/__init__.py": "", "one/pkg/ünï/dätä.txt": "ä" * 999, "two/app.py": APP})
    put(here, {f"one/pkg/m{number}.py": f"import os\nX = {{'os', 'path', {number}}}\n" for number in range(8)})
    put(here, {"one/tool.sh": "#!/bin/sh\n"})
    (here / "one/tool.sh").chmod(0o755)
    many = {f"dep/m{number}.py": f"import os\nX = {{'a', 'b', {number}}}\n" * 60 for number in range(8)}
    files = {"dep/__init__.py": "", "dep-1.0.data/scripts/native": "\x7fELF", **many}
    put(here, {"one/requirements.txt": wheel(wheels, "dep", files=files) + wheel(wheels, "pure")})
    return here


def environment(uv: Path, **variables: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(SCRIPTS), "EVENTYARD_UV": str(uv), "NO_COLOR": "1", **variables}


def run(folder: Path, environment: Mapping[str, str], *words: str, before: tuple[str, ...] = ()) -> dict[str, Any]:
    """Package `functions` beside `folder` into it, as a shell does, and return what is told."""
    folder.mkdir(parents=True, exist_ok=True)
    here = () if any("--handlers" in word for word in words) else ("--handlers", str(folder.parent / "functions"))
    done = subprocess.run(
        [*before, sys.executable, "-c", MAIN, *("package", "--json", "--python", LAMBDA.python), *here, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return dict(json.loads(done.stdout))


def made(folder: Path) -> dict[str, bytes]:
    """Return the zips and the manifest, by name."""
    files = {file.name: file.read_bytes() for file in (folder / "build/package").iterdir()}
    assert set(files) == {"one.zip", "two.zip", "manifest.json"}
    return files


def hashes(told: dict[str, Any]) -> dict[str, str]:
    return {name: one["hash"] for name, one in told["functions"].items()}


def copied(source: Path, target: Path, *, order: int = 1) -> None:
    """Copy files one by one, the last first if asked to, with other dates and no more of their modes than counts."""
    for file in sorted((file for file in source.rglob("*") if file.is_file()), reverse=order < 0):
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
        copy.chmod(0o700 if file.stat().st_mode & stat.S_IXUSR else 0o400)


def test_what_lies_around_makes_no_difference(functions: Path, tmp_path: Path, uv: Path) -> None:
    """All at once, with nothing cached; where that does, each alone, to tell which."""
    first = run(tmp_path / "first", environment(uv))
    wanted = made(tmp_path / "first")
    settings: dict[str, dict[str, str]] = {
        "zone": {"TZ": "Pacific/Kiritimati"},
        "locale": {"LC_ALL": "tr_TR.UTF-8", "LANG": "C"},
        "no locale": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        "seed": {"PYTHONHASHSEED": "4242"},
        "date": {"SOURCE_DATE_EPOCH": "1234567890"},
        "optimised": {"PYTHONOPTIMIZE": "2", "PYTHONDONTWRITEBYTECODE": "1"},
        "home": {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "USER": "somebody"},
    }
    everything = {key: value for variables in settings.values() for key, value in variables.items()}
    copied(functions, tmp_path / "el se/räüm/functions", order=-1)
    for file in (tmp_path / "el se").rglob("*.py"):
        os.utime(file, (1, 1))
    last = run(tmp_path / "el se/räüm/work", environment(uv, **everything, UV_CACHE_DIR=str(tmp_path / "fresh")))
    if made(tmp_path / "el se/räüm/work") != wanted:
        for name, variables in settings.items():
            known(tmp_path / "first", tmp_path / name)
            run(tmp_path / name, environment(uv, **variables))
            assert made(tmp_path / name) == wanted, name
        pytest.fail("another folder, other dates, modes, or the order in which files were made")
    assert hashes(last) == hashes(first)


def known(source: Path, target: Path) -> None:
    """Let a run begin with the wheels of another, and with nothing made of them."""
    for kind in ("wheels", "resolutions"):
        (target / "build/cache" / kind).mkdir(parents=True)
        for file in (source / "build/cache" / kind).iterdir():
            if file.name.count(".") == 1:
                shutil.copyfile(file, target / "build/cache" / kind / file.name)


@pytest.mark.parametrize("umask", ["000", "077"])
def test_the_umask_makes_no_difference(functions: Path, tmp_path: Path, uv: Path, umask: str) -> None:
    run(tmp_path / "first", environment(uv))
    known(tmp_path / "first", tmp_path / "other")
    run(tmp_path / "other", environment(uv), before=("sh", "-c", f'umask {umask}; exec "$@"', "sh"))
    assert made(tmp_path / "other") == made(tmp_path / "first")
    for name in ("one.zip", "manifest.json"):
        assert (tmp_path / "other/build/package" / name).stat().st_mode & 0o777 == 0o644


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processors can't be taken away here")
def test_the_number_of_processors_makes_no_difference(functions: Path, tmp_path: Path, uv: Path) -> None:
    run(tmp_path / "first", environment(uv))
    known(tmp_path / "first", tmp_path / "other")
    one = f"import os, sys; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]); {MAIN}"
    handlers = ("--handlers", str(functions), "--python", LAMBDA.python)
    subprocess.run(
        [sys.executable, "-c", one, "package", *handlers], cwd=tmp_path / "other", env=environment(uv), check=True
    )
    assert made(tmp_path / "other") == made(tmp_path / "first")


SOMEBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can be somebody else, and needs `setpriv` to"
)
def test_the_user_makes_no_difference(functions: Path, tmp_path: Path, uv: Path) -> None:
    """Nor does the Python that packages: root's own can't always be run by others."""
    run(tmp_path / "first", environment(uv), "--no-bytecode")
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are for its user alone
        here = Path(name)
        known(tmp_path / "first", here / "work")
        copied(functions, here / "functions")
        for library in (deflate, packaging):
            shutil.copytree(Path(library.__file__).parent, here / "libraries" / library.__name__)
        for path in (here, *here.rglob("*")):
            os.chown(path, 65534, 65534)
        settings = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join([str(SCRIPTS), str(here / "libraries")])}
        words = ("package", "--handlers", "../functions", "--python", LAMBDA.python, "--no-bytecode")
        done = subprocess.run(
            [*SOMEBODY, _python_of_all(here / "work", settings), "-c", MAIN, *words],
            cwd=here / "work",
            env=settings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert (here / "work/build/package/one.zip").stat().st_uid == 65534
        assert made(here / "work") == made(tmp_path / "first")


def _python_of_all(folder: Path, settings: dict[str, str]) -> str:
    """Return a Python that anybody can package with, or skip the test."""
    for python in (sys.executable, shutil.which("python3", path=os.defpath)):
        code = "import sys, eventyard, deflate, packaging; sys.exit(sys.version_info < (3, 11))"
        tried = [*SOMEBODY, str(python), "-c", code]
        if python and not subprocess.run(tried, cwd=folder, env=settings, capture_output=True, check=False).returncode:
            return python
    pytest.skip("no Python here can be run by others and read the kit")


@pytest.mark.parametrize("date", [1, 4_102_444_800])
def test_the_clock_makes_no_difference(functions: Path, tmp_path: Path, uv: Path, date: int) -> None:
    """Before zip's first year, and after the last of many clocks."""
    quick = ("--no-bytecode",)
    run(tmp_path / "first", environment(uv), *quick)
    for path in functions.rglob("*"):
        os.utime(path, (date, date))
    known(tmp_path / "first", tmp_path / "other")
    run(tmp_path / "other", environment(uv), *quick)
    assert made(tmp_path / "other") == made(tmp_path / "first")
    again = run(tmp_path / "first", environment(uv), *quick)
    assert all(one["reused"] for one in again["functions"].values())


OTHER_CODEC = """
from eventyard.packaging import build, identity, recipes
from eventyard.packaging.archives import entries
entries.COMPRESSION_LEVEL = 1
build.CODEC = identity.CODEC = recipes.CODEC = "another"
"""


def test_another_compressor_makes_other_bytes_of_the_same_name(functions: Path, tmp_path: Path, uv: Path) -> None:
    first = run(tmp_path / "first", environment(uv), "--no-bytecode")
    known(tmp_path / "first", tmp_path / "other")
    words = ("package", "--handlers", str(functions), "--python", LAMBDA.python, "--no-bytecode", "--json")
    for folder in ("other", "first"):  # with an empty cache, and beside what the usual one made
        done = subprocess.run(
            [sys.executable, "-c", OTHER_CODEC + MAIN, *words],
            cwd=tmp_path / folder,
            env=environment(uv),
            capture_output=True,
            text=True,
            check=True,
        )
        told = json.loads(done.stdout)
        assert hashes(told) == hashes(first)
        assert not any(one["reused"] for one in told["functions"].values())
    assert told["functions"]["one"]["size"] > first["functions"]["one"]["size"]
    assert made(tmp_path / "other") == made(tmp_path / "first")


@pytest.fixture
def package(tmp_path: Path, uv: Path) -> Callable[..., Manifest]:
    """Package `functions` in this process."""

    def run(**changes: Any) -> Manifest:
        said = changes.pop("say", print)
        platform = changes.pop("platform", LAMBDA)
        cache = changes.pop("cache", tmp_path / "cache")
        tools = Toolbox(cache=cache, uv=lambda: uv, interpreter=lambda _: PYTHON, say=said)
        here = changes.pop("folder", tmp_path / "functions")
        sources = [collect(here, name) for name in discover(here)]
        return build(sources, platform=platform, options=Options(**changes), tools=tools, strict=False)

    return run


def test_whatever_goes_in_changes_the_name(
    functions: Path, package: Callable[..., Manifest], wheels: Path, tmp_path: Path
) -> None:
    """One thing after the other; what is put back has the name it had."""
    seen: list[str] = []

    def look(**changes: Any) -> str:
        one = package(**{"bytecode": False, **changes}).handlers["one"]
        found = one.file.read_bytes()
        assert {"hash": one.hash, "size": one.size} == {"hash": one.hash, "size": len(found)}
        return one.hash

    def changed(**changes: Any) -> None:
        seen.append(look(**changes))

    changed()
    app = functions / "one/app.py"
    app.write_text(APP.replace("return event", "return tneve"))
    changed()
    app.write_text(APP.replace("def handler", "def lambda_handler"))
    changed()
    app.write_text(APP)
    app.chmod(0o755)
    changed()
    app.chmod(0o644)
    (functions / "one/tool.sh").rename(functions / "one/tool2.sh")
    changed()
    (functions / "one/tool2.sh").rename(functions / "one/tool.sh")
    (functions / "one/empty").touch()
    changed()
    (functions / "one/empty").unlink()
    changed(bytecode=True)
    changed(strip=True)
    changed(platform=Platform(LAMBDA.python, "arm64"))
    changed(platform=Platform("3.12" if LAMBDA.python != "3.12" else "3.11", "x86_64"))
    lock = functions / "one/requirements.txt"
    before = lock.read_text()
    lock.write_text(before.splitlines(keepends=True)[0])
    changed()
    lock.write_text(wheel(wheels, "pure", files={"pure/__init__.py": "VALUE = 2\n"}, version="1.0.1") + before[:0])
    changed()
    assert len(set(seen)) == len(seen)
    lock.write_text("# a comment\n" + before)
    assert look() == seen[0]
    os.utime(app, (1, 1))
    app.chmod(0o640)
    assert look() == seen[0]


def test_eight_processes_may_package_at_once(functions: Path, tmp_path: Path, uv: Path) -> None:
    """One cache and one place for all."""
    (tmp_path / "work").mkdir()
    words = ("package", "--handlers", str(functions), "--python", LAMBDA.python)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", MAIN, *words],
            cwd=tmp_path / "work",
            env=environment(uv),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    for process in processes:
        _, told = process.communicate(timeout=120)
        assert (process.returncode, told) == (0, "")
    run(tmp_path / "alone", environment(uv))
    assert made(tmp_path / "work") == made(tmp_path / "alone")
    assert list((tmp_path / "work/build/cache/partial").iterdir()) == []


FORKING = """
import os, signal, sys, time
from eventyard.cli import folder, main
from eventyard.packaging import bytecode, dependencies
from eventyard.packaging.archives import archive, assembly, wheel
from eventyard.packaging.bytecode import compiling
for delay in sys.stdin:
    child = os.fork()
    if not child:
        os.dup2(2, 1)
        main()
        os._exit(0)
    time.sleep(float(delay))
    os.kill(child, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
ROUNDS = 30


def test_a_killed_run_leaves_nothing_half_written(functions: Path, tmp_path: Path, uv: Path) -> None:
    """Every run that is killed has something to do: files have changed since the last one began."""
    work = tmp_path / "work"
    run(work, environment(uv))
    chance = random.Random(20)  # noqa: S311 - only chance
    ends = []
    with subprocess.Popen(
        [sys.executable, "-c", FORKING, *("package", "--handlers", str(functions), "--python", LAMBDA.python)],
        cwd=work,
        env=environment(uv),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as parent:
        assert parent.stdin
        assert parent.stdout
        for number in range(ROUNDS):
            (functions / "one/app.py").write_text(APP + f"# {number}\n")
            (functions / "two/data.bin").write_bytes(chance.randbytes(1_000_000))
            parent.stdin.write(f"{chance.uniform(0, 0.1)}\n")
            parent.stdin.flush()
            ends.append(int(parent.stdout.readline()))
            _check_whole(work)
        parent.stdin.close()
    assert set(ends) <= {0, -signal.SIGKILL}
    assert ends.count(-signal.SIGKILL) > ROUNDS // 3
    run(work, environment(uv))
    run(tmp_path / "fresh", environment(uv))
    assert made(work) == made(tmp_path / "fresh")


def _check_whole(work: Path) -> None:
    """Look at everything that bears a name others go by."""
    for file in (work / "build/package").glob("[!.]*"):
        if file.suffix == ".json":
            assert json.loads(file.read_bytes())["version"]
        else:
            with zipfile.ZipFile(file) as archive:
                assert archive.testzip() is None
    for file in (work / "build/cache").rglob("*"):
        if "partial" in file.parts or not file.is_file():
            continue
        if file.suffix == ".json":
            assert json.loads(file.read_bytes())
        elif file.suffix in (".zip", ".whl"):
            with zipfile.ZipFile(file) as archive:
                assert archive.testzip() is None
    for file in (work / "build/cache/recipes").iterdir():
        recipe = json.loads(file.read_bytes())
        assert (work / "build/cache/artefacts" / recipe["file"]).stat().st_size == recipe["size"]


def test_what_is_trimmed_while_it_is_needed_is_made_again(
    tmp_path: Path, wheels: Path, package: Callable[..., Manifest]
) -> None:
    """Two dependencies bring the same file: that is said between reading the wheels and copying from them."""
    files = {"shared.txt": "a"}
    lock = wheel(wheels, "aa", files=files) + wheel(wheels, "bb", files={"shared.txt": "b"})
    put(tmp_path, {"functions/one/app.py": APP, "functions/one/requirements.txt": lock})
    said: list[str] = []

    def once(line: str) -> None:
        said.append(line)
        if len(said) == 1:
            for kind in ("wheels", "bytecode", "resolutions", "artefacts"):
                shutil.rmtree(tmp_path / "cache" / kind, ignore_errors=True)

    one = package(say=once).handlers["one"]
    assert len(said) == 2
    with zipfile.ZipFile(one.file) as archive:
        assert archive.testzip() is None
        assert archive.read("shared.txt") == b"b"


def test_a_cache_that_is_emptied_all_the_time_is_named(
    tmp_path: Path, wheels: Path, package: Callable[..., Manifest]
) -> None:
    lock = wheel(wheels, "aa", files={"x.txt": "a"}) + wheel(wheels, "bb", files={"x.txt": "b"})
    put(tmp_path, {"functions/one/app.py": APP, "functions/one/requirements.txt": lock})
    with pytest.raises(EventyardError, match="emptied while it is used") as caught:
        package(say=lambda _: shutil.rmtree(tmp_path / "cache/wheels"))
    assert caught.value.where == str(tmp_path / "cache")
