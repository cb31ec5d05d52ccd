"""Load balancers and distributions: what stands between people and a system."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.error import HTTPError

from tests.integration.capabilities.probing import bucket, opened
from tests.integration.support import sites
from tests.integration.support.people import call

if TYPE_CHECKING:
    from tests.integration.capabilities.probing import Ear, Shows
    from tests.integration.support.workbench import Workbench


def test_a_load_balancer_calls_a_function(bench: Workbench, ear: Ear, shows: Shows) -> None:
    ec2, balancers, name = bench.client("ec2"), bench.client("elbv2"), bench.unique("lb")
    network = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=network, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"{bench.region}{zone}")
        for number, zone in enumerate("ab")
    ]
    made = balancers.create_load_balancer(Name=name, Subnets=[one["Subnet"]["SubnetId"] for one in subnets])
    group = balancers.create_target_group(Name=name, TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"]
    balancers.register_targets(TargetGroupArn=group, Targets=[{"Id": ear.arn}])
    balancers.create_listener(
        LoadBalancerArn=made["LoadBalancers"][0]["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    with shows("alb_lambda") as within:
        call("GET", f"{bench.emulator.endpoint}/_alb/{name}/{name}")
        assert ear.hears(f'"/{name}"', within=within)


def test_a_page_comes_out_of_a_closed_bucket(bench: Workbench, shows: Shows) -> None:
    name = bucket(bench)
    bench.client("s3").put_object(Bucket=name, Key="index.html", Body=b"<h1>hello")
    with shows("cloudfront_private_bucket"), opened(bench, f"https://{site(bench, name)}/") as answer:
        assert answer.read() == b"<h1>hello"


def test_a_page_that_is_not_there_is_not_found(bench: Workbench, shows: Shows) -> None:
    name = bucket(bench)
    with shows("cloudfront_missing_keys"):
        address = site(bench, name)
        assert status(bench, f"https://{address}/gone") == 404


def status(bench: Workbench, url: str) -> int:
    try:
        with opened(bench, url) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


def site(bench: Workbench, name: str) -> str:
    """Put a distribution before a bucket, which it may read and list; return its domain name."""
    made = sites.distribution(bench, name)
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
        "Condition": {"StringEquals": {"aws:SourceArn": made["ARN"]}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    bench.client("s3").put_bucket_policy(Bucket=name, Policy=document)
    return str(made["DomainName"])
