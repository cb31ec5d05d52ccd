"""Patterns, the events stated with them, and orphans on either side: what is said, and of whom nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from eventyard.plans import policy

BUS = "arn:aws:events:eu-west-1:123456789012:event-bus/shop"
ORDERED = {"source": "shop", "detail_type": "Ordered", "detail": json.dumps({"id": "1", "total": 50})}
Resource = tuple[str, str, dict[str, Any]]


def stated(events: dict[str, Any] | None = None, rules: dict[str, Any] | None = None, bus: str = BUS) -> Resource:
    return (
        "terraform_data",
        "events",
        {"input": {"kind": "eventyard/events", "bus": bus, "events": events or {}, "rules": rules or {}}},
    )


def rule(name: str, pattern: Any, bus: str | None = "shop") -> Resource:
    text = pattern if isinstance(pattern, str) else json.dumps(pattern)
    return "aws_cloudwatch_event_rule", name, {"name": name, "event_bus_name": bus, "event_pattern": text}


def found(rule_id: str, *resources: Resource) -> dict[str, str]:
    entries = [
        {"address": f"{type_}.{name}", "type": type_, "name": name, "mode": "managed", "values": values}
        for type_, name, values in resources
    ]
    findings = policy.judge_state({"values": {"root_module": {"resources": entries}}})
    return {finding.address: finding.message for finding in findings if finding.rule == rule_id}


def test_a_pattern_that_is_none_is_told_with_its_place() -> None:
    assert found("event-pattern", rule("a", {"detail": {"total": [{"numeric": [">"]}]}})) == {
        "aws_cloudwatch_event_rule.a": '">" has no number after it (pattern: line 1, column 36, `detail.total[0]`)'
    }
    archive = ("aws_cloudwatch_event_archive", "a", {"event_pattern": "[]"})
    assert "a pattern is an object" in str(found("event-pattern", archive))


def test_a_schedules_rule_has_no_pattern() -> None:
    assert found("event-pattern", rule("a", "")) == {}
    assert found("event-rule-orphan", stated({"ordered": ORDERED}), rule("a", "")) == {}


def test_an_example_that_does_not_match_is_told_with_the_field() -> None:
    large = {"source": ["shop"], "detail": {"total": [{"numeric": [">", 100]}]}}
    examples = {"large": {"matches": {"small": '{"source": "shop", "detail": {"total": 5}}'}, "rejects": {}}}
    asked = 'asked for {"numeric": [">", 100]}'
    assert found("event-pattern-example", rule("large", large), stated(rules=examples)) == {
        "aws_cloudwatch_event_rule.large": f"doesn't match `matches.small`: `detail.total`: 5 in the event; {asked}"
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"source": "shop"}', "matches `rejects.refund`, which it must not"),
        ("[]", "`rejects.refund` is no event: an event is a JSON object"),
    ],
)
def test_an_example_that_must_not_match_and_does_or_is_none(text: str, says: str) -> None:
    examples = {"any": {"matches": {}, "rejects": {"refund": text}}}
    message = found("event-pattern-example", rule("any", {"source": ["shop"]}), stated(rules=examples))
    assert message == {"aws_cloudwatch_event_rule.any": says}


def test_a_rule_nothing_declared_can_match_is_told_with_the_nearest() -> None:
    events = {"ordered": ORDERED, "sent": {"source": "post", "detail_type": "Sent"}}
    assert found("event-rule-orphan", stated(events), rule("a", {"source": ["shop"], "detail": {"totl": [1]}})) == {
        "aws_cloudwatch_event_rule.a": "no event declared for the bus shop can match it:"
        " of `ordered`, `detail.totl`: not in the event's detail"
    }


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["shop"], "detail": {"total": [{"numeric": [">", 100]}]}},
        {"detail-type": [{"wildcard": "Order*"}]},
        {"source": ["aws.s3"]},
        {"source": [{"prefix": "aws."}]},
        {"source": ["aws.partner/example.com/acme/orders"]},
    ],
)
def test_a_rule_that_can_match_or_is_for_aws_events(pattern: dict[str, Any]) -> None:
    assert found("event-rule-orphan", stated({"ordered": ORDERED}), rule("a", pattern)) == {}


def test_buses_are_known_by_name_and_by_arn() -> None:
    for bus in ("shop", BUS):
        assert found("event-rule-orphan", stated({"ordered": ORDERED}), rule("a", {"source": ["bank"]}, bus))


def test_of_a_bus_nobody_declares_for_nothing_is_known() -> None:
    assert found("event-rule-orphan", stated({"ordered": ORDERED}), rule("a", {"source": ["bank"]}, "another")) == {}
    assert found("event-rule-orphan", rule("a", {"source": ["bank"]})) == {}


def test_the_default_bus_has_awss_events_without_being_asked() -> None:
    default = stated({"ordered": ORDERED}, bus=BUS.replace("/shop", "/default"))
    assert (
        found(
            "event-rule-orphan", default, rule("a", {"detail-type": ["EC2 Instance State-change Notification"]}, None)
        )
        == {}
    )
    assert found("event-rule-orphan", default, rule("a", {"source": ["bank"]}, None))


def test_an_event_nobody_consumes_says_so_or_why() -> None:
    events = {"ordered": ORDERED, "sent": {"source": "post", "detail_type": "Sent"}}
    ordered = rule("a", {"source": ["shop"]})
    assert found("event-orphan", stated(events), ordered) == {
        "terraform_data.events": "nobody consumes `sent` of the bus shop"
    }
    events["sent"]["unconsumed"] = "the warehouse's state does"
    assert found("event-orphan", stated(events), ordered) == {}
    assert found("event-orphan", stated(events), rule("a", {"source": ["shop"]}, "another"))


@pytest.mark.parametrize(
    ("unknown", "rule_id", "open_"),
    [
        # another event of the bus decides
        ({"source": "shop"}, "event-rule-orphan", False),
        ({"source": "bank"}, "event-rule-orphan", True),
        ({"source": "shop"}, "event-orphan", True),
    ],
)
def test_an_event_that_is_not_known_yet_is_judged_after_the_apply(
    unknown: dict[str, str], rule_id: str, open_: bool
) -> None:
    type_, _, after = stated({"ordered": ORDERED, "late": {"source": None, "detail_type": "Late"}})
    rule_type, _, rule_after = rule("a", {"source": [unknown["source"]]})
    hole = {"input": {"events": {"late": {"source": True}}}}
    entries = [
        {"address": f"{type_}.a", "type": type_, "mode": "managed", "change": {"after": after, "after_unknown": hole}},
        {"address": "r", "type": rule_type, "mode": "managed", "change": {"after": rule_after, "after_unknown": {}}},
    ]
    verdicts = {one.verdict for one in policy.judge({"resource_changes": entries}) if one.rule == rule_id}
    assert verdicts == ({"unknown"} if open_ else set())


def test_data_that_states_nothing_of_events_is_left_alone() -> None:
    assert found("event-orphan", ("terraform_data", "a", {"input": {"events": {"b": {}}}})) == {}
    assert found("event-orphan", ("terraform_data", "a", {"input": None})) == {}


@pytest.mark.parametrize(("action", "bound"), [("logs:CreateLogStream", True), ("logs:PutLogEvents", False)])
def test_a_log_groups_stream_is_made_without_naming_a_rule_and_never_written_to_so(action: str, bound: bool) -> None:
    statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": action, "Resource": "*"}
    policy_ = ("aws_cloudwatch_log_resource_policy", "a", {"policy_document": json.dumps({"Statement": [statement]})})
    assert (found("service-source-account", policy_) == {}) is bound
