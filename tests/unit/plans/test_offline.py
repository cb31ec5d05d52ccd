from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest

from eventyard import tools
from eventyard.plans import offline

BUILD = Path(__file__).resolve().parents[3] / "build"
LOOKS_UP = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {}

data "aws_caller_identity" "current" {}

data "aws_sns_topic" "elsewhere" {
  name = "elsewhere"
}

output "account" {
  value = data.aws_caller_identity.current.account_id
}
"""


def _post(answers: offline.Answers, body: bytes, target: str = "") -> str:
    request = urllib.request.Request(  # noqa: S310 - our own server on loopback
        answers.environment["AWS_ENDPOINT_URL"], data=body, headers={"X-Amz-Target": target}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        text: str = answer.read().decode()
    return text


def test_the_two_questions_of_a_plan_are_answered() -> None:
    with offline.Answers() as answers:
        assert offline.ACCOUNT in _post(answers, b"Action=GetCallerIdentity&Version=2011-06-15")
        assert '"OK"' in _post(answers, b"{}", "AWSStepFunctions.ValidateStateMachineDefinition")
        assert answers.refused == []


def test_everything_else_is_refused_and_named() -> None:
    with offline.Answers() as answers:
        with pytest.raises(urllib.error.HTTPError, match="403"):
            _post(answers, b"{}", "AmazonSQS.GetQueueUrl")
        assert answers.refused == ["AmazonSQS.GetQueueUrl"]


def test_it_listens_on_loopback_with_credentials_that_open_nothing() -> None:
    with offline.Answers() as answers:
        assert answers.environment["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
        assert answers.environment["AWS_ACCESS_KEY_ID"] == "test"


def test_a_root_that_looks_things_up_cannot_be_planned_before_they_are_there(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(LOOKS_UP)
    with pytest.raises(offline.PlanError) as refusal:
        offline.plan(
            tmp_path,
            terraform=tools.terraform("terraform", BUILD),
            environment=tools.terraform_environment(BUILD),
        )
    assert "aws_sns_topic.elsewhere" in str(refusal.value)
    assert "asked AWS for: Action=ListTopics" in str(refusal.value)
