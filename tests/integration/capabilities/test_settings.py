"""What is kept and read back, of services behind which nothing runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.capabilities.probing import Shows
    from tests.integration.support.workbench import Workbench


def test_a_cluster_is_kept(bench: Workbench, shows: Shows) -> None:
    ecs, name = bench.client("ecs"), bench.unique("cluster")
    with shows("ecs"):
        ecs.create_cluster(clusterName=name)
        (found,) = ecs.describe_clusters(clusters=[name])["clusters"]
        assert (found["clusterName"], found["status"]) == (name, "ACTIVE")


def test_a_web_acl_is_kept(bench: Workbench, shows: Shows) -> None:
    waf, name = bench.client("wafv2"), bench.unique("acl")
    seen = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": name}
    with shows("waf"):
        made = waf.create_web_acl(Name=name, Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=seen)
        found = waf.get_web_acl(Name=name, Scope="REGIONAL", Id=made["Summary"]["Id"])["WebACL"]
        assert found["DefaultAction"] == {"Allow": {}}


def test_a_domain_has_three_tokens(bench: Workbench, shows: Shows) -> None:
    made = bench.client("sesv2").create_email_identity(EmailIdentity=f"{bench.unique('mail')}.example.com")
    with shows("ses_dkim"):
        assert len(made.get("DkimAttributes", {}).get("Tokens", [])) == 3


def test_an_endpoint_has_its_own_policy(bench: Workbench, shows: Shows) -> None:
    ec2 = bench.client("ec2")
    network = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::ours/*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    made = ec2.create_vpc_endpoint(
        VpcId=network, ServiceName=f"com.amazonaws.{bench.region}.s3", PolicyDocument=json.dumps(policy)
    )["VpcEndpoint"]["VpcEndpointId"]
    (found,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[made])["VpcEndpoints"]
    with shows("vpc_endpoint_policies"):
        assert json.loads(found["PolicyDocument"]) == policy
