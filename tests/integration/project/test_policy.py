"""A finding of the policy stops an apply, until somebody writes down why it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.support.projects import Project

ENDLESS = """
resource "aws_cloudwatch_log_group" "all" {
  name = "/${var.prefix}/all"
}

output "name" {
  value = aws_cloudwatch_log_group.all.name
}
"""


def test_finding_stops_the_apply_and_a_reason_lets_it_pass(make_project: Callable[..., Project]) -> None:
    settings = "[environments.local]\nport = 0\n"
    project = make_project(settings)
    project.stack("endless", ENDLESS)

    refused = project.run("apply", "--stack", "endless", code=1)
    key = "log-retention:module.stack.aws_cloudwatch_log_group.all"
    assert "The plan breaks 1 rule: log-retention" in refused.err
    assert f'"{key}" = "why this is right here"' in refused.err
    assert project.client("logs").describe_log_groups()["logGroups"] == []

    project.write("eventyard.toml", f'{settings}\n[environments.local.policy]\n"{key}" = "short"\n')
    assert "needs a written reason" in project.run("apply", "--stack", "endless", code=1).err

    reason = "kept for ever by law, see the audit"
    project.write("eventyard.toml", f'{settings}\n[environments.local.policy]\n"{key}" = "{reason}"\n')
    done = project.run("apply", "--stack", "endless")
    assert f"suppressed {key.replace(':', ' ')}" in done.err
    assert [one["logGroupName"] for one in project.client("logs").describe_log_groups()["logGroups"]] == [
        "/endless-local/all"
    ]
