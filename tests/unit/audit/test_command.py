from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from eventyard.cli.app import app
from eventyard.cli.audit import tell
from eventyard.console import Console
from eventyard.errors import EventyardError
from eventyard.operations.audit import Audit, Denied, Unseen, Unused

if TYPE_CHECKING:
    from pathlib import Path

RUNNER = CliRunner()
AWS = """
target  = "aws"
account = "111122223333"
[environments.there.state]
bucket = "states"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "terraform/stacks/jobs").mkdir(parents=True)
    (tmp_path / "terraform/stacks/jobs/main.tf").write_text('variable "prefix" {\n  type = string\n}\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("environment", "what", "fix"),
    [
        (AWS, "`there` is on AWS", "IAM Access Analyzer"),
        ('target = "localstack"\nendpoint = "http://127.0.0.1:1"\n', "enforces no IAM", "embedded emulator"),
        ('endpoint = "http://127.0.0.1:1"\n', "was not started from here", "without `endpoint`"),
        ('settings = { AUTH = "false" }\n', "IAM is not enforced", "take the setting out"),
        ("", "does not run: it has seen nothing", "apply"),
    ],
)
def test_where_nobody_keeps_the_calls_the_audit_says_why(project: Path, environment: str, what: str, fix: str) -> None:
    (project / "eventyard.toml").write_text(f"[environments.there]\n{environment}")
    result = RUNNER.invoke(app, ["audit", "--env", "there"])
    assert isinstance(result.exception, EventyardError)
    assert what in result.exception.what
    assert fix in str(result.exception.fix)
    assert result.exception.exit_code == 1


def test_help_names_the_word() -> None:
    assert "\n  audit " in RUNNER.invoke(app, ["--help"]).stdout


def test_what_was_found_is_told_with_how_long_was_looked(capsys: pytest.CaptureFixture[str]) -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    queue = "arn:aws:sqs:eu-west-1:000000000000:jobs"
    unused = Unused("module.worker", "grants#Send", ("sqs:SendMessage", "sqs:GetQueueUrl"), (queue, "*"))
    denied = Denied("module.worker", "sns:Publish", "arn:aws:s3:::news/a:b", ("grants#Never",), 3, began)
    unseen = Unseen("module.worker", "sources#Jobs", ("sqs:ReceiveMessage",), ("arn:q",), "Lambda polls")
    found = Audit(
        since=began,
        calls=7,
        roles=2,
        dropped=5,
        unused=(unused,),
        denied=(denied,),
        wider=(),
        unseen=(unseen, replace(unseen, role="module.other")),
        settled=(),
        not_judged=(("module.worker", "arn:aws:iam::aws:policy/ReadOnlyAccess"),),
    )
    tell(Console(), found)
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "never used\tmodule.worker\tgrants#Send\tsqs:SendMessage, sqs:GetQueueUrl\tsqs:jobs, *",
        "denied\tmodule.worker\tgrants#Never\tsns:Publish\ts3:news/a:b, 3 times, last 2026-01-01 00:00:00 UTC",
        "not seen here\tmodule.worker, module.other\tsources#Jobs\tsqs:ReceiveMessage\tLambda polls",
    ]
    for said in ("7 calls by 2 roles, seen since 2026-01-01 00:00:00 UTC", "5 calls are not kept"):
        assert said in err
    assert "ReadOnlyAccess is AWS's own" in err
