from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eventyard.cli.app import app
from eventyard.errors import EventyardError
from eventyard.packaging import Artefact, Manifest, Platform, sharing
from eventyard.packaging.cache import Cache

RUNNER = CliRunner()
DAY = 24 * 3600


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose cache holds an old wheel and an old artefact that is in use."""
    monkeypatch.delenv("EVENTYARD_CACHE", raising=False)
    (tmp_path / "eventyard.toml").write_text("")
    cache = Cache(tmp_path / "build/cache")
    entry(cache, "wheels", "old.whl", days=40, size=2048)
    entry(cache, "wheels", "young.whl", days=1, size=1024)
    zipped = entry(cache, "artefacts", f"{'a' * 64}.zip", days=40, size=512)
    made = Artefact(zipped, "b" * 64, "app.handler", "python3.13", "arm64", 512, 512)
    Manifest(Platform(), {"f": made}).write(tmp_path / "build/local/shop/package/manifest.json")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def entry(cache: Cache, kind: str, name: str, *, days: float, size: int) -> Path:
    with cache.writing(kind, name) as scratch:
        scratch.write_bytes(b"x" * size)
    path = cache.path(kind, name)
    os.utime(path, (time.time() - days * DAY,) * 2)
    return path


def run(*words: str) -> str:
    result = RUNNER.invoke(app, ["cache", *words], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def data(*words: str) -> Any:
    return json.loads(run(*words, "--json"))


def refused(*words: str) -> EventyardError:
    result = RUNNER.invoke(app, ["cache", *words])
    assert isinstance(result.exception, EventyardError)
    return result.exception


def left(project: Path) -> set[str]:
    folder = project / "build/cache"
    return {path.name for kind in ("wheels", "artefacts") for path in (folder / kind).glob("*")}


def test_the_group_has_its_words() -> None:
    text = RUNNER.invoke(app, ["cache", "--help"]).stdout
    assert all(f"\n  {word} " in text for word in ("show", "trim", "clear"))
    assert "\n  cache " in RUNNER.invoke(app, ["--help"]).stdout


def test_show_tells_kinds_sizes_and_the_folder(project: Path) -> None:
    result = RUNNER.invoke(app, ["cache", "show"])
    assert result.stdout.splitlines() == [
        "artefacts\t1\t512 bytes\tzips of functions",
        "wheels\t2\t3 KB\tdistributions, and what is in them",
    ]
    assert result.stderr.replace("\n", "") == f"{project}/build/cache: 4 KB"
    told = data("show")
    assert (told["folder"], told["size"]) == (str(project / "build/cache"), 3584)
    assert told["kinds"]["wheels"] == {"count": 2, "size": 3072}
    assert told["kinds"]["recipes"] == told["uv"] == {"count": 0, "size": 0}


def test_trim_removes_what_is_a_month_old_but_for_what_manifests_name(project: Path) -> None:
    result = RUNNER.invoke(app, ["cache", "trim"])
    assert result.stdout == "removed: 1 entries, 2 KB; left: 2 KB\n"
    assert "artefacts that manifests and plans name, and that stay: 1" in result.stderr
    assert left(project) == {"young.whl", f"{'a' * 64}.zip"}


def test_trim_takes_an_age_and_a_size(project: Path) -> None:
    assert data("trim", "--older-than", "60d")["removed"]["count"] == 0
    told = data("trim", "--older-than", "60d", "--max-size", "1.6KB")
    assert told["removed"] == {"count": 1, "size": 2048, "kinds": {"wheels": {"count": 1, "size": 2048}}}
    assert (told["left"], told["kept"], told["uv"]) == ({"count": 2, "size": 1536}, 1, None)
    assert data("trim", "--older-than", "20h")["removed"]["count"] == 1
    assert left(project) == {f"{'a' * 64}.zip"}


def test_clear_removes_everything(project: Path) -> None:
    assert run("clear") == "removed: 3 entries, 4 KB; left: 0 bytes\n"
    assert left(project) == set()
    assert run("clear") == "removed: 0 entries, 0 bytes; left: 0 bytes\n"


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("trim", "--older-than", "30"), "`30` is no length of time"),
        (("trim", "--older-than", "-1d"), "`-1d` is no length of time"),
        (("trim", "--older-than", "99999999d"), "is no length of time"),
        (("trim", "--max-size", "much"), "`much` is no size"),
        (("trim", "--max-size", "-2GB"), "`-2GB` is no size"),
        (("trim", "--cache", "eventyard.toml"), "The cache is no folder"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_removed(project: Path, words: tuple[str, ...], what: str) -> None:
    error = refused(*words)
    assert what in error.what
    assert error.fix
    assert len(left(project)) == 3


def test_the_folder_is_the_one_named_else_the_variables_else_the_projects(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "deep/down").mkdir(parents=True)
    monkeypatch.chdir(project / "deep/down")
    assert data("show")["folder"] == str(project / "build/cache")
    monkeypatch.setenv("EVENTYARD_CACHE", str(project / "shared"))
    assert data("show")["folder"] == str(project / "shared")
    assert data("show", "--cache", str(project / "named"))["folder"] == str(project / "named")
    assert not (project / "shared").exists()


def test_a_folder_without_a_project_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENTYARD_CACHE", raising=False)
    monkeypatch.chdir(tmp_path)
    assert data("show")["folder"] == str(tmp_path / "build/cache")
    assert data("trim")["removed"]["count"] == 0
    assert list(tmp_path.iterdir()) == []


def test_a_cache_in_use_waits(project: Path) -> None:
    words = [sys.executable, "-c", "from eventyard.cli import main; main()", "cache", "clear"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    with sharing.using(project / "build/cache"):
        process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=2)
        assert len(left(project)) == 3
    assert process.communicate(timeout=60)[0].startswith("removed: 3 entries")


def test_uvs_own_cache_is_uvs_business(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uv = Path(__file__).parents[3] / "build/tools/uv/bin/uv"
    if uv.is_file():
        monkeypatch.setenv("EVENTYARD_UV", str(uv))
    own = project / "build/cache/uv"
    (own / "wheels-v0/junk").mkdir(parents=True)  # of a version long gone: `prune` takes it
    (own / "wheels-v0/junk/file").write_bytes(b"x" * 5000)
    assert data("clear")["uv"] is None
    assert data("show")["uv"] == {"count": 1, "size": 5000}
    assert data("trim", "--uv")["uv"] < 5000
    assert not (own / "wheels-v0").exists()
    (own / "sdists-v9").mkdir()
    (own / "sdists-v9/file").write_bytes(b"x" * 5000)
    assert data("clear", "--uv")["uv"] < 5000
    assert not (own / "sdists-v9").exists()
