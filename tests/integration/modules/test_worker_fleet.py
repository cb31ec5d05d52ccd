"""The applied fleets: how they scale, drain and start, as Auto Scaling and EC2 answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.of("worker-fleet")


def _group(client: Callable[[str], Any], name: str) -> dict[str, Any]:
    answer = client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    return dict(answer["AutoScalingGroups"][0])


def _policies(client: Callable[[str], Any], name: str) -> dict[str, dict[str, Any]]:
    answer = client("autoscaling").describe_policies(AutoScalingGroupName=name)
    return {policy["PolicyName"]: policy for policy in answer["ScalingPolicies"]}


def test_the_fleet_sleeps_and_the_alarm_wakes_it(outputs: dict[str, Any], client: Callable[[str], Any]) -> None:
    name = outputs["worker_fleet"]["group"]["name"]
    policies = _policies(client, name)
    assert {policy: one["PolicyType"] for policy, one in policies.items()} == {
        "backlog": "TargetTrackingScaling",
        "wake": "StepScaling",
    }
    assert (_group(client, name)["DesiredCapacity"], _group(client, name)["Instances"]) == (0, [])
    alarms = client("cloudwatch").describe_alarms(AlarmNames=[f"{name}-fleet-wake"])["MetricAlarms"]
    assert [alarm["AlarmActions"] for alarm in alarms] == [[policies["wake"]["PolicyARN"]]]


def test_a_fleet_that_never_sleeps_has_its_instance_and_no_alarm_to_wake_it(
    outputs: dict[str, Any], client: Callable[[str], Any]
) -> None:
    name = outputs["worker_fleet"]["steady"]["name"]
    assert set(_policies(client, name)) == {"backlog"}
    assert [instance["LifecycleState"] for instance in _group(client, name)["Instances"]] == ["InService"]
    assert client("cloudwatch").describe_alarms(AlarmNames=[f"{name}-fleet-wake"])["MetricAlarms"] == []


def test_what_tracks_the_backlog_counts_instances_that_are_counted(
    outputs: dict[str, Any], client: Callable[[str], Any]
) -> None:
    name = outputs["worker_fleet"]["group"]["name"]
    tracking = _policies(client, name)["backlog"]["TargetTrackingConfiguration"]
    watched = {
        metric["MetricStat"]["Metric"]["MetricName"]
        for metric in tracking["CustomizedMetricSpecification"]["Metrics"]
        if "MetricStat" in metric
    }
    assert watched == {"ApproximateNumberOfMessagesVisible", "GroupInServiceInstances"}
    assert "GroupInServiceInstances" in {metric["Metric"] for metric in _group(client, name)["EnabledMetrics"]}


def test_instances_drain_and_start_safely(outputs: dict[str, Any], client: Callable[[str], Any]) -> None:
    group = outputs["worker_fleet"]["group"]
    (hook,) = client("autoscaling").describe_lifecycle_hooks(AutoScalingGroupName=group["name"])["LifecycleHooks"]
    assert (hook["LifecycleHookName"], hook["HeartbeatTimeout"], hook["DefaultResult"]) == ("drain", 600, "CONTINUE")
    versions = client("ec2").describe_launch_template_versions(LaunchTemplateName=group["name"])
    data = versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    assert (data["MetadataOptions"]["HttpTokens"], data["MetadataOptions"]["HttpPutResponseHopLimit"]) == (
        "required",
        1,
    )
    assert data["BlockDeviceMappings"][0]["Ebs"]["KmsKeyId"] == outputs["worker_fleet"]["queue"]["key"]["arn"]
    assert data["NetworkInterfaces"][0]["AssociatePublicIpAddress"] is False
    assert "KeyName" not in data
