"""What stands idle and costs money all the same, as a state or a plan shows it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from eventyard.plans import prices, summarise
from eventyard.plans.costs import Cost, idle_costs
from eventyard.plans.document import Document

Entry = tuple[str, str, dict[str, Any]]


def _costs(*resources: Entry) -> list[Cost]:
    entries = [
        {"address": f"{type_}.{name}", "type": type_, "name": name, "mode": "managed", "values": values}
        for type_, name, values in resources
    ]
    return idle_costs(Document.of_state({"values": {"root_module": {"resources": entries}}}))


def _planned(type_: str, after: dict[str, Any], unknown: dict[str, Any], *configured: str) -> dict[str, Any]:
    expressions: dict[str, Any] = {argument: {} for argument in configured}
    change = {"actions": ["create"], "before": None, "after": after, "after_unknown": unknown}
    entry = {"address": f"{type_}.it", "type": type_, "mode": "managed", "change": change}
    written = {"address": f"{type_}.it", "type": type_, "mode": "managed", "expressions": expressions}
    return {"resource_changes": [entry], "configuration": {"root_module": {"resources": [written]}}}


def _figure(*resources: Entry) -> tuple[float, bool]:
    found = _costs(*resources)
    return round(sum(cost.monthly or 0 for cost in found), 2), any(cost.open for cost in found)


@pytest.mark.parametrize(
    ("type_", "values", "monthly"),
    [
        ("aws_api_gateway_stage", {"cache_cluster_enabled": True, "cache_cluster_size": "1.6"}, 27.74),
        ("aws_cloudwatch_composite_alarm", {}, 0.50),
        ("aws_cloudwatch_dashboard", {}, 3.00),
        ("aws_cloudwatch_metric_alarm", {"period": 60}, 0.10),
        ("aws_cloudwatch_metric_alarm", {"period": 10}, 0.30),
        ("aws_dynamodb_table", {"billing_mode": "PROVISIONED", "read_capacity": 5, "write_capacity": 5}, 2.85),
        ("aws_ebs_volume", {"type": "gp3", "size": 20}, 1.60),
        ("aws_eip", {}, 3.65),
        ("aws_kinesis_stream", {"shard_count": 2, "stream_mode_details": [{"stream_mode": "PROVISIONED"}]}, 21.90),
        ("aws_kinesis_stream", {"stream_mode_details": [{"stream_mode": "ON_DEMAND"}]}, 29.20),
        ("aws_kinesis_stream", {"shard_count": 1, "retention_period": 48}, 25.55),
        ("aws_lb", {"internal": True, "load_balancer_type": "application"}, 16.43),
        ("aws_lb", {"internal": False, "load_balancer_type": "application", "subnets": ["a", "b", "c"]}, 27.38),
        ("aws_nat_gateway", {}, 32.85),
        ("aws_route53_zone", {}, 0.50),
        ("aws_secretsmanager_secret", {"replica": [{"region": "eu-west-1"}]}, 0.80),
        ("aws_ssm_parameter", {"tier": "Advanced"}, 0.05),
        ("aws_vpc_endpoint", {"vpc_endpoint_type": "Interface", "subnet_ids": ["a", "b"]}, 14.60),
        ("aws_wafv2_web_acl", {"rule": [{}, {}]}, 7.00),
    ],
)
def test_what_costs_by_the_hour_or_month_has_its_figure(type_: str, values: dict[str, Any], monthly: float) -> None:
    assert _figure((type_, "it", values)) == (pytest.approx(monthly, abs=0.01), False)


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        ("aws_api_gateway_stage", {"cache_cluster_enabled": False}),
        ("aws_autoscaling_group", {"min_size": 0}),
        ("aws_dynamodb_table", {"billing_mode": "PAY_PER_REQUEST"}),
        ("aws_lambda_function", {"function_name": "work", "memory_size": 512, "snap_start": []}),
        ("aws_lambda_function", {"runtime": "java21", "snap_start": [{"apply_on": "PublishedVersions"}]}),
        ("aws_sqs_queue", {"name": "jobs"}),
        ("aws_ssm_parameter", {"tier": "Standard"}),
        ("aws_vpc_endpoint", {"vpc_endpoint_type": "Gateway"}),
    ],
)
def test_what_costs_by_use_alone_is_not_named(type_: str, values: dict[str, Any]) -> None:
    assert _costs((type_, "it", values)) == []


def test_an_alarm_costs_by_the_metrics_it_reads() -> None:
    def query(metric: str, period: int = 60) -> dict[str, Any]:
        return {"id": metric, "metric": [{"metric_name": metric, "period": period}]}

    sum_ = {"id": "rate", "expression": "errors / calls", "metric": []}
    band = {"id": "band", "expression": "ANOMALY_DETECTION_BAND(errors)", "metric": []}
    for queries, monthly in (
        ([query("errors"), query("calls"), sum_], 0.20),
        ([query("errors"), band], 0.30),
        ([query("errors", 30)], 0.30),
    ):
        alarm = ("aws_cloudwatch_metric_alarm", "it", {"metric_query": queries})
        assert _figure(alarm) == (pytest.approx(monthly), False)


def test_a_key_that_rotates_grows_dearer() -> None:
    assert _figure(("aws_kms_key", "it", {"enable_key_rotation": True})) == (1.00, True)
    assert _figure(("aws_kms_key", "it", {"enable_key_rotation": False})) == (1.00, False)


FUNCTION: Entry = (
    "aws_lambda_function",
    "work",
    {"function_name": "work", "memory_size": 2048, "architectures": ["arm64"], "snap_start": []},
)


def _warm(count: int) -> Entry:
    settings = {"function_name": "work", "qualifier": "live", "provisioned_concurrent_executions": count}
    return "aws_lambda_provisioned_concurrency_config", "it", settings


def _target(least: int) -> Entry:
    dimension = "lambda:function:ProvisionedConcurrency"
    settings = {"resource_id": "function:work:live", "scalable_dimension": dimension, "min_capacity": least}
    return "aws_appautoscaling_target", "it", settings


def _schedule(name: str, least: str) -> Entry:
    action = {"min_capacity": least, "max_capacity": "10"}
    settings = {"resource_id": "function:work:live", "scalable_target_action": [action]}
    return "aws_appautoscaling_scheduled_action", name, settings


def test_functions_kept_warm_cost_by_their_memory() -> None:
    assert _figure(FUNCTION, _warm(3)) == (pytest.approx(52.56, abs=0.01), False)


def test_functions_kept_warm_by_schedule_cost_at_least_what_the_nights_leave() -> None:
    floor, more = _figure(FUNCTION, _warm(5), _target(4), _schedule("day", "4"), _schedule("night", "1"))
    assert (floor, more) == (pytest.approx(17.52, abs=0.01), True)
    (cost,) = _costs(FUNCTION, _target(4), _schedule("night", "0"))
    assert (cost.monthly, cost.open) == (None, True)


def test_snapshots_of_functions_cost_for_each_version() -> None:
    snapshots = {"runtime": "python3.13", "memory_size": 1024, "snap_start": [{"apply_on": "PublishedVersions"}]}
    assert _figure(("aws_lambda_function", "it", snapshots)) == (pytest.approx(3.95, abs=0.01), True)


STREAM: Entry = ("aws_kinesis_stream", "clicks", {"name": "clicks", "shard_count": 2})


def _reader(stream: str) -> Entry:
    arn = f"arn:aws:kinesis:eu-west-1:123456789012:stream/{stream}"
    return "aws_kinesis_stream_consumer", "it", {"stream_arn": arn}


def test_enhanced_fan_out_costs_by_consumer_and_shard() -> None:
    assert _figure(STREAM, _reader("clicks")) == (pytest.approx(43.80), False)
    on_demand = (
        "aws_kinesis_stream",
        "clicks",
        {"name": "clicks", "stream_mode_details": [{"stream_mode": "ON_DEMAND"}]},
    )
    assert _figure(on_demand, _reader("clicks")) == (pytest.approx(29.20), False)
    (elsewhere,) = _costs(_reader("another-states"))
    assert (elsewhere.monthly, elsewhere.open) == (None, True)


def test_a_fleet_costs_its_least_size() -> None:
    template = ("aws_launch_template", "it", {"id": "lt-1", "name": "work", "instance_type": "t4g.small"})
    fleet = {"min_size": 2, "launch_template": [{"id": "lt-1"}]}
    assert _figure(template, ("aws_autoscaling_group", "it", fleet)) == (pytest.approx(24.53, abs=0.01), True)
    odd = ("aws_launch_template", "it", {"id": "lt-1", "instance_type": "p5.48xlarge"})
    (unpriced,) = _costs(odd, ("aws_autoscaling_group", "it", fleet))
    assert (unpriced.monthly, unpriced.open) == (None, True)


def test_a_fleet_of_spot_instances_costs_at_least_those_that_are_none() -> None:
    types = [{"instance_type": "c7g.large"}, {"instance_type": "m7g.large"}]
    spread = {"on_demand_base_capacity": 1, "on_demand_percentage_above_base_capacity": 0}
    mixed = [{"launch_template": [{"override": types}], "instances_distribution": [spread]}]
    fleet = ("aws_autoscaling_group", "it", {"min_size": 3, "mixed_instances_policy": mixed})
    assert _figure(fleet) == (pytest.approx(52.92, abs=0.01), True)


@pytest.mark.parametrize(
    ("type_", "after", "unknown", "least"),
    [
        ("aws_vpc_endpoint", {"vpc_endpoint_type": "Interface"}, {"subnet_ids": True}, 7.30),
        ("aws_kinesis_stream", {"stream_mode_details": [{"stream_mode": "PROVISIONED"}]}, {"shard_count": True}, 10.95),
        ("aws_kinesis_stream", {}, {"stream_mode_details": True}, 0.0),
        ("aws_lb", {"load_balancer_type": "application", "internal": False}, {"subnets": True}, 23.73),
        ("aws_instance", {}, {"instance_type": True}, 0.0),
    ],
)
def test_what_the_plan_does_not_know_is_the_least_and_says_so(
    type_: str, after: dict[str, Any], unknown: dict[str, Any], least: float
) -> None:
    plan = summarise(_planned(type_, after, unknown, *unknown))
    assert plan.costs
    assert (plan.monthly, plan.at_least) == (pytest.approx(least, abs=0.01), True)
    assert any(re.search(r"or more|no figure", line) for line in plan.lines()[-2:])
    assert plan.as_json()["idle_cost"]["at_least"] is True  # type: ignore[index]


def test_a_count_that_is_left_to_aws_is_the_default() -> None:
    plan = summarise(
        _planned("aws_kinesis_stream", {"shard_count": 1}, {"stream_mode_details": True, "retention_period": True})
    )
    assert (plan.monthly, plan.at_least) == (pytest.approx(10.95), False)


def test_every_price_has_aws_s_page_and_the_table_its_date() -> None:
    found = [value for value in vars(prices).values() if isinstance(value, prices.Price)]
    tables = [value for value in vars(prices).values() if isinstance(value, dict)]
    found += [price for table in tables for price in table.values() if isinstance(price, prices.Price)]
    assert len(found) > 40
    assert all(price.monthly > 0 and price.page.startswith("https://aws.amazon.com/") for price in found)
    assert re.fullmatch(r"20\d\d-\d\d", prices.AS_OF)


def test_each_figure_names_where_it_is_from() -> None:
    plan = summarise(_planned("aws_nat_gateway", {}, {}))
    assert [cost.source for cost in plan.costs] == ["https://aws.amazon.com/vpc/pricing/"]
    assert "without free tiers" in plan.lines()[-2]
