"""What AWS asks for things that stand idle: list prices of us-east-1, noted down on `AS_OF`, each with AWS's page.

On demand, without any free tier, reservation or discount; other regions differ by a few tenths.
"""

from __future__ import annotations

from dataclasses import dataclass

AS_OF = "2026-06"
CURRENCY = "USD"
REGION = "us-east-1"
HOURS_A_MONTH = 730
SECONDS_A_MONTH = HOURS_A_MONTH * 3600

_AWS = "https://aws.amazon.com"


@dataclass(frozen=True, slots=True)
class Price:
    """A price a month for one of something, and AWS's page that states it."""

    monthly: float
    page: str


def _hour(usd: float, page: str) -> Price:
    return Price(usd * HOURS_A_MONTH, f"{_AWS}/{page}/pricing/")


def _month(usd: float, page: str) -> Price:
    return Price(usd, f"{_AWS}/{page}/pricing/")


def _second(usd: float, page: str) -> Price:
    return Price(usd * SECONDS_A_MONTH, f"{_AWS}/{page}/pricing/")


NAT_GATEWAY = _hour(0.045, "vpc")
PUBLIC_ADDRESS = _hour(0.005, "vpc")
ENDPOINT_ZONE = _hour(0.01, "privatelink")

SHARD = _hour(0.015, "kinesis/data-streams")
SHARD_RETENTION = _hour(0.02, "kinesis/data-streams")
ON_DEMAND_STREAM = _hour(0.04, "kinesis/data-streams")
CONSUMER_SHARD = _hour(0.015, "kinesis/data-streams")

PROVISIONED_GB = {"x86_64": _second(0.0000041667, "lambda"), "arm64": _second(0.0000033334, "lambda")}
SNAPSHOT_GB = _second(0.0000015046, "lambda")

METRIC_ALARM = _month(0.10, "cloudwatch")
FAST_METRIC_ALARM = _month(0.30, "cloudwatch")
COMPOSITE_ALARM = _month(0.50, "cloudwatch")
DASHBOARD = _month(3.00, "cloudwatch")

KEY = _month(1.00, "kms")
SECRET = _month(0.40, "secrets-manager")
ADVANCED_PARAMETER = _month(0.05, "systems-manager")
HOSTED_ZONE = _month(0.50, "route53")
HEALTH_CHECK = _month(0.50, "route53")
WEB_ACL = _month(5.00, "waf")
WEB_ACL_RULE = _month(1.00, "waf")

LOAD_BALANCER = {
    "application": _hour(0.0225, "elasticloadbalancing"),
    "network": _hour(0.0225, "elasticloadbalancing"),
    "gateway": _hour(0.0125, "elasticloadbalancing"),
}

READ_UNIT = _hour(0.00013, "dynamodb")
WRITE_UNIT = _hour(0.00065, "dynamodb")

API_CACHE = {
    size: _hour(usd, "api-gateway")
    for size, usd in {
        "0.5": 0.020, "1.6": 0.038, "6.1": 0.200, "13.5": 0.250,
        "28.4": 0.500, "58.2": 1.000, "118": 1.900, "237": 3.800,
    }.items()
}  # fmt: skip

# Linux, of the sizes workers of an event-driven system have; of others there is no figure.
INSTANCE = {
    type_: Price(usd * HOURS_A_MONTH, f"{_AWS}/ec2/pricing/on-demand/")
    for type_, usd in {
        "t3.micro": 0.0104, "t3.small": 0.0208, "t3.medium": 0.0416, "t3.large": 0.0832,
        "t4g.nano": 0.0042, "t4g.micro": 0.0084, "t4g.small": 0.0168, "t4g.medium": 0.0336, "t4g.large": 0.0672,
        "c7g.medium": 0.0363, "c7g.large": 0.0725, "c7g.xlarge": 0.145, "c7g.2xlarge": 0.29,
        "m6i.large": 0.096, "m7g.medium": 0.0408, "m7g.large": 0.0816, "m7g.xlarge": 0.1632,
    }.items()
}  # fmt: skip
DISK_GB = {type_: _month(usd, "ebs") for type_, usd in {"gp2": 0.10, "gp3": 0.08, "st1": 0.045, "sc1": 0.015}.items()}
