"""Policies that ask for an instance's tags."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from eventyard.testing.waiting import eventually

OURS = {"Key": "owner", "Value": "us"}


def launch(bench, *tags):
    """Return a running instance that has `tags` from its first moment."""
    given = {"TagSpecifications": [{"ResourceType": "instance", "Tags": list(tags)}]} if tags else {}
    ec2 = bench.client("ec2")
    answer = ec2.run_instances(ImageId="ami-0c2023a1b2c3d4e5f", MinCount=1, MaxCount=1, **given)
    instance = answer["Instances"][0]["InstanceId"]

    def runs():
        found = ec2.describe_instances(InstanceIds=[instance])
        return found["Reservations"][0]["Instances"][0]["State"]["Name"] == "running"

    eventually(runs)
    return instance


def owner(bench):
    """Return a client that may start, stop and tag what is tagged as ours, and nothing else."""
    may = {
        "Effect": "Allow",
        "Action": ["ec2:StartInstances", "ec2:StopInstances", "ec2:CreateTags", "ec2:DeleteTags"],
        "Resource": f"arn:aws:ec2:{bench.region}:{bench.account}:instance/*",
        "Condition": {"StringEquals": {"aws:ResourceTag/owner": "us"}},
    }
    return bench.acting("ec2", may)


def tags(bench, instance):
    found = bench.client("ec2").describe_tags(Filters=[{"Name": "resource-id", "Values": [instance]}])["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


def assert_denied(call, **arguments):
    with pytest.raises(ClientError) as denied:
        call(**arguments)
    assert denied.value.response["Error"]["Code"] == "UnauthorizedOperation"


def test_tagged_instance_can_be_stopped_and_another_cannot(bench):
    ours, another, ec2 = launch(bench, OURS), launch(bench, {"Key": "owner", "Value": "them"}), owner(bench)
    assert ec2.stop_instances(InstanceIds=[ours])["StoppingInstances"][0]["InstanceId"] == ours
    assert_denied(ec2.stop_instances, InstanceIds=[another])
    assert_denied(ec2.stop_instances, InstanceIds=[launch(bench)])


@pytest.mark.parametrize("turn", [1, -1])
def test_every_instance_of_a_request_is_looked_at(bench, turn):
    ours, another, ec2 = launch(bench, OURS), launch(bench), owner(bench)
    for call in (ec2.stop_instances, ec2.start_instances):
        assert_denied(call, InstanceIds=[ours, another][::turn])
    second = launch(bench, OURS)
    assert len(ec2.stop_instances(InstanceIds=[ours, second][::turn])["StoppingInstances"]) == 2


@pytest.mark.parametrize("turn", [1, -1])
def test_every_resource_of_a_tagging_request_is_looked_at(bench, turn):
    ours, second, another, ec2 = launch(bench, OURS), launch(bench, OURS), launch(bench), owner(bench)
    mark = [{"Key": "stopped-by", "Value": "us"}]
    for call in (ec2.create_tags, ec2.delete_tags):
        assert_denied(call, Resources=[ours, another][::turn], Tags=mark)
        assert_denied(call, Resources=[ours, "vol-0123456789abcdef0"][::turn], Tags=mark)
    assert tags(bench, ours) == {"owner": "us"}
    ec2.create_tags(Resources=[ours, second][::turn], Tags=mark)
    assert tags(bench, ours) == tags(bench, second) == {"owner": "us", "stopped-by": "us"}
    ec2.delete_tags(Resources=[ours, second], Tags=mark)
    assert tags(bench, ours) == {"owner": "us"}


def test_tags_given_with_the_launch_need_the_right_to_launch_alone(bench):
    ec2 = bench.acting("ec2", {"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*"})
    answer = ec2.run_instances(
        ImageId="ami-0c2023a1b2c3d4e5f",
        MinCount=2,
        MaxCount=2,
        TagSpecifications=[{"ResourceType": "instance", "Tags": [OURS]}],
    )
    for instance in answer["Instances"]:
        assert instance["Tags"] == [OURS]
        assert tags(bench, instance["InstanceId"]) == {"owner": "us"}


def test_upstream_still_knows_no_tags_of_instances(plain):
    ours, ec2 = launch(plain, OURS), owner(plain)
    assert_denied(ec2.stop_instances, InstanceIds=[ours])
    assert_denied(ec2.create_tags, Resources=[ours], Tags=[OURS])


def test_upstream_still_looks_at_the_first_instance_only(plain):
    first, second = launch(plain), launch(plain)
    arn = f"arn:aws:ec2:{plain.region}:{plain.account}:instance/{first}"
    ec2 = plain.acting("ec2", {"Effect": "Allow", "Action": "ec2:StopInstances", "Resource": arn})
    assert len(ec2.stop_instances(InstanceIds=[first, second])["StoppingInstances"]) == 2
