from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eventyard.terraform.errors import Diagnostic, StateLockedError, TerraformError, from_events, is_lock, plain
from eventyard.terraform.events import parse, timings

if TYPE_CHECKING:
    from pathlib import Path

LOCKED = """Error message: operation error S3: PutObject, StatusCode: 412

Lock Info:
  ID:        5f2e8a7c-1111-2222-3333-444455556666
  Path:      states/prod/jobs.tfstate
  Operation: OperationTypeApply
  Who:       ada@laptop
  Version:   1.11.4
  Created:   2026-11-21 03:49:57.465926 +0000 UTC
  Info:
"""


def line(kind: str, address: str, second: float, action: str = "create") -> str:
    return json.dumps(
        {
            "type": kind,
            "@message": "x",
            "@timestamp": f"2026-11-21T03:49:{second:09.6f}Z",
            "hook": {"resource": {"addr": address}, "action": action},
        }
    )


def test_times_are_relative_to_the_first_start() -> None:
    lines = [
        line("apply_start", "a", 10),
        line("apply_start", "b", 11),
        line("apply_complete", "a", 12.5),
        line("apply_errored", "b", 15),
        line("apply_start", "never-ended", 16),
    ]
    found = timings([event for text in lines if (event := parse(text))])
    assert [(one.address, one.start, one.elapsed, one.ok) for one in found] == [
        ("a", 0, 2.5, True),
        ("b", 1, 4, False),
    ]


def test_what_is_no_event_is_passed_over() -> None:
    assert parse("a provider's print\n") is None
    assert parse("[1]") is None
    assert parse('{"no": "type"}') is None


def diagnostic(summary: str, severity: str = "error", **more: Any) -> dict[str, Any]:
    return {"type": "diagnostic", "diagnostic": {"severity": severity, "summary": summary, "detail": "", **more}}


def test_an_error_carries_file_line_resource_and_snippet(tmp_path: Path) -> None:
    documents = [
        diagnostic("old", "warning"),
        diagnostic(
            "Invalid value",
            detail="must be\nsmaller",
            address="module.stack.aws_sqs_queue.a",
            range={"filename": "main.tf", "start": {"line": 7}},
            snippet={"code": "  delay = 1000"},
        ),
        diagnostic("Second"),
        diagnostic("Second"),
    ]
    error = TerraformError("plan", from_events(documents), folder=tmp_path)
    assert error.what == "Invalid value: must be smaller"
    assert error.where == f"{tmp_path}/main.tf:7, aws_sqs_queue.a, `delay = 1000`\nalso: Second"
    assert [one.summary for one in error.diagnostics] == ["Invalid value", "Second", "old"]


def test_a_lock_names_its_holder() -> None:
    found = Diagnostic("error", "Error acquiring the state lock", LOCKED)
    assert is_lock(found)
    error = StateLockedError(found, fix="wait")
    assert error.what.startswith("ada@laptop holds the state's lock (Apply, since 2026-11-21")
    assert error.lock["ID"] == "5f2e8a7c-1111-2222-3333-444455556666"
    assert not is_lock(Diagnostic("error", "Something else", LOCKED))


def test_diagnostics_for_people_are_read_too() -> None:
    text = (
        "\x1b[31m╷\x1b[0m\n\x1b[31m│\x1b[0m \x1b[1mError: Unsupported block\x1b[0m\n│ \n"
        "│   on main.tf line 3, in terraform:\n│    3:   nonsense {\n│ \n│ Blocks of type nonsense.\n╵\n"
    )
    (found,) = plain(text)
    assert (found.summary, found.file, found.line) == ("Unsupported block", "main.tf", 3)
    assert "Blocks of type nonsense." in found.detail


def test_failing_without_a_word_still_says_what_failed(tmp_path: Path) -> None:
    assert "gave no reason" in TerraformError("init", plain(""), folder=tmp_path).what
