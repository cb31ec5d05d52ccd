"""What lies in `build/` is damaged or gone, a handler can't be imported: named, or made good by the next run."""

from __future__ import annotations

import json
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from tests.integration.project.conftest import HANDLER, NOTE, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.integration.support.projects import Project


@pytest.fixture(scope="module")
def project(make_project: Callable[..., Project]) -> Project:
    """Two stacks, applied at the same time from nothing: one of the two runs starts the emulator."""
    made = make_project(SETTINGS)
    made.stack("other", NOTE)
    made.write("handlers/other/answer/app.py", HANDLER)
    made.stack("other", NOTE.replace("note/answer", "other/answer"))
    with ThreadPoolExecutor() as pool:
        runs = [pool.submit(made.run, "apply", "--stack", stack, "--json") for stack in ("note", "other")]
        assert [run.result().data["word"] for run in runs] == ["(secret)", "(secret)"]
    assert {name for name in made.parameters() if name.endswith("/text")} == {"/note-local/text", "/other-local/text"}
    return made


@pytest.fixture
def handler(project: Project) -> Iterator[Path]:
    """A handler the test may spoil."""
    yield project.folder / "handlers/note/answer/app.py"
    project.write("handlers/note/answer/app.py", HANDLER)


def cut(file: Path) -> None:
    """Leave the first half of a file."""
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize(
    ("source", "told", "line"),
    [
        pytest.param("def handler(event, context)\n    return 1\n", "Syntax error: expected ':'", 1, id="syntax"),
        pytest.param(
            "return 1\ndef handler(event, context): ...\n", "Syntax error: 'return' outside", 1, id="does_not_compile"
        ),
        pytest.param(
            "import json\nimport yaml\ndef handler(event, context): ...\n",
            "Nothing provides `yaml`, which `note/answer` imports",
            2,
            id="package_that_is_not_locked",
        ),
        pytest.param(
            "from note.answer.words import WORD\ndef handler(event, context): ...\n",
            "There is no module `note.answer.words`",
            1,
            id="module_of_ours",
        ),
    ],
)
def test_handler_that_cannot_be_imported_is_refused_before_the_plan(
    project: Project, handler: Path, source: str, told: str, line: int
) -> None:
    handler.write_text(source)
    refused = project.run("apply", code=1)
    assert told in refused.err
    assert f"{handler}:{line}" in refused.err
    assert "plan note (local)" not in refused.err


def test_damaged_plan_is_not_applied(project: Project) -> None:
    folder = project.stack_folder("note") / "plan"
    project.write("handlers/note/answer/app.py", HANDLER + "# another\n")
    project.run("plan")
    cut(folder / "plan.json")
    refused = project.run("apply", "--plan", code=1)
    assert "The saved plan can't be read" in refused.err
    assert "run `eventyard plan --stack note --env local` again" in refused.err

    cut(folder / "record.json")
    assert "There is no saved plan" in project.run("apply", "--plan", code=1).err

    cut(project.stack_folder("note") / "package/manifest.json")
    project.run("apply")


def test_state_that_is_cut_off_is_refused_with_its_backup_and_the_command_named_heals(project: Project) -> None:
    project.write("handlers/note/answer/app.py", HANDLER + "# a second apply: now there is a backup\n")
    project.run("apply")
    state = project.stack_folder("note") / "state/terraform.tfstate"
    cut(state)
    for command in (("plan",), ("outputs",), ("destroy", "--yes")):
        refused = project.run(*command, code=1)
        assert "The state can't be read" in refused.err
        assert f"where: {state}" in refused.err
    command = f"cp {state}.backup {state}"
    assert f"`{command}`" in refused.err
    subprocess.run(shlex.split(command), check=True)
    project.run("apply")
    assert project.run("plan", "--json").data["changes_pending"] is False


def test_lost_note_of_the_emulator_does_not_lose_the_state(project: Project) -> None:
    state = project.stack_folder("note") / "state"
    serial = json.loads((state / "terraform.tfstate").read_text())["serial"]
    (state / "incarnation").write_text("")
    assert project.run("plan", "--json").data["changes_pending"] is False
    assert json.loads((state / "terraform.tfstate").read_text())["serial"] == serial


def test_artefact_that_was_damaged_in_the_cache_is_made_anew_before_it_is_deployed(project: Project) -> None:
    (artefact,) = {
        (project.stack_folder("note") / "package" / entry["filename"]).resolve()
        for entry in json.loads((project.stack_folder("note") / "package/manifest.json").read_text())[
            "handlers"
        ].values()
    }
    whole = artefact.read_bytes()
    artefact.write_bytes(whole[:80] + bytes([whole[80] ^ 1]) + whole[81:])
    done = project.run("apply")
    assert f"an artefact in the cache is made anew: `{artefact}`" in done.err
    assert artefact.read_bytes() == whole
    (deployed,) = (project.stack_folder("note") / "root/artefacts").iterdir()
    assert deployed.read_bytes() == whole
