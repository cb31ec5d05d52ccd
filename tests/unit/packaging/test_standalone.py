from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.packaging.running import APP, MAIN, members, out, packaged
from typer.testing import CliRunner

from eventyard.cli import folder
from eventyard.cli.app import app
from eventyard.packaging import Manifest

from .conftest import PYTHON, put, wheel

if TYPE_CHECKING:
    from collections.abc import Callable

    Package = Callable[..., subprocess.CompletedProcess[str]]

VERSION = f"3.{sys.version_info.minor}"
PYC = f"__pycache__/app.{sys.implementation.cache_tag}.pyc"


@pytest.fixture
def functions(tmp_path: Path) -> Path:
    put(tmp_path, {"functions/one/app.py": APP, "functions/two/app.py": APP + "\n", "functions/README.md": "#"})
    return tmp_path / "functions"


@pytest.fixture
def package(tmp_path: Path, uv: Path) -> Package:
    return partial(packaged, tmp_path, uv)


def test_each_folder_becomes_a_zip_with_its_contents_at_the_root(
    functions: Path, package: Package, tmp_path: Path, wheels: Path
) -> None:
    put(functions, {"one/requirements.txt": wheel(wheels, "dep"), "one/pkg/data.json": "{}"})
    done = package("--python", VERSION)
    assert sorted(out(tmp_path)) == ["manifest.json", "one.zip", "two.zip"]
    assert members(tmp_path / "build/package/two.zip") == [PYC, "app.py"]
    inside = members(tmp_path / "build/package/one.zip")
    assert [name for name in inside if "__pycache__" not in name] == [
        "app.py",
        "dep-1.0.dist-info/METADATA",
        "dep-1.0.dist-info/WHEEL",
        "dep/__init__.py",
        "pkg/data.json",
    ]
    assert f"dep/{PYC.replace('app', '__init__')}" in inside
    manifest = Manifest.read(tmp_path / "build/package/manifest.json")
    assert manifest.handlers["one"].filename == tmp_path / "build/package/one.zip"
    assert manifest.handlers["one"].handler == "app.handler"
    assert [part.name for part in manifest.handlers["one"].parts] == ["", "dep"]
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [["one", "built"], ["two", "built"]]


def test_the_artefact_runs(functions: Path, package: Package, tmp_path: Path, wheels: Path) -> None:
    code = "import dep\nimport pkg.more\ndef handler(event, context):\n    return dep.VALUE + pkg.more.VALUE + event\n"
    put(
        functions,
        {"one/app.py": code, "one/pkg/more.py": "VALUE = 20\n", "one/requirements.txt": wheel(wheels, "dep")},
    )
    package("--python", VERSION)
    with zipfile.ZipFile(tmp_path / "build/package/one.zip") as archive:
        archive.extractall(tmp_path / "task")
    for source in (tmp_path / "task").rglob("*.py"):
        source.write_text("raise SystemExit('the source was read, not the bytecode')")
    done = subprocess.run(
        [PYTHON, "-E", "-c", "import app; print(app.handler(300, None))"],
        cwd=tmp_path / "task",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "321\n"


def test_nothing_is_written_twice(functions: Path, package: Package, tmp_path: Path) -> None:
    first = package()
    before = out(tmp_path)
    again = package()
    assert out(tmp_path) == before
    assert again.stdout == first.stdout.replace("built", "reused")


def test_an_edit_builds_one(functions: Path, package: Package, tmp_path: Path) -> None:
    package()
    before = out(tmp_path)
    (functions / "two/app.py").write_text(APP + "# edited\n")
    done = package()
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [["one", "reused"], ["two", "built"]]
    after = out(tmp_path)
    assert after["one.zip"] == before["one.zip"]
    assert after["two.zip"] != before["two.zip"]


LINES = ["  where: ", "  next:  "]


@pytest.mark.parametrize(
    ("files", "words", "what", "where"),
    [
        ({}, ["--handlers", "missing"], "The folder of the handlers is missing", "missing"),
        ({}, ["--handlers", "functions/one/app.py"], "The folder of the handlers is missing", "functions/one/app.py"),
        ({}, ["--handlers", "functions/one"], "No folder in it holds Python files", "functions/one"),
        ({}, ["--out", "functions/out"], "The artefacts would lie among the functions", "functions/out"),
        ({}, ["--out", "functions"], "The artefacts would lie among the functions", "functions"),
        ({}, ["--handlers", "."], "The artefacts would lie among the functions", "build/package"),
        ({}, ["--cache", "functions/one/cache"], "The cache would lie among the functions", "functions/one/cache"),
        ({"a-file": ""}, ["--out", "a-file"], "is none", "a-file"),
        ({"a-file": ""}, ["--cache", "a-file"], "is none", "a-file"),
        ({}, ["--python", "2.7"], "Python `2.7` is no runtime of Lambda", None),
        ({}, ["--python", "3.13.1"], "Python `3.13.1` is no runtime of Lambda", None),
        ({}, ["--python", "latest"], "Python `latest` is no runtime of Lambda", None),
        ({"functions/one/requirements.txt": "boto3>=1\n"}, [], "`boto3` has no exact version", "requirements.txt:1"),
        ({"functions/one/requirements.in": "boto3\n"}, [], "The dependencies are not locked", "requirements.in"),
        ({"functions/one/requirements.txt": "!\n"}, [], "Not a requirement", "functions/one/requirements.txt:1"),
        ({"functions/one/app.py": "def handler(:\n"}, [], "Syntax error", "functions/one/app.py:1"),
        ({"build/package/one.zip/x": ""}, [], "can't be put there", "build/package/one.zip"),
        ({"build/package/manifest.json/x": ""}, [], "can't be put there", "build/package/manifest.json"),
    ],
)
def test_errors_say_what_where_and_what_next(
    functions: Path,
    package: Package,
    tmp_path: Path,
    files: dict[str, str],
    words: list[str],
    what: str,
    where: str | None,
) -> None:
    put(tmp_path, files)
    done = package(*words, code=1)
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert lines[0].startswith("error: ")
    assert what in lines[0]
    assert [line[:9] for line in lines[1:]] == (LINES if where else LINES[1:])
    assert lines[1].endswith(where or "")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--architecture", "mips"], "invalid choice: 'mips'"),
        (["--stack", "jobs"], "unrecognized arguments: --stack jobs"),
        (["--expl"], "unrecognized arguments: --expl"),
        (["stray"], "unrecognized arguments: stray"),
        (["--handlers"], "expected one argument"),
    ],
)
def test_words_that_mean_nothing_are_refused(
    functions: Path, package: Package, tmp_path: Path, words: list[str], what: str
) -> None:
    done = package(*words, code=2)
    assert what in done.stderr
    assert not (tmp_path / "build").exists()


