"""Dependencies from source, and locks of projects."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.packaging.locked import Install, function, installer, no_uv, sdist

from eventyard.packaging import Platform
from eventyard.packaging.cache import Cache
from eventyard.packaging.dependencies.requirements import LockError
from eventyard.packaging.dependencies.resolve import DependencyError

from .conftest import PYTHON, put, wheel

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def install(tmp_path: Path, uv: Path, said: list[str]) -> Install:
    return installer(tmp_path, uv, said)


# From source


def test_a_pure_source_distribution_is_built_once_where_that_is_asked_for(
    install: Install, tmp_path: Path, wheels: Path
) -> None:
    function(tmp_path, "sell", lock=sdist(wheels, "raw") + wheel(wheels, "one"))
    asked = frozenset({"raw", "one"})
    found = install("sell", from_source=asked)
    assert [one.filename for one in found["sell"]] == ["one-1.0-py3-none-any.whl", "raw-1.0-py3-none-any.whl"]
    assert install("sell", from_source=asked, uv=no_uv) == found
    function(tmp_path, "buy", lock=(tmp_path / "fn/sell/requirements.txt").read_text() + wheel(wheels, "two"))
    built = list((tmp_path / "cache/built").iterdir())
    assert len(built) == 1
    assert install("buy", from_source=asked)["buy"][1] == found["sell"][1]
    assert list((tmp_path / "cache/built").iterdir()) == built


def test_a_source_distribution_without_a_hash_is_built_too(install: Install, tmp_path: Path, wheels: Path) -> None:
    sdist(wheels, "raw")
    wheel(wheels, "one", Requires_Dist="raw")
    function(tmp_path, "sell", lock="one==1.0\n")
    found = install("sell", strict=False, from_source=frozenset({"raw"}))
    assert [one.name for one in found["sell"]] == ["one", "raw"]


def test_a_source_distribution_that_was_not_locked_is_never_built(
    install: Install, tmp_path: Path, wheels: Path
) -> None:
    sdist(wheels, "raw")
    function(tmp_path, "sell", lock=f"raw==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(DependencyError, match="Hash mismatch"):
        install("sell", from_source=frozenset({"raw"}))
    assert not (tmp_path / "cache/built").exists()


@pytest.mark.parametrize("tag", ["cp313-cp313-linux_x86_64", "py2-none-any"])
def test_a_source_distribution_with_compiled_parts_is_refused(
    install: Install, tmp_path: Path, wheels: Path, tag: str
) -> None:
    function(tmp_path, "sell", lock=sdist(wheels, "raw", tag=tag))
    with pytest.raises(DependencyError, match=f"its source builds `raw-1.0-{tag}.whl`"):
        install("sell", from_source=frozenset({"raw"}))


# uv.lock


PROJECT = """
[project]
name = "sell"
version = "0"
requires-python = ">=3.11"
dependencies = ["one", "boto3"]
[dependency-groups]
dev = ["two"]
"""


def test_a_project_with_its_lock_is_taken(install: Install, tmp_path: Path, wheels: Path, uv: Path, index: Any) -> None:
    for name in ("one", "two", "boto3"):
        wheel(wheels, name)
    with index():
        folder = function(tmp_path, "sell", project=PROJECT)
        subprocess.run([uv, "lock", "--quiet", "--python", PYTHON], cwd=folder, check=True)
        found = install("sell")
        assert [one.name for one in found["sell"]] == ["one"]
        assert sorted(file.name for file in folder.iterdir()) == ["pyproject.toml", "uv.lock"]
        assert install("sell", uv=no_uv) == found
        put(folder, {"pyproject.toml": PROJECT.replace('"boto3"', '"boto3>=1"')})
        subprocess.run([uv, "lock", "--quiet", "--python", PYTHON], cwd=folder, check=True)
        assert [one.name for one in install("sell")["sell"]] == ["boto3", "one"]


def test_a_projects_lock_that_is_stale_is_refused(
    install: Install, tmp_path: Path, wheels: Path, uv: Path, index: Any
) -> None:
    for name in ("one", "two", "boto3"):
        wheel(wheels, name)
    with index():
        folder = function(tmp_path, "sell", project=PROJECT)
        subprocess.run([uv, "lock", "--quiet", "--python", PYTHON], cwd=folder, check=True)
        put(folder, {"pyproject.toml": PROJECT.replace('"boto3"', '"two"')})
        with pytest.raises(LockError, match="stale") as caught:
            install("sell")
        assert "`uv lock`" in (caught.value.fix or "")
        (folder / "pyproject.toml").unlink()
        with pytest.raises(LockError, match=r"no `pyproject\.toml`"):
            install("sell")


def test_a_projects_own_packages_are_refused(install: Install, tmp_path: Path, wheels: Path, uv: Path) -> None:
    project = PROJECT.replace('"boto3"', '"other"') + '[tool.uv.sources]\nother = { path = "other" }\n'
    folder = function(tmp_path, "sell", project=project)
    put(folder / "other", {"pyproject.toml": '[project]\nname = "other"\nversion = "1"\n'})
    for name in ("one", "two"):
        wheel(wheels, name)
    subprocess.run([uv, "lock", "--quiet", "--python", PYTHON], cwd=folder, check=True)
    with pytest.raises(LockError) as caught:
        install("sell")
    assert caught.value.where == str(folder / "uv.lock")


@pytest.mark.parametrize("second", ["lock", "source"])
def test_two_kinds_of_lock_are_one_too_many(install: Install, tmp_path: Path, second: str) -> None:
    function(tmp_path, "sell", project=PROJECT, uv="version = 1\n", **{second: "one\n"})
    with pytest.raises(LockError, match="two kinds of lock"):
        install("sell")


# uv's settings


def test_uvs_settings_beside_the_handler_count(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wheels: Path
) -> None:
    monkeypatch.delenv("UV_CONFIG_FILE")
    line = wheel(wheels, "one")
    folder = function(tmp_path, "sell", lock=line)
    put(folder, {"uv.toml": 'no-index = true\nfind-links = ["../../wheels"]\n[pip]\nuniversal = true\n'})
    assert install("sell")["sell"][0].name == "one"
    (folder / "uv.toml").unlink()
    put(folder, {"pyproject.toml": '[tool.uv]\nno-index = true\nfind-links = ["../../wheels"]\n'})
    assert install("sell", cache=Cache(tmp_path / "cache"), platform=Platform("3.12", "x86_64"))["sell"]
