from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from eventyard.cli.app import app
from eventyard.errors import EventyardError
from eventyard.packaging import Platform
from eventyard.packaging.dependencies import requirements
from eventyard.packaging.dependencies.lock import lock, renew

from .conftest import put, wheel

if TYPE_CHECKING:
    from pathlib import Path

RUNNER = CliRunner()


@pytest.fixture
def project(tmp_path: Path, wheels: Path, uv: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two stacks: one with two functions that depend on something and one that does not, one with a namesake."""
    for name in ("one", "two"):
        wheel(wheels, name)
    here = tmp_path / "project"
    put(here, {"eventyard.toml": "", "terraform/stacks/my-shop/main.tf": "", "terraform/stacks/mill/main.tf": ""})
    for name, wanted in {"my_shop/sell": "one\n", "my_shop/buy": "one\ntwo\n", "mill/sell": "two\n"}.items():
        put(here / "handlers" / name, {"app.py": "def handler(e, c): ...\n", "requirements.in": wanted})
    put(here, {"handlers/my_shop/look/app.py": "def handler(e, c): ...\n"})
    monkeypatch.chdir(here)
    monkeypatch.setenv("EVENTYARD_UV", str(uv))
    return here


def test_a_lock_has_hashes_and_names_no_host(tmp_path: Path, wheels: Path, uv: Path) -> None:
    wheel(wheels, "one", Requires_Dist="two")
    wheel(wheels, "two")
    folder = tmp_path / "shop" / "sell"
    put(folder, {"requirements.in": "one\n"})
    text = lock(folder, uv, Platform()).read_text()
    assert "://" not in text
    assert str(tmp_path) not in text
    found = requirements.read(folder, strict=True)
    assert found
    assert [(pin.name, pin.via) for pin in found.pins] == [("one", ("-r requirements.in",)), ("two", ("one",))]


def test_what_is_locked_stays_until_an_upgrade_is_asked_for(tmp_path: Path, wheels: Path, uv: Path) -> None:
    wheel(wheels, "one")
    folder = tmp_path / "sell"
    put(folder, {"requirements.in": "one\n"})
    assert renew(folder, uv, Platform()).changed
    before = (folder / "requirements.txt").read_text()
    wheel(wheels, "one", version="2.0")
    again = renew(folder, uv, Platform())
    assert (again.changed, again.packages) == (False, 1)
    assert (folder / "requirements.txt").read_text() == before
    assert renew(folder, uv, Platform(), upgrade=True).changed
    assert "one==2.0" in (folder / "requirements.txt").read_text()


def test_locking_what_is_nowhere_says_so_and_leaves_the_lock(tmp_path: Path, wheels: Path, uv: Path) -> None:
    with pytest.raises(EventyardError, match=r"no `requirements\.in`"):
        lock(tmp_path, uv, Platform())
    put(tmp_path, {"requirements.in": "nowhere\n", "requirements.txt": "# as it was\n"})
    with pytest.raises(EventyardError, match="nowhere was not found"):
        lock(tmp_path, uv, Platform())
    assert (tmp_path / "requirements.txt").read_text() == "# as it was\n"
    assert {file.name for file in tmp_path.iterdir()} >= {"requirements.in", "requirements.txt"}
    assert not list(tmp_path.glob(".requirements*"))


def test_the_command_locks_a_stack_one_line_a_function(project: Path) -> None:
    done = RUNNER.invoke(app, ["lock", "--stack", "my-shop"])
    assert done.stdout.splitlines() == ["my_shop/buy: locked, 2 packages", "my_shop/sell: locked, 1 package"]
    assert not (project / "handlers/mill/sell/requirements.txt").exists()
    done = RUNNER.invoke(app, ["lock", "--stack", "all"])
    assert done.stdout.splitlines() == [
        "mill/sell: locked, 1 package",
        "my_shop/buy: unchanged, 2 packages",
        "my_shop/sell: unchanged, 1 package",
    ]
    for name in ("my_shop/sell", "my_shop/buy", "mill/sell"):
        assert requirements.read(project / "handlers" / name, strict=True)


@pytest.mark.parametrize("word", ["my_shop/sell", "handlers/my_shop/sell"])
def test_the_command_takes_functions_and_folders(project: Path, word: str) -> None:
    done = RUNNER.invoke(app, ["lock", word])
    assert done.stdout == "my_shop/sell: locked, 1 package\n"


def test_the_command_takes_a_name_where_it_is_the_only_one(project: Path) -> None:
    assert RUNNER.invoke(app, ["lock", "sell", "--stack", "mill"]).stdout == "mill/sell: locked, 1 package\n"
    done = RUNNER.invoke(app, ["lock", "sell", "--stack", "all"])
    assert isinstance(done.exception, EventyardError)
    assert done.exception.fix == "name one of `mill/sell`, `my_shop/sell`"
    done = RUNNER.invoke(app, ["lock", "sel", "--stack", "mill"])
    assert isinstance(done.exception, EventyardError)
    assert done.exception.what == "There is no function `sel` to lock"


def test_the_command_locks_any_folder(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "else"
    put(folder, {"a/requirements.in": "one\n", "b/x.py": ""})
    done = RUNNER.invoke(app, ["lock", "--handlers", str(folder)])
    assert done.stdout == "a: locked, 1 package\n"
    done = RUNNER.invoke(app, ["lock", "--handlers", str(folder), "a", "--json"])
    assert json.loads(done.stdout) == {f"{folder}/a/requirements.txt": {"changed": False, "packages": 1}}
    for words in (["--handlers", str(folder), "b"], ["--handlers", str(folder), "--stack", "mill"]):
        assert isinstance(RUNNER.invoke(app, ["lock", *words]).exception, EventyardError)


def test_one_that_fails_keeps_none_from_its_lock(project: Path) -> None:
    put(project, {"handlers/my_shop/buy/requirements.in": "nowhere\n"})
    done = RUNNER.invoke(app, ["lock", "--stack", "my-shop"])
    assert done.exit_code == 1
    assert done.stdout == "my_shop/sell: locked, 1 package\n"
    assert "nowhere was not found" in done.stderr
