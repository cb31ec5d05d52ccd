"""`eventyard patterns`, as a person calls it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from eventyard.cli.app import app
from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

RUNNER = CliRunner()
LARGE = {"source": ["shop"], "detail": {"total": [{"numeric": [">", 100]}]}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a pattern and two events, which is no project."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "large": LARGE,
        "many": {"source": "shop", "detail": {"total": 120}},
        "few": {"source": "shop"},
    }.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(value))
    return tmp_path


def patterns(*words: str, text: str | None = None) -> Result:
    return RUNNER.invoke(app, ["patterns", *words], input=text)


def test_an_event_that_matches(folder: Path) -> None:
    done = patterns("large.json", "many.json")
    assert (done.exit_code, done.stdout) == (0, "many.json: matches\n")


def test_an_event_that_does_not_is_told_with_the_field(folder: Path) -> None:
    done = patterns("large.json", "many.json", "few.json")
    assert done.exit_code == 1
    assert (
        'few.json: does not match: `detail.total`: not in the event; asked for {"numeric": [">", 100]}' in done.stdout
    )


def test_a_pattern_alone_and_from_stdin(folder: Path) -> None:
    assert "a pattern EventBridge takes" in patterns("large.json").stdout
    done = patterns("-", "few.json", "--json", text='{"source": ["shop"], "source": ["shop"]}')
    assert json.loads(done.stdout) == {
        "events": {"few.json": {"matches": True, "why": None}},
        "notes": ["`source` is there twice, and the last one counts"],
    }


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["few.json"], 2, "a field's values are in a list"),
        (["none.json"], 2, "can't be read"),
        (["large.json", "--stack", "jobs"], 1, "two things"),
    ],
)
def test_what_can_not_be_checked(folder: Path, words: list[str], code: int, says: str) -> None:
    error = patterns(*words).exception
    assert isinstance(error, EventyardError)
    assert error.exit_code == code
    assert says in error.what


def rule(pattern: Any) -> dict[str, Any]:
    after = {"name": "large", "event_bus_name": "shop", "event_pattern": json.dumps(pattern)}
    change = {"actions": ["create"], "after": after, "after_unknown": {}}
    type_ = "aws_cloudwatch_event_rule"
    return {"address": f"{type_}.large", "type": type_, "mode": "managed", "change": change}


@pytest.fixture
def project(folder: Path) -> Path:
    (folder / "terraform/stacks/jobs").mkdir(parents=True)
    (folder / "terraform/stacks/jobs/main.tf").write_text("")
    return folder


@pytest.mark.parametrize(
    ("pattern", "code", "says"),
    [
        (LARGE, 0, "jobs: every pattern is as stated"),
        ({"source": "shop"}, 1, "fail: aws_cloudwatch_event_rule.large: a field's values are in a list"),
    ],
)
def test_a_stacks_patterns_from_its_plan(project: Path, pattern: Any, code: int, says: str) -> None:
    (project / "plan.json").write_text(json.dumps({"resource_changes": [rule(pattern)]}))
    done = patterns("--stack", "jobs", "--plan", "plan.json")
    assert (done.exit_code, done.exception if code == 0 else None) == (code, None)
    assert says in done.stdout
    as_json = patterns("--stack", "jobs", "--plan", "plan.json", "--json")
    assert [finding["rule"] for finding in json.loads(as_json.stdout)["jobs"]] == ["event-pattern"] * code
