"""`eventyard audit` on a stack of a stranger's: rights nobody used and calls nobody may make are found, and settled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from eventyard.operations.audit import observed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.support.projects import Project

DESK = """
data "aws_caller_identity" "current" {}

resource "aws_ssm_parameter" "text" {
  name           = "/${var.prefix}/text"
  type           = "String"
  insecure_value = "first"
}

resource "aws_iam_role" "clerk" {
  name = "${var.prefix}-clerk"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = data.aws_caller_identity.current.account_id }
    }]
  })
}

resource "aws_iam_role_policy" "desk" {
  name = "desk"
  role = aws_iam_role.clerk.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Read", Effect = "Allow", Action = ["ssm:GetParameter*"], Resource = [aws_ssm_parameter.text.arn] },
      { Sid = "Write", Effect = "Allow", Action = ["ssm:PutParameter"], Resource = [aws_ssm_parameter.text.arn] },
    ]
  })
}

resource "aws_iam_policy" "queues" {
  name = "${var.prefix}-queues"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Sid = "List", Effect = "Allow", Action = "sqs:ListQueues", Resource = "*"
      Condition = { StringEquals = { "aws:RequestedRegion" = "eu-west-1" } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "queues" {
  role       = aws_iam_role.clerk.name
  policy_arn = aws_iam_policy.queues.arn
}

output "role" {
  value = aws_iam_role.clerk.arn
}

output "parameter" {
  value = aws_ssm_parameter.text.name
}
"""
SETTINGS = """
[project]
name          = "corner-shop"
default_stack = "desk"

[environments.local]
port = 0
"""


@dataclass(frozen=True)
class Desk:
    """The project, and what its clerk may call."""

    project: Project
    role: str
    parameter: str

    def acting(self, service: str) -> Any:
        """Return a client of the clerk's, who has come to work just now."""
        emulator = self.project.emulator()
        keys = emulator.session().client("sts").assume_role(RoleArn=self.role, RoleSessionName="clerk")["Credentials"]
        session = boto3.session.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        return session.client(service, region_name=emulator.region, endpoint_url=emulator.endpoint)

    def allow(self, action: str) -> None:
        """Add a statement to what the clerk may do."""
        iam, role = self.project.client("iam"), self.role.rpartition("/")[2]
        policy = iam.get_role_policy(RoleName=role, PolicyName="desk")["PolicyDocument"]
        policy["Statement"].append({"Effect": "Allow", "Action": action, "Resource": "*"})
        iam.put_role_policy(RoleName=role, PolicyName="desk", PolicyDocument=json.dumps(policy))

    def audit(self, *words: str, code: int) -> Any:
        return self.project.run("audit", "--json", *words, code=code).data


@pytest.fixture(scope="module")
def desk(make_project: Callable[..., Project]) -> Desk:
    project = make_project(SETTINGS)
    project.stack("desk", DESK)
    project.run("apply", "--yes")
    outputs = project.run("outputs", "--json").data
    return Desk(project, outputs["role"], outputs["parameter"])


def places(found: list[dict[str, Any]]) -> list[str]:
    return [one["statement"].rpartition("/")[2] for one in found]


def test_what_was_used_denied_and_never_used_is_told_apart_until_all_is_right(desk: Desk):
    audit = desk.audit(code=2)
    assert places(audit["unused"]) == ["desk#Read", "desk#Write", "desk-local-queues#List"]
    assert (audit["calls"], audit["denied"]) == (0, [])

    ssm = desk.acting("ssm")
    ssm.get_parameter(Name=desk.parameter)
    desk.acting("sqs").list_queues()
    for _ in range(2):
        with pytest.raises(ssm.exceptions.ClientError, match="AccessDenied"):
            ssm.delete_parameter(Name=desk.parameter)

    audit = desk.audit(code=2)
    assert places(audit["unused"]) == ["desk#Write"]
    assert audit["unused"][0]["actions"] == ["ssm:PutParameter"]
    [denied] = audit["denied"]
    assert denied["role"] == "aws_iam_role.clerk"
    assert (denied["action"], denied["times"], denied["by"]) == ("ssm:DeleteParameter", 2, [])
    assert denied["resource"].endswith(f":parameter{desk.parameter}")
    told = desk.project.run("audit", code=2)
    assert "never used\taws_iam_role.clerk\tdesk#Write\tssm:PutParameter" in told.out
    assert "denied\taws_iam_role.clerk\tno statement allows it\tssm:DeleteParameter" in told.out
    assert "not in this time" in told.err

    ssm.put_parameter(Name=desk.parameter, Value="first", Overwrite=True)
    desk.allow("ssm:DeleteParameter")
    audit = desk.audit(code=2)
    assert places(audit["unused"]) == ["desk#2"]
    assert audit["denied"] == []
    assert [one["action"] for one in audit["settled"]] == ["ssm:DeleteParameter"]

    ssm.delete_parameter(Name=desk.parameter)
    audit = desk.audit("--strict", code=0)
    assert (audit["unused"], audit["wider"]) == ([], [])


def test_a_reset_ends_the_observation(desk: Desk):
    assert desk.role in {call.principal for call in observed(desk.project.emulator()).calls}
    desk.project.run("local", "reset")
    refused = desk.project.run("audit", code=1)
    assert "`desk` is not applied in `local`" in refused.err
    assert desk.role not in {call.principal for call in observed(desk.project.emulator()).calls}
