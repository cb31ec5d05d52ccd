"""What a plan's resources cost while nothing happens.

A rough note for a reviewer, not a bill: `prices` says of where and when. What costs by use alone (functions, queues,
topics, tables by request, CloudFront) costs nothing here, and no kind of resource has its free tier taken off. Where
the plan does not show how much there will be, the figure is the least it can be and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from math import ceil
from typing import TYPE_CHECKING

from eventyard.plans import prices
from eventyard.plans.document import UNKNOWN, Document, Resource, as_list
from eventyard.plans.links import Target, function_of

if TYPE_CHECKING:
    from eventyard.plans.prices import Price

_MEGABYTES_A_GIGABYTE = 1024
_DAY_HOURS, _WEEK_HOURS = 24, 168
_LEAST_ZONES_OF_A_BALANCER = 2
_MINUTE = 60
_BAND_METRICS = 3
_CONCURRENCY = "lambda:function:ProvisionedConcurrency"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one resource costs a month while nothing happens.

    Parameters
    ----------
    address
        The resource.
    what
        What of it costs, in a word or two.
    monthly
        The figure; None where there is none.
    at_least
        It can be more: the plan does not show how much there will be, or it grows by itself.
    source
        AWS's page with the price.
    """

    address: str
    what: str
    monthly: float | None
    at_least: bool = False
    source: str = ""

    @property
    def open(self) -> bool:
        """Return whether it may be more than the figure says."""
        return self.at_least or self.monthly is None

    def as_json(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return asdict(self)


def idle_costs(document: Document) -> list[Cost]:
    """Return what costs money while nothing happens, dearest first."""
    found = [
        cost for type_, read in _READERS.items() for resource in document.of(type_) for cost in read(document, resource)
    ]
    return sorted((cost for cost in found if cost.monthly != 0), key=lambda cost: (-(cost.monthly or 0), cost.address))


Reader = Callable[[Document, Resource], Iterator[Cost]]


def _cost(resource: Resource, what: str, price: Price, count: object = 1, *, least: float | None = None) -> Cost:
    """Price `count` of something; `least` stands for a count the plan does not know, None where none can."""
    if isinstance(count, (int, float)):
        return Cost(resource.address, what, price.monthly * count, source=price.page)
    monthly = None if least is None else price.monthly * least
    return Cost(resource.address, what, monthly, at_least=True, source=price.page)


def _each(what: str, price: Price) -> Reader:
    def read(_: Document, resource: Resource) -> Iterator[Cost]:
        yield _cost(resource, what, price)

    return read


def _length(value: object) -> object:
    return len(value) if isinstance(value, (list, tuple)) else UNKNOWN


def _set(resource: Resource, argument: str) -> object:
    """Return an argument that AWS fills in when it is left out, blocks made by `dynamic` included."""
    value = resource.value(argument)
    return resource.optional(argument) if value is UNKNOWN else value


def _endpoint(_: Document, resource: Resource) -> Iterator[Cost]:
    type_ = resource.value("vpc_endpoint_type")
    if type_ in {"Interface", "GatewayLoadBalancer"}:
        yield _cost(
            resource, "interface endpoint", prices.ENDPOINT_ZONE, _length(resource.value("subnet_ids")), least=1
        )
    elif type_ is UNKNOWN:
        yield _cost(resource, "interface endpoint", prices.ENDPOINT_ZONE, UNKNOWN)


def _load_balancer(_: Document, resource: Resource) -> Iterator[Cost]:
    type_ = resource.value("load_balancer_type")
    price = prices.LOAD_BALANCER.get(type_ if isinstance(type_, str) else "", prices.LOAD_BALANCER["application"])
    yield _cost(resource, "load balancer", price)
    if _set(resource, "internal") is not True and type_ != "gateway":
        zones = _length(_set(resource, "subnets"))
        yield _cost(resource, "public address", prices.PUBLIC_ADDRESS, zones, least=_LEAST_ZONES_OF_A_BALANCER)


def _stream(_: Document, resource: Resource) -> Iterator[Cost]:
    mode, shards = _mode(resource), resource.value("shard_count")
    if mode is UNKNOWN:
        yield _cost(resource, "stream", prices.SHARD, UNKNOWN)
        return
    if mode == "ON_DEMAND":
        yield _cost(resource, "stream", prices.ON_DEMAND_STREAM)
        return
    yield _cost(resource, "stream", prices.SHARD, shards, least=1)
    hours = _set(resource, "retention_period") or _DAY_HOURS
    if hours is UNKNOWN or (isinstance(hours, (int, float)) and hours > _DAY_HOURS):
        longer = isinstance(hours, (int, float)) and hours > _WEEK_HOURS  # is charged by volume on top
        cost = _cost(resource, "longer retention", prices.SHARD_RETENTION, shards, least=1)
        yield cost if not longer else Cost(cost.address, cost.what, cost.monthly, at_least=True, source=cost.source)


def _mode(stream: Resource) -> object:
    details = _set(stream, "stream_mode_details")
    return UNKNOWN if details is UNKNOWN else stream.value("stream_mode_details", 0, "stream_mode") if details else None


def _consumer(document: Document, resource: Resource) -> Iterator[Cost]:
    stream = document.referred(resource, "stream_arn", "aws_kinesis_stream")
    arn = resource.value("stream_arn")
    if isinstance(arn, str):
        names = (one for one in document.of("aws_kinesis_stream") if arn.endswith(f":stream/{one.value('name')}"))
        stream = next(names, stream)
    mode = _mode(stream) if stream else UNKNOWN
    if mode == "ON_DEMAND":  # is charged by volume
        return
    shards = stream.value("shard_count") if stream and mode is not UNKNOWN else UNKNOWN
    yield _cost(resource, "enhanced fan-out", prices.CONSUMER_SHARD, shards, least=1 if stream else None)


def _provisioned(document: Document, resource: Resource) -> Iterator[Cost]:
    function = _function(document, resource, resource.value("function_name"))
    if not any(_scaled(document, target) is function for target in _targets(document) if function):
        count = resource.value("provisioned_concurrent_executions")
        yield _concurrency(resource, function, count, at_least=False)


def _scheduled(document: Document, resource: Resource) -> Iterator[Cost]:
    """Price the least that stays warm: what the target is at by itself, or any schedule brings it down to."""
    if resource not in list(_targets(document)):
        return
    id_ = resource.value("resource_id")
    floors = [resource.value("min_capacity")]
    for action in document.of("aws_appautoscaling_scheduled_action"):
        if action.value("resource_id") == id_:
            floor = action.value("scalable_target_action", 0, "min_capacity")
            floors.append(_number(floor))
    known = [floor for floor in floors if isinstance(floor, (int, float))]
    count = min(known) if len(known) == len(floors) else 0
    yield _concurrency(resource, _scaled(document, resource), count, at_least=True)


def _concurrency(resource: Resource, function: Resource | None, count: object, *, at_least: bool) -> Cost:
    memory = function.value("memory_size") if function else UNKNOWN
    kinds = as_list(_set(function, "architectures")) if function else []
    price = prices.PROVISIONED_GB.get(str(kinds[0]) if kinds else "x86_64", prices.PROVISIONED_GB["arm64"])
    if not isinstance(memory, (int, float)) or not isinstance(count, (int, float)):
        return Cost(resource.address, "provisioned concurrency", None, at_least, price.page)
    monthly = price.monthly * memory / _MEGABYTES_A_GIGABYTE * count
    # nothing at night and something by day is no nothing
    return Cost(
        resource.address, "provisioned concurrency", None if at_least and not monthly else monthly, at_least, price.page
    )


def _targets(document: Document) -> Iterator[Resource]:
    for target in document.of("aws_appautoscaling_target"):
        if target.value("scalable_dimension") == _CONCURRENCY:
            yield target


def _scaled(document: Document, target: Resource) -> Resource | None:
    """Return the function of `function:NAME:ALIAS`."""
    name = str(target.value("resource_id")).split(":")
    return _function(document, target, name[1]) if len(name) > 1 else None


def _function(document: Document, by: Resource, name: object) -> Resource | None:
    found = function_of(document, by, "function_name", name)
    return found.function if isinstance(found, Target) else None


def _snapshots(_: Document, resource: Resource) -> Iterator[Cost]:
    """Price the snapshot of one version: each that is kept costs as much, but for Java's."""
    if resource.value("snap_start", 0, "apply_on") == "PublishedVersions":
        runtime, memory = resource.value("runtime"), resource.value("memory_size")
        if not str(runtime).startswith("java"):
            gigabytes = memory / _MEGABYTES_A_GIGABYTE if isinstance(memory, (int, float)) else UNKNOWN
            cost = _cost(resource, "SnapStart snapshot", prices.SNAPSHOT_GB, gigabytes)
            yield Cost(cost.address, cost.what, cost.monthly, at_least=True, source=cost.source)


def _alarm(_: Document, resource: Resource) -> Iterator[Cost]:
    """Price an alarm by the metrics it reads; a band of what is normal is three."""
    queries = _set(resource, "metric_query") or []
    if queries is UNKNOWN or not isinstance(queries, list):
        yield _cost(resource, "alarm", prices.METRIC_ALARM, UNKNOWN, least=1)
        return
    metrics = [query for query in queries if isinstance(query, Mapping) and query.get("metric")]
    inner = [metric for query in metrics for metric in as_list(query["metric"]) if isinstance(metric, Mapping)]
    periods = [resource.value("period"), *(metric.get("period") for metric in inner)]
    fast = any(isinstance(period, (int, float)) and period < _MINUTE for period in periods)
    band = any("ANOMALY_DETECTION_BAND" in str(query) for query in queries)
    count = max(len(metrics), 1) * (_BAND_METRICS if band else 1)
    yield _cost(resource, "alarm", prices.FAST_METRIC_ALARM if fast else prices.METRIC_ALARM, count)


def _key(_: Document, resource: Resource) -> Iterator[Cost]:
    """Price a key; the first two times it rotates, it costs as much again."""
    rotates = resource.value("enable_key_rotation") is not False and resource.type == "aws_kms_key"
    yield Cost(resource.address, "customer key", prices.KEY.monthly, at_least=rotates, source=prices.KEY.page)


def _secret(_: Document, resource: Resource) -> Iterator[Cost]:
    replicas = resource.value("replica")
    yield _cost(resource, "secret", prices.SECRET, 1 + len(replicas) if isinstance(replicas, list) else 1)


def _parameter(_: Document, resource: Resource) -> Iterator[Cost]:
    if resource.value("tier") == "Advanced":
        yield _cost(resource, "advanced parameter", prices.ADVANCED_PARAMETER)


def _firewall(_: Document, resource: Resource) -> Iterator[Cost]:
    yield _cost(resource, "web ACL", prices.WEB_ACL)
    yield _cost(resource, "rule of a web ACL", prices.WEB_ACL_RULE, _length(resource.value("rule") or []), least=1)


def _api_cache(_: Document, resource: Resource) -> Iterator[Cost]:
    if resource.value("cache_cluster_enabled") is True:
        price = prices.API_CACHE.get(str(resource.value("cache_cluster_size")))
        yield _cost(resource, "API cache", price or prices.API_CACHE["0.5"], 1 if price else UNKNOWN, least=1)


def _table(_: Document, resource: Resource) -> Iterator[Cost]:
    if resource.value("billing_mode") != "PAY_PER_REQUEST":
        holders = ["", *range(len(as_list(resource.value("global_secondary_index"))))]
        for argument, price in (("read_capacity", prices.READ_UNIT), ("write_capacity", prices.WRITE_UNIT)):
            units = [
                resource.value(argument) if holder == "" else resource.value("global_secondary_index", holder, argument)
                for holder in holders
            ]
            known = [unit for unit in units if isinstance(unit, (int, float))]
            yield _cost(
                resource, argument.replace("_", " "), price, sum(known) if known == units else UNKNOWN, least=sum(known)
            )


def _instance(_: Document, resource: Resource) -> Iterator[Cost]:
    yield _of_type(resource, resource.value("instance_type"), 1)
    if resource.value("associate_public_ip_address") is True:
        yield _cost(resource, "public address", prices.PUBLIC_ADDRESS)


def _fleet(document: Document, resource: Resource) -> Iterator[Cost]:
    """Price the least a fleet runs of, without spot instances and disks."""
    least = resource.value("min_size")
    if least == 0:
        return
    mixed = ("mixed_instances_policy", 0)
    overrides = as_list(resource.value(*mixed, "launch_template", 0, "override"))
    types = {
        str(one.get("instance_type")) for one in overrides if isinstance(one, Mapping) and one.get("instance_type")
    }
    if not types:
        template = _template(document, resource)
        types = {str(template.value("instance_type"))} if template else set()
    priced = [prices.INSTANCE[type_].monthly for type_ in types if type_ in prices.INSTANCE]
    cheapest = (
        min(types, key=lambda type_: prices.INSTANCE[type_].monthly) if len(priced) == len(types) and types else None
    )
    count = _on_demand(resource, least) if resource.value("mixed_instances_policy") else least
    yield _of_type(resource, cheapest, count)


def _on_demand(fleet: Resource, least: object) -> object:
    """Return how many of `least` instances are not spot ones."""
    spread = ("mixed_instances_policy", 0, "instances_distribution", 0)
    base, share = (
        fleet.value(*spread, f"on_demand_{part}") for part in ("base_capacity", "percentage_above_base_capacity")
    )
    base, share = base or 0, 100 if share is None else share
    numbers = [number for number in (least, base, share) if isinstance(number, (int, float))]
    if len(numbers) < 3:  # noqa: PLR2004 - all three of them
        return UNKNOWN
    of_all, first, percent = numbers
    return min(of_all, first) + ceil(max(of_all - first, 0) * percent / 100)


def _template(document: Document, fleet: Resource) -> Resource | None:
    places = (
        ("launch_template", 0),
        ("mixed_instances_policy", 0, "launch_template", 0, "launch_template_specification", 0),
    )
    ids = {
        fleet.value(*place, name)
        for place in places
        for name in ("id", "name", "launch_template_id", "launch_template_name")
    }
    for template in document.of("aws_launch_template"):
        if {template.value("id"), template.value("name")} & (ids - {UNKNOWN, None}):
            return template
    for argument in ("launch_template", "mixed_instances_policy"):
        if found := document.referred(fleet, argument, "aws_launch_template"):
            return found
    here = [template for template in document.of("aws_launch_template") if template.module == fleet.module]
    return here[0] if len(here) == 1 else None


def _of_type(resource: Resource, type_: object, count: object) -> Cost:
    price = prices.INSTANCE.get(str(type_))
    page = next(iter(prices.INSTANCE.values())).page
    if price is None or not isinstance(count, (int, float)):
        return Cost(resource.address, "instance", None, at_least=True, source=page)
    # disks come on top
    return Cost(resource.address, "instance", price.monthly * count or None, at_least=True, source=page)


def _disk(_: Document, resource: Resource) -> Iterator[Cost]:
    type_ = _set(resource, "type") or "gp2"
    price = prices.DISK_GB.get(str(type_))
    size = resource.value("size")
    yield _cost(resource, "disk", price or prices.DISK_GB["sc1"], size if price else UNKNOWN)


def _number(value: object) -> object:
    """Return a number that the provider writes as text."""
    return int(value) if isinstance(value, str) and value.isdigit() else value


_READERS: dict[str, Reader] = {
    "aws_api_gateway_stage": _api_cache,
    "aws_appautoscaling_target": _scheduled,
    "aws_autoscaling_group": _fleet,
    "aws_cloudwatch_composite_alarm": _each("composite alarm", prices.COMPOSITE_ALARM),
    "aws_cloudwatch_dashboard": _each("dashboard", prices.DASHBOARD),
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_dynamodb_table": _table,
    "aws_ebs_volume": _disk,
    "aws_eip": _each("public address", prices.PUBLIC_ADDRESS),
    "aws_instance": _instance,
    "aws_kinesis_stream": _stream,
    "aws_kinesis_stream_consumer": _consumer,
    "aws_kms_key": _key,
    "aws_kms_replica_key": _key,
    "aws_lambda_function": _snapshots,
    "aws_lambda_provisioned_concurrency_config": _provisioned,
    "aws_lb": _load_balancer,
    "aws_nat_gateway": _each("NAT gateway", prices.NAT_GATEWAY),
    "aws_route53_health_check": _each("health check", prices.HEALTH_CHECK),
    "aws_route53_zone": _each("hosted zone", prices.HOSTED_ZONE),
    "aws_secretsmanager_secret": _secret,
    "aws_ssm_parameter": _parameter,
    "aws_vpc_endpoint": _endpoint,
    "aws_wafv2_web_acl": _firewall,
}
