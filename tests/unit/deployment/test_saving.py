from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.deployment import Context, saving
from eventyard.deployment.saving import UnsavedStateError

from .conftest import said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def state(serial: int = 1, lineage: str = "one") -> dict[str, Any]:
    return {"version": 4, "serial": serial, "lineage": lineage, "resources": []}


def put(file: Path, document: dict[str, Any] | str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(document if isinstance(document, str) else json.dumps(document))


@pytest.mark.parametrize("there", [None, state(1), "", '{"serial": 1, "lin'])
def test_a_state_that_could_not_be_saved_is_put_in_its_place(
    context: Callable[..., Context], there: dict[str, Any] | str | None
) -> None:
    here = context()
    if there is not None:
        put(here.paths.state, there)
    put(saving.unsaved(here), state(2))
    saving.recover(here)
    assert json.loads(here.paths.state.read_text()) == state(2)
    assert here.paths.state.stat().st_mode & 0o777 == 0o600
    assert not saving.unsaved(here).exists()
    assert "in its place now" in said(here)


@pytest.mark.parametrize("there", [state(3), state(1, "another")])
def test_a_state_that_changed_since_is_left_alone(context: Callable[..., Context], there: dict[str, Any]) -> None:
    here = context()
    put(here.paths.state, there)
    put(saving.unsaved(here), state(2))
    with pytest.raises(UnsavedStateError, match="changed since") as refused:
        saving.recover(here)
    assert "state push -force" in (refused.value.fix or "")
    assert json.loads(here.paths.state.read_text()) == there
    assert saving.unsaved(here).exists()


def test_what_a_full_disk_left_of_an_unsaved_state_is_no_state(context: Callable[..., Context]) -> None:
    here = context()
    put(here.paths.state, state(1))
    put(saving.unsaved(here), "")
    saving.recover(here)
    assert json.loads(here.paths.state.read_text()) == state(1)
    assert not saving.unsaved(here).exists()


def test_a_state_that_was_printed_replaces_what_was_written_of_it(context: Callable[..., Context]) -> None:
    here = context()
    put(saving.unsaved(here), '{"serial"')
    saving.rescue(here, state(7))
    assert json.loads(saving.unsaved(here).read_text()) == state(7)
    assert saving.unsaved(here).stat().st_mode & 0o777 == 0o600
    assert str(saving.unsaved(here)) in said(here)


def test_a_state_that_finds_no_room_in_the_project_is_named(
    context: Callable[..., Context], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = context()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    here.paths.folder.mkdir(parents=True)
    here.paths.root.write_text("a file where the folder should be")  # whoever runs this may write everywhere
    with pytest.raises((UnsavedStateError, NotADirectoryError)) as told:
        saving.rescue(here, state(7))
    assert isinstance(told.value, UnsavedStateError)
    (kept,) = elsewhere.iterdir()
    assert told.value.where == str(kept)
    assert json.loads(kept.read_text()) == state(7)


@pytest.mark.parametrize("backup", [True, False])
def test_a_state_that_is_cut_off_is_named_with_its_backup(tmp_path: Path, backup: bool) -> None:
    file = tmp_path / "terraform.tfstate"
    file.write_text(json.dumps(state())[:20])
    if backup:
        put(tmp_path / "terraform.tfstate.backup", state())
    with pytest.raises(UnsavedStateError, match="can't be read") as refused:
        saving.read(file)
    assert refused.value.where == str(file)
    assert (f"`cp {file}.backup {file}`" in (refused.value.fix or "")) is backup


def test_room_is_held_and_given_back(context: Callable[..., Context]) -> None:
    here = context()
    with saving.room(here):
        (held,) = here.paths.state.parent.glob("reserve")
        assert held.stat().st_blocks * 512 >= 1 << 20
    assert not held.exists()