def test_what_is_there_stays_when_a_run_fails(functions: Path, package: Package, tmp_path: Path) -> None:
    package()
    before = out(tmp_path)
    (functions / "one/app.py").write_text(APP + "# fine\n")
    for name, text in (("app.py", "def handler(:\n"), ("requirements.txt", "boto3\n")):
        put(functions, {f"two/{name}": text})
        package(code=1)
        assert out(tmp_path) == before
        (functions / f"two/{name}").write_text("")


def test_where_things_lie_can_be_chosen(functions: Path, package: Package, tmp_path: Path) -> None:
    package("--out", "deep/down", "--cache", "my-cache")
    assert sorted(file.name for file in (tmp_path / "deep/down").iterdir()) == ["manifest.json", "one.zip", "two.zip"]
    assert (tmp_path / "my-cache/artefacts").is_dir()
    assert not (tmp_path / "build").exists()
    package("--out=other", EVENTYARD_CACHE=str(tmp_path / "shared"))
    assert (tmp_path / "shared/artefacts").is_dir()
    assert not (tmp_path / "build").exists()
    package(f"--handlers={functions}", "--out", tmp_path / "third", "--cache", "my-cache", EVENTYARD_CACHE="unused")
    assert not (tmp_path / "unused").exists()


def test_zips_are_named_alike_wherever_they_come_from(functions: Path, package: Package, tmp_path: Path) -> None:
    package()
    package("--handlers", functions, "--out", "other", "--cache", "other-cache")
    for name in ("one.zip", "two.zip", "manifest.json"):
        assert (tmp_path / "other" / name).read_bytes() == (tmp_path / "build/package" / name).read_bytes()


def test_the_json_has_keys_that_stay(functions: Path, package: Package, tmp_path: Path, wheels: Path) -> None:
    put(functions, {"one/requirements.txt": wheel(wheels, "dep")})
    first = json.loads(package("--json").stdout)
    assert set(first) == {"version", "platform", "bytecode", "limits", "functions"}
    assert first["platform"] == {"python": "3.13", "architecture": "x86_64", "host": False}
    assert first["limits"] == {"packed": 52_428_800, "unpacked": 262_144_000}
    assert set(first["functions"]) == {"one", "two"}
    one = first["functions"]["one"]
    assert set(one) == {
        *("filename", "hash", "handler", "runtime", "architecture", "reused", "size", "unpacked_size"),
        *("stripped", "needs_bucket", "parts", "change"),
    }
    assert one["filename"] == str(tmp_path / "build/package/one.zip")
    assert re.fullmatch("[0-9a-f]{64}", one["hash"])
    assert (one["handler"], one["runtime"], one["architecture"]) == ("app.handler", "python3.13", "x86_64")
    assert one["size"] == (tmp_path / "build/package/one.zip").stat().st_size
    with zipfile.ZipFile(one["filename"]) as archive:
        assert one["unpacked_size"] == sum(info.file_size for info in archive.infolist())
    assert [set(part) for part in one["parts"]] == [{"name", "version", "sha256", "size"}] * 2
    assert (one["reused"], one["change"]) == (False, None)
    again = json.loads(package("--json").stdout)
    assert again["functions"]["one"]["reused"] is True
    assert again["functions"]["one"]["hash"] == one["hash"]
    assert again["functions"]["one"]["change"] == {"size": 0, "unpacked_size": 0, "parts": []}


