"""Every rule against a real plan: what breaks it, what keeps it, and what it can't see."""

from __future__ import annotations

from typing import Any

import pytest

from eventyard.plans import policy
from eventyard.plans.policy import Finding, SuppressionError

BREAKS = {
    "dead-letter-retention": {"aws_sqs_queue.forgetful"},
    "event-orphan": {"terraform_data.shop"},
    "event-pattern": {"aws_cloudwatch_event_rule.refused"},
    "event-pattern-example": {"aws_cloudwatch_event_rule.narrow", "aws_cloudwatch_event_rule.wide"},
    "event-rule-orphan": {"aws_cloudwatch_event_rule.astray"},
    "failure-path-function": {"aws_lambda_function.work"},
    "failure-path-queue": {"aws_sqs_queue.open"},
    "failure-path-rule-target": {"aws_cloudwatch_event_target.stops"},
    "failure-path-schedule": {"aws_scheduler_schedule.nightly"},
    "failure-path-stream": {"aws_lambda_event_source_mapping.clicks"},
    "failure-path-subscription": {"aws_sns_topic_subscription.work"},
    "log-group": {"aws_lambda_function.work", "aws_sfn_state_machine.bare"},
    "log-retention": {"aws_cloudwatch_log_group.for_ever"},
    "overwritten": {
        "aws_cloudwatch_metric_alarm.first",
        'aws_cloudwatch_dashboard.shop["second"]',
        "aws_sns_topic.twice[1]",
    },
    "partial-batch-responses": {"aws_lambda_event_source_mapping.short"},
    "route-out": {
        "module.at_the_edge.aws_lambda_function.this",
        "module.by_ipv6.aws_lambda_function.this",
        "module.closed.aws_lambda_function.this",
        "module.half_open.aws_lambda_function.this",
    },
    "service-source-account": {
        "aws_iam_role.schedule",
        "aws_lambda_permission.bucket",
        "aws_sns_topic_policy.late",
        "aws_sqs_queue.open",
    },
    "task-catch": {"aws_sfn_state_machine.bare"},
    "task-retry": {"aws_sfn_state_machine.bare"},
    "task-timeout": {"aws_sfn_state_machine.bare"},
    "visibility-timeout": {"aws_sqs_queue.short"},
    "wildcard-action": {
        "aws_iam_role_policy.all",
        "aws_iam_role_policy_attachment.all",
        "aws_kms_key.open",
        "aws_sns_topic_policy.late",
    },
    "wildcard-principal": {
        "aws_kms_key.open",
        "aws_lambda_permission.anybody",
        "aws_sns_topic_policy.late",
        "aws_sqs_queue.open",
    },
}


@pytest.fixture(scope="module")
def findings(plan: dict[str, Any]) -> list[Finding]:
    return policy.judge(plan)


def _in(findings: list[Finding], module: str, rule: str | None = None) -> list[Finding]:
    return [f for f in findings if f.address.startswith(f"module.{module}.") and rule in (None, f.rule)]


@pytest.mark.parametrize("rule", [rule.id for rule in policy.RULES])
def test_breaking_the_rule_fails_at_the_first_apply(findings: list[Finding], rule: str) -> None:
    failed = {f.address.removeprefix("module.broken.") for f in _in(findings, "broken", rule) if f.verdict == "fail"}
    assert failed == BREAKS[rule]


def test_nothing_is_said_of_what_keeps_every_rule(findings: list[Finding]) -> None:
    assert _in(findings, "sound") == []


@pytest.mark.parametrize("rule", [rule.id for rule in policy.RULES])
def test_what_the_plan_does_not_show_is_unknown_not_passed(findings: list[Finding], rule: str) -> None:
    met = [f for f in _in(findings, "unknown", rule) if f.verdict == "unknown"]
    assert met
    assert all("unknown until apply" in f.message for f in met)


def test_a_reference_tells_who_is_meant_where_the_arn_is_not_known_yet(findings: list[Finding]) -> None:
    assert [(f.address, f.verdict) for f in _in(findings, "unknown", "visibility-timeout")] == [
        ("module.unknown.aws_lambda_event_source_mapping.either", "unknown"),
        ("module.unknown.aws_sqs_queue.jobs", "fail"),
    ]


def test_the_state_after_an_apply_is_judged_with_everything_known(state: dict[str, Any]) -> None:
    found = policy.judge_state(state)
    assert {f.verdict for f in found} == {"fail"}
    assert {(f.rule, f.address) for f in found} >= {
        ("visibility-timeout", "module.moving.aws_sqs_queue.slow"),
        ("dead-letter-retention", "module.moving.aws_sqs_queue.renamed"),
        ("log-group", "module.moving.aws_lambda_function.work"),
    }


def test_a_dead_letter_queue_needs_none_of_its_own(findings: list[Finding]) -> None:
    assert "module.broken.aws_sqs_queue.forgetful" not in {
        f.address for f in findings if f.rule == "failure-path-queue"
    }


def test_every_finding_says_what_to_do(findings: list[Finding]) -> None:
    assert all(f.fix and f.message for f in findings)
    assert set(findings[0].as_json()) == {"rule", "address", "verdict", "message", "fix"}


def test_a_suppression_keeps_the_finding_and_shows_its_reason(plan: dict[str, Any]) -> None:
    why = {"log-retention:module.broken.*": "the auditors want them for ever"}
    found = _in(policy.judge(plan, suppressions=why), "broken", "log-retention")
    assert [f.verdict for f in found] == ["suppressed"]
    assert "the auditors want them for ever" in found[0].message


def test_a_suppression_meets_its_rule_and_address_only(plan: dict[str, Any], findings: list[Finding]) -> None:
    why = {"log-retention:module.elsewhere.*": "not here", "task-retry:module.broken.*": "tried upstream"}
    found = policy.judge(plan, suppressions=why)
    assert [f.rule for f in found if f.verdict == "suppressed"] == ["task-retry"]
    assert policy.unused_suppressions(found, why) == ["log-retention:module.elsewhere.*"]
    assert len(found) == len(findings)


@pytest.mark.parametrize(
    ("key", "reason", "says"),
    [
        ("log-retention:*", " ", "has no reason"),
        ("log-retentoin:*", "a typo", "names no rule"),
        ("log-retention", "no address", "names no rule"),
    ],
)
def test_a_suppression_that_says_nothing_is_refused(plan: dict[str, Any], key: str, reason: str, says: str) -> None:
    with pytest.raises(SuppressionError, match=says):
        policy.judge(plan, suppressions={key: reason})


def test_keys_in_an_address_are_not_a_pattern() -> None:
    keyed = 'module.stack.aws_cloudwatch_log_group.all["work"]'
    change = {"actions": ["create"], "after": {"retention_in_days": None}, "after_unknown": {}}
    entry = {"address": keyed, "type": "aws_cloudwatch_log_group", "mode": "managed", "change": change}
    found = policy.judge({"resource_changes": [entry]}, suppressions={f"log-retention:{keyed}": "short-lived"})
    assert [f.verdict for f in found] == ["suppressed"]


def test_every_rule_says_why_and_where_aws_says_so() -> None:
    for rule in policy.RULES:
        assert rule.says
        assert rule.reason
        assert rule.source.startswith("https://docs.aws.amazon.com/")
    assert sorted(BREAKS) == [rule.id for rule in policy.RULES]
