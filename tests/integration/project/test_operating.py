"""`ops invoke` and `ops logs`, on a function that is a stranger's own Terraform, in a stack without our modules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.support.projects import Project

DESK = """
variable "handlers" {
  type = map(object({ filename = string, hash = string, handler = string, runtime = string, architecture = string }))
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_cloudwatch_log_group" "answer" {
  name              = "/aws/lambda/${var.prefix}-answer"
  retention_in_days = 7
}

resource "aws_iam_role" "answer" {
  name               = "${var.prefix}-answer"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "answer" {
  role = aws_iam_role.answer.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.answer.arn}:*"
    }]
  })
}

resource "aws_lambda_function" "answer" {
  function_name    = "${var.prefix}-answer"
  role             = aws_iam_role.answer.arn
  filename         = var.handlers["desk/answer"].filename
  source_code_hash = var.handlers["desk/answer"].hash
  handler          = var.handlers["desk/answer"].handler
  runtime          = var.handlers["desk/answer"].runtime
  architectures    = [var.handlers["desk/answer"].architecture]
  timeout          = 5
  depends_on       = [aws_cloudwatch_log_group.answer, aws_iam_role_policy.answer]
}
"""

HANDLER = '''"""Answers at the desk."""

from __future__ import annotations

import json


def handler(event: dict[str, object], context: object) -> dict[str, object]:
    """Return what came, or fail."""
    print(json.dumps({"level": "INFO", "message": "asked", "correlation_id": event.get("id", "none")}))
    return {"heard": event["word"]}
'''


@pytest.fixture(scope="module")
def desk(make_project: Callable[..., Project]) -> Project:
    """The project with its function deployed."""
    project = make_project()
    project.stack("desk", DESK)
    project.write("handlers/desk/answer/app.py", HANDLER)
    project.run("apply", "--stack", "desk")
    return project


def test_function_answers_and_its_log_can_be_read_by_id(desk: Project) -> None:
    for number in ("one", "two"):
        event = desk.write(f"build/{number}.json", json.dumps({"word": number, "id": f"id-{number}"}))
        done = desk.run("ops", "invoke", "answer", "--stack", "desk", "--event", str(event))
        assert json.loads(done.out) == {"heard": number}

    def lines() -> list[dict[str, str]]:
        out = desk.run("ops", "logs", "answer", "--stack", "desk", "--id", "id-two", "--json").out
        return [json.loads(line) for line in out.splitlines()]

    found = eventually(lines, timeout=20)
    assert [line["correlation_id"] for line in found] == ["id-two"]
    assert "asked" in desk.run("ops", "logs", "--stack", "desk").out


def test_failing_function_is_an_error_with_its_reason(desk: Project) -> None:
    failed = desk.run("ops", "invoke", "answer", "--stack", "desk", code=1)
    assert "KeyError" in failed.err
    assert "'word'" in failed.err


def test_misspelt_function_is_named_with_the_nearest(desk: Project) -> None:
    refused = desk.run("ops", "invoke", "anwser", "--stack", "desk", code=1)
    assert "did you mean `answer`?" in refused.err
