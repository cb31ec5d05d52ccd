"""What a plan's resources cost while nothing happens.

A rough note for a reviewer, not a bill: on-demand list prices of us-east-1, noted down on `AS_OF`; other regions
differ by a few tenths. What costs by use alone (functions, queues, topics, CloudFront) costs nothing here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eventyard.plans.document import Document, Resource

AS_OF = "2025-06"
CURRENCY = "USD"
HOURS_A_MONTH = 730
_MEGABYTES_A_GIGABYTE = 1024
_SECONDS_A_MONTH = HOURS_A_MONTH * 3600
_PROVISIONED_GB_SECOND = 0.0000041667


@dataclass(frozen=True, slots=True)
class Cost:
    """What one resource costs a month while nothing happens; None where the plan does not say how much of it."""

    address: str
    what: str
    monthly: float | None

    def as_json(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return asdict(self)


def idle_costs(document: Document) -> list[Cost]:
    """Return what costs money while nothing happens, dearest first."""
    found = [
        Cost(resource.address, what, price(resource))
        for type_, (what, price) in _PRICES.items()
        for resource in document.of(type_)
    ]
    found.extend(_provisioned(document))
    return sorted((cost for cost in found if cost.monthly != 0), key=lambda cost: (-(cost.monthly or 0), cost.address))


def _hourly(price: float) -> Callable[[Resource], float | None]:
    return lambda _: price * HOURS_A_MONTH


def _monthly(price: float) -> Callable[[Resource], float | None]:
    return lambda _: price


def _interface_endpoint(resource: Resource) -> float | None:
    if resource.value("vpc_endpoint_type") != "Interface":
        return 0
    subnets = resource.optional("subnet_ids")
    return 0.01 * HOURS_A_MONTH * len(subnets) if isinstance(subnets, (list, tuple)) else None


def _stream(resource: Resource) -> float | None:
    if resource.value("stream_mode_details", 0, "stream_mode") == "ON_DEMAND":
        return 0.04 * HOURS_A_MONTH
    shards = resource.value("shard_count")
    return 0.015 * HOURS_A_MONTH * shards if isinstance(shards, (int, float)) else None


def _provisioned(document: Document) -> Iterator[Cost]:
    memory = {f.value("function_name"): f.value("memory_size") for f in document.of("aws_lambda_function")}
    for config in document.of("aws_lambda_provisioned_concurrency_config"):
        size = memory.get(config.value("function_name"))
        count = config.value("provisioned_concurrent_executions")
        price: float | None = None
        if isinstance(size, (int, float)) and isinstance(count, (int, float)):
            price = size / _MEGABYTES_A_GIGABYTE * count * _SECONDS_A_MONTH * _PROVISIONED_GB_SECOND
        yield Cost(config.address, "provisioned concurrency", price)


_PRICES: dict[str, tuple[str, Callable[[Resource], float | None]]] = {
    "aws_cloudwatch_composite_alarm": ("composite alarm", _monthly(0.50)),
    "aws_cloudwatch_dashboard": ("dashboard", _monthly(3.00)),
    "aws_cloudwatch_metric_alarm": ("alarm", _monthly(0.10)),
    "aws_eip": ("public address", _hourly(0.005)),
    "aws_kinesis_stream": ("stream", _stream),
    "aws_kms_key": ("customer key", _monthly(1.00)),
    "aws_lb": ("load balancer", _hourly(0.0225)),
    "aws_nat_gateway": ("NAT gateway", _hourly(0.045)),
    "aws_route53_zone": ("hosted zone", _monthly(0.50)),
    "aws_secretsmanager_secret": ("secret", _monthly(0.40)),
    "aws_vpc_endpoint": ("interface endpoint", _interface_endpoint),
}
