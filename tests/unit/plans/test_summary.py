from __future__ import annotations

from typing import Any

import pytest

from eventyard.plans import Summary, summarise
from eventyard.plans.summary import module_label


@pytest.fixture(scope="module")
def summary(plan: dict[str, Any]) -> Summary:
    return summarise(plan)


def test_actions_are_counted_by_module(summary: Summary) -> None:
    assert summary.by_module["moving"] == {"create": 2, "change": 1, "replace": 1, "destroy": 4}
    assert set(summary.by_module["sound"]) == {"create"}
    assert summary.counts["replace"] == 1
    assert sum(summary.counts.values()) == len(summary.changes)


def test_losing_what_holds_data_stands_out_with_its_cause(summary: Summary) -> None:
    lines = summary.lines()
    at = lines.index("WHAT HOLDS DATA AND WOULD BE LOST")
    assert lines[at + 1 : at + 4] == [
        "  DESTROY module.moving.aws_dynamodb_table.gone: items",
        "  REPLACE module.moving.aws_sqs_queue.renamed: messages not worked on yet, because name changes",
        "  DESTROY module.moving.aws_sqs_queue.slow: messages not worked on yet",
    ]


def test_a_function_that_goes_is_no_loss(summary: Summary) -> None:
    assert "module.moving.aws_lambda_function.work" not in {change.address for change in summary.losses}


def test_what_costs_money_while_nothing_happens_is_named(summary: Summary) -> None:
    (gateway,) = [cost for cost in summary.costs if cost.address == "module.moving.aws_nat_gateway.costs"]
    assert (gateway.what, gateway.monthly, gateway.open) == ("NAT gateway", pytest.approx(32.85), False)
    gateways = [cost for cost in summary.costs if cost.what == "NAT gateway"]
    assert f"  {len(gateways)} NAT gateway: {32.85 * len(gateways):.2f}" in summary.lines()
    assert not any("aws_lambda_function" in cost.address for cost in summary.costs)


def test_json_holds_no_values_of_attributes(summary: Summary) -> None:
    found = summary.as_json()
    assert found["losses"] == [change.address for change in summary.losses]
    assert set(found) == {"counts", "modules", "changes", "losses", "outputs", "idle_cost"}
    assert "180" not in str(found["changes"])


def test_nothing_to_do_is_said_in_one_line() -> None:
    empty = summarise({"resource_changes": []})
    assert empty.empty
    assert empty.lines() == ["Nothing to do: everything is as configured"]


def test_a_plan_of_outputs_alone_is_not_nothing() -> None:
    changed = summarise({"output_changes": {"stack": {"actions": ["update"], "before": 1, "after": 2}}})
    assert not changed.empty
    assert changed.lines() == ["Plan: outputs only (stack)"]


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("", "root"),
        ("module.stack", "stack"),
        ("module.stack.module.jobs", "jobs"),
        ('module.stack.module.jobs["module.a"]', 'jobs["module.a"]'),
    ],
)
def test_modules_are_named_without_the_word(address: str, label: str) -> None:
    assert module_label(address) == label