def test_options_change_what_travels(functions: Path, package: Package, tmp_path: Path, wheels: Path) -> None:
    files = {"dep/__init__.py": "", "dep/tests/test_x.py": "", "dep/x.h": "", "dep/x.pyi": ""}
    put(functions, {"one/requirements.txt": wheel(wheels, "dep", files=files)})
    one = tmp_path / "build/package/one.zip"
    seen = set()
    for words in (["--bytecode"], ["--no-bytecode"], ["--strip", "--no-bytecode"], ["--architecture", "arm64"]):
        (told,) = [json.loads(package("--python", VERSION, "--json", *words).stdout)]
        seen.add(told["functions"]["one"]["hash"])
        inside = members(one)
        assert any(".pyc" in name for name in inside) is ("--no-bytecode" not in words)
        assert ("dep/tests/test_x.py" in inside) is ("--strip" not in words)
        assert ("dep/x.h" in inside) is ("--strip" not in words)
        assert told["bytecode"] == (None if "--no-bytecode" in words else sys.implementation.cache_tag)
        assert told["platform"]["architecture"] == ("arm64" if "arm64" in words else "x86_64")
    assert len(seen) == 4


def test_heaviest_files_and_bills_of_materials_come_when_asked_for(
    functions: Path, package: Package, tmp_path: Path
) -> None:
    put(functions, {"one/data/big.bin": "x" * 5_000_000})
    plain = package().stdout
    explained = package("--explain", "--sbom").stdout
    assert "data/big.bin" in explained
    assert "data/big.bin" not in plain
    bill = json.loads((tmp_path / "build/package/one.cdx.json").read_text())
    assert bill["bomFormat"] == "CycloneDX"
    assert not list((tmp_path / "build/package").glob(".*"))


def test_a_python_that_is_not_here_is_said_in_one_line(functions: Path, package: Package, tmp_path: Path) -> None:
    """There is no such Python, and nothing that could fetch it."""
    scripts = str(Path(__file__).resolve().parents[3] / "scripts")
    done = [
        subprocess.run(
            [
                *(sys.executable, "-c", MAIN),
                *("package", "--handlers", "functions", "--python", "3.99"),
            ],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": scripts, "EVENTYARD_UV": "false", "UV_OFFLINE": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
        for _ in range(2)
    ]
    for run in done:
        assert run.stderr == "No Python 3.99 found: artefacts carry no bytecode, and start slower\n"
    assert members(tmp_path / "build/package/one.zip") == ["app.py"]


def test_the_folder_of_a_link_and_odd_names(functions: Path, package: Package, tmp_path: Path) -> None:
    put(tmp_path, {"elsewhere/app.py": APP, "functions/with space/app.py": APP, "functions/v1.2/app.py": APP})
    (functions / "linked").symlink_to(tmp_path / "elsewhere")
    package()
    assert {"linked.zip", "with space.zip", "v1.2.zip"} < set(out(tmp_path))
    before = out(tmp_path)
    package()
    assert out(tmp_path) == before


def test_its_own_help_names_every_option(functions: Path, package: Package) -> None:
    told = package("--help").stdout
    options = [word for action in folder.parser()._actions for word in action.option_strings]
    assert {"--handlers", "--out", "--python", "--architecture", "--no-bytecode", "--strip", "--from-source"} <= {
        *options
    }
    for option in options:
        assert option in told
    assert "--handlers" in CliRunner().invoke(app, ["package", "--help"]).stdout


def test_the_command_does_the_same_when_called_in_this_process(
    functions: Path, package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a shell sends to the short way, a test or a colleague's script may send through Typer."""
    monkeypatch.chdir(tmp_path)
    there: Any = package("--bytecode").stdout
    before = out(tmp_path)
    result = CliRunner().invoke(app, ["package", "--handlers", "functions"], catch_exceptions=False)
    assert result.stdout == there.replace("built", "reused")
    assert out(tmp_path) == before
