"""One stack through every step: applied once, then looked at, handed over, changed, and left alone."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.integration.support.projects import CHECKOUT

from eventyard import tools

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.integration.support.projects import Project

SECRET = "open-first-sesame"


@pytest.fixture(scope="module")
def corner(make_project: Callable[..., Project]) -> Project:
    """The project with its stack applied."""
    project = make_project()
    done = project.run("apply")
    assert "topic arn" in done.out
    assert SECRET not in done.out + done.err
    return project


@pytest.fixture
def edited(corner: Project) -> Iterator[Path]:
    """The handler, to be edited; it is as before afterwards."""
    handler = corner.folder / "handlers/note/answer/app.py"
    before = handler.read_text()
    yield handler
    handler.write_text(before)


def test_second_plan_is_empty(corner: Project) -> None:
    planned = corner.run("plan", "--json").data
    assert planned["changes_pending"] is False
    assert planned["policy"] == []


def test_second_apply_changes_nothing(corner: Project) -> None:
    serial = json.loads((corner.stack_folder("note") / "state/terraform.tfstate").read_text())["serial"]
    done = corner.run("apply", "--json")
    assert done.data["topic_arn"].endswith(":note-local-news")
    assert json.loads((corner.stack_folder("note") / "state/terraform.tfstate").read_text())["serial"] == serial


def test_bare_terraform_takes_over_with_an_empty_plan(corner: Project, tmp_path: Path) -> None:
    out = tmp_path / "elsewhere"
    corner.run("render", "--out", str(out))
    settings = corner.environment() | tools.terraform_environment(CHECKOUT / "build")
    binary = tools.terraform("terraform", CHECKOUT / "build")
    subprocess.run(
        [binary, "init", "-input=false"], cwd=out, env=settings, check=True, capture_output=True, timeout=120
    )
    planned = subprocess.run(
        [binary, "plan", "-input=false", "-detailed-exitcode", "-no-color"],
        cwd=out,
        env=settings,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert planned.returncode == 0, planned.stdout + planned.stderr


def test_outputs_mask_what_is_secret(corner: Project) -> None:
    as_table, as_json = corner.run("outputs"), corner.run("outputs", "--json")
    assert as_json.data == {"topic_arn": as_json.data["topic_arn"], "word": "(secret)"}
    assert re.search(r"^word\t\(secret\)$", as_table.out, flags=re.MULTILINE)
    assert SECRET not in as_table.out + as_table.err + as_json.err


def test_nothing_others_can_read_holds_the_secret(corner: Project) -> None:
    built = corner.stack_folder("note")
    holding = [path for path in built.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert "terraform.tfstate" in {path.name for path in holding}
    readable = [path.name for path in holding if path.stat().st_mode & 0o077 and path.parent.stat().st_mode & 0o077]
    assert readable == []


def test_json_of_every_step_is_json_and_nothing_else(corner: Project) -> None:
    assert {"filename", "hash", "parts", "reused", "size"} <= set(
        corner.run("package", "--json").data["functions"]["note/answer"]
    )
    assert corner.run("render", "--json").data["root"].endswith("build/local/note/root")
    assert corner.run("local", "status", "--json").data["healthy"] is True
    assert corner.run("local", "mail", "--json").data == []
    assert {check["name"] for check in corner.run("doctor", "--json").data} >= {"Terraform"}


def test_nothing_is_written_outside_build(corner: Project) -> None:
    assert {path.name for path in corner.folder.iterdir()} == {"build", "eventyard.toml", "handlers", "terraform"}
    assert {path.name for path in (corner.folder / "terraform/stacks/note").iterdir()} == {"main.tf"}


def test_drift_is_told_with_exit_code_2(corner: Project) -> None:
    assert corner.run("drift").out == "no drift\n"
    ssm = corner.client("ssm")
    ssm.put_parameter(Name="/note-local/text", Value="by hand", Type="String", Overwrite=True)
    try:
        found = corner.run("drift", "--json", code=2).data
    finally:
        corner.run("apply")
    assert "aws_ssm_parameter.text" in " ".join(one["address"] for one in found)
    assert corner.parameters()["/note-local/text"] == "first"


def test_plan_is_stale_once_a_handler_was_edited(corner: Project, edited: Path) -> None:
    corner.run("plan")
    edited.write_text(edited.read_text().replace("asked", "asked again"))
    refused = corner.run("apply", "--plan", code=1)
    assert "is stale: handlers changed since (note/answer)" in refused.err
    assert "eventyard plan --stack note --env local" in refused.err


def test_plan_is_stale_once_somebody_else_applied(corner: Project, edited: Path) -> None:
    edited.write_text(edited.read_text().replace("asked", "asked once more"))
    corner.run("plan")
    saved = corner.stack_folder("note") / "plan"
    kept = {file.name: file.read_bytes() for file in saved.iterdir()}
    corner.run("apply")
    for name, content in kept.items():
        (saved / name).write_bytes(content)
    refused = corner.run("apply", "--plan", code=1)
    assert re.search(r"is stale: the state went from serial \d+ to \d+: somebody applied since", refused.err)


def test_saved_plan_is_applied_as_it_was_shown(corner: Project, edited: Path) -> None:
    edited.write_text(edited.read_text().replace("asked", "asked at last"))
    planned = corner.run("plan", "--json").data
    before = corner.parameters()["/note-local/code"]
    corner.run("apply", "--plan")
    assert planned["changes_pending"] is True
    assert corner.parameters()["/note-local/code"] != before
    assert "There is no saved plan" in corner.run("apply", "--plan", code=1).err
