from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from eventyard.plans import differences, unused_tolerations


@dataclass(frozen=True)
class Entry:
    type: str
    path: str


GROUP = "aws_cloudwatch_log_group"


def _update(before: Any, after: Any, unknown: Any = None) -> dict[str, Any]:
    change = {"actions": ["update"], "before": before, "after": after, "after_unknown": unknown or {}}
    return {"resource_changes": [{"address": "a.b", "type": "a", "mode": "managed", "change": change}]}


def _moving(plan: dict[str, Any], *entries: Entry) -> set[str]:
    return {str(d) for d in differences(plan, entries) if d.address.startswith("module.moving.")}


def test_changes_are_named_by_attribute_and_the_rest_by_resource(plan: dict[str, Any]) -> None:
    found = _moving(plan)
    assert f"change module.moving.{GROUP}.kept_longer: retention_in_days" in found
    assert "replace module.moving.aws_sqs_queue.renamed" in found
    assert "destroy module.moving.aws_dynamodb_table.gone" in found
    assert "create module.moving.aws_sqs_queue.new" in found


def test_a_tolerated_attribute_is_left_out_and_nothing_else(plan: dict[str, Any]) -> None:
    gone = _moving(plan) - _moving(plan, Entry(GROUP, "retention_in_days"))
    assert gone == {f"change module.moving.{GROUP}.kept_longer: retention_in_days"}


@pytest.mark.parametrize("path", ["", "*", "name", "id"])
def test_creates_replacements_and_deletes_are_never_tolerated(plan: dict[str, Any], path: str) -> None:
    assert _moving(plan, Entry("aws_sqs_queue", path)) == _moving(plan)


def test_an_entry_that_matches_nothing_is_reported(plan: dict[str, Any]) -> None:
    used, unused = Entry(GROUP, "retention_in_days"), Entry(GROUP, "kms_key_id")
    assert unused_tolerations([{"resource_changes": []}, plan], [used, unused]) == [unused]


def test_paths_lead_into_blocks_and_an_entry_covers_what_is_under_it() -> None:
    plan = _update({"rule": [{"days": 1, "name": "x"}]}, {"rule": [{"days": 2, "name": "x"}]})
    assert [d.path for d in differences(plan)] == ["rule.0.days"]
    for path in ("rule", "rule.0", "rule.*.days"):
        assert differences(plan, [Entry("a", path)]) == []
    for path in ("rule.1", "rule.0.days.x", "days"):
        assert len(differences(plan, [Entry("a", path)])) == 1


def test_a_value_that_is_not_known_any_more_is_a_difference() -> None:
    assert [d.path for d in differences(_update({"arn": "x"}, {}, {"arn": True}))] == ["arn"]


@pytest.mark.parametrize(("before", "after"), [(None, {"a": 1}), ([1], [1, 2]), ("x", ["x"]), ({}, None)])
def test_every_update_is_seen(before: Any, after: Any) -> None:
    assert differences(_update({"at": before}, {"at": after}))


def test_an_output_that_changes_is_a_difference_but_not_one_that_only_waits() -> None:
    def output(**change: Any) -> list[str]:
        return [str(d) for d in differences({"output_changes": {"stack": {"actions": ["update"], **change}}})]

    assert output(before={"a": 1}, after={"a": 2}, after_unknown={}) == ["change output.stack"]
    assert output(before={"a": 1}, after={}, after_unknown={"a": True}) == []


def test_data_and_what_stays_are_no_difference() -> None:
    quiet = {"actions": ["no-op"], "before": {"a": 1}, "after": {"a": 1}}
    entries = [
        {"address": "a.b", "type": "a", "mode": "managed", "change": quiet},
        {"address": "data.a.b", "type": "a", "mode": "data", "change": {**quiet, "actions": ["read"]}},
    ]
    assert differences({"resource_changes": entries}) == []
