"""Auto Scaling groups and launch templates read back as they were given."""

from __future__ import annotations

import re

import pytest
from botocore.exceptions import ClientError

TRACKING = {
    "TargetValue": 5,
    "CustomizedMetricSpecification": {
        "Metrics": [
            {"Id": "backlog", "Expression": "waiting / 2", "ReturnData": True},
            {
                "Id": "waiting",
                "ReturnData": False,
                "MetricStat": {"Metric": {"Namespace": "AWS/SQS", "MetricName": "Visible"}, "Stat": "Maximum"},
            },
        ]
    },
}


def a_template(bench):
    """Make a launch template and return its id and what its one version answers."""
    ec2 = bench.client("ec2")
    given = {
        "ImageId": "resolve:ssm:/aws/service/any",
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True, "KmsKeyId": "alias/ours"}}],
        "NetworkInterfaces": [
            {"DeviceIndex": 0, "Groups": ["sg-1", "sg-2"], "DeleteOnTermination": True, "Ipv6AddressCount": 1}
        ],
    }
    made = ec2.create_launch_template(LaunchTemplateName=bench.unique("template"), LaunchTemplateData=given)
    template = made["LaunchTemplate"]["LaunchTemplateId"]
    versions = ec2.describe_launch_template_versions(LaunchTemplateId=template)["LaunchTemplateVersions"]
    return template, given, versions[0]["LaunchTemplateData"]


def groups_as_written(bench, template):
    """Return the names the groups of an interface are answered by; boto3 takes any, the provider one."""
    seen = []

    def look(response_dict, **_):
        seen.append(response_dict["body"].decode())

    events = bench.client("ec2").meta.events
    events.register("before-parse.ec2.DescribeLaunchTemplateVersions", look, unique_id="groups")
    bench.client("ec2").describe_launch_template_versions(LaunchTemplateId=template)
    events.unregister("before-parse.ec2.DescribeLaunchTemplateVersions", unique_id="groups")
    return set(re.findall(r"<(\w+)>sg-\d</", seen[0]))


def a_group(bench, template):
    name = bench.unique("group")
    bench.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name,
        MinSize=0,
        MaxSize=4,
        AvailabilityZones=[f"{bench.region}a"],
        CapacityRebalance=True,
        DefaultInstanceWarmup=60,
        InstanceMaintenancePolicy={"MinHealthyPercentage": 90, "MaxHealthyPercentage": 110},
        MaxInstanceLifetime=86400,
        TerminationPolicies=["OldestLaunchTemplate", "Default"],
        MixedInstancesPolicy={
            "LaunchTemplate": {
                "LaunchTemplateSpecification": {"LaunchTemplateId": template, "Version": "1"},
                "Overrides": [{"InstanceType": "m7g.medium"}, {"InstanceType": "m6g.medium"}],
            },
            "InstancesDistribution": {"OnDemandBaseCapacity": 1, "OnDemandPercentageAboveBaseCapacity": 20},
        },
    )
    return name


def answered(bench, name):
    return bench.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][
        0
    ]


def policies(bench, name):
    """Put two policies on a group and return the names a question about the second is answered with."""
    scaling = bench.client("autoscaling")
    scaling.put_scaling_policy(
        AutoScalingGroupName=name,
        PolicyName="backlog",
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration=TRACKING,
    )
    scaling.put_scaling_policy(
        AutoScalingGroupName=name,
        PolicyName="wake",
        PolicyType="StepScaling",
        AdjustmentType="ChangeInCapacity",
        StepAdjustments=[{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
    )
    found = scaling.describe_policies(AutoScalingGroupName=name, PolicyNames=["wake"])["ScalingPolicies"]
    return [policy["PolicyName"] for policy in found]


def test_a_launch_template_reads_back_whole(bench):
    template, given, data = a_template(bench)
    assert data["BlockDeviceMappings"][0]["Ebs"]["KmsKeyId"] == "alias/ours"
    assert data["NetworkInterfaces"] == given["NetworkInterfaces"]
    assert groups_as_written(bench, template) == {"groupId"}


def test_upstream_still_forgets_keys_of_volumes_and_groups_of_interfaces(plain):
    template, _, data = a_template(plain)
    assert "KmsKeyId" not in data["BlockDeviceMappings"][0]["Ebs"]
    assert set(data["NetworkInterfaces"][0]) == {"DeviceIndex", "Groups"}
    assert groups_as_written(plain, template) == {"item"}


def test_a_group_reads_back_whole(bench):
    template, _, _ = a_template(bench)
    group = answered(bench, a_group(bench, template))
    assert group["CapacityRebalance"] is True
    assert (group["DefaultInstanceWarmup"], group["MaxInstanceLifetime"]) == (60, 86400)
    assert group["InstanceMaintenancePolicy"] == {"MinHealthyPercentage": 90, "MaxHealthyPercentage": 110}
    assert group["TerminationPolicies"] == ["OldestLaunchTemplate", "Default"]
    mixed = group["MixedInstancesPolicy"]
    specification = mixed["LaunchTemplate"]["LaunchTemplateSpecification"]
    assert (specification["LaunchTemplateId"], specification["Version"]) == (template, "1")
    assert specification["LaunchTemplateName"].startswith("template-")
    assert [one["InstanceType"] for one in mixed["LaunchTemplate"]["Overrides"]] == ["m7g.medium", "m6g.medium"]
    assert mixed["InstancesDistribution"]["OnDemandPercentageAboveBaseCapacity"] == 20


def test_a_changed_group_reads_back_changed(bench):
    template, _, _ = a_template(bench)
    name = a_group(bench, template)
    bench.client("autoscaling").update_auto_scaling_group(
        AutoScalingGroupName=name, CapacityRebalance=False, TerminationPolicies=["Default"]
    )
    group = answered(bench, name)
    assert group["CapacityRebalance"] is False
    assert group["TerminationPolicies"] == ["Default"]
    assert group["DefaultInstanceWarmup"] == 60


def test_a_group_collects_metrics(bench):
    template, _, _ = a_template(bench)
    name, scaling = a_group(bench, template), bench.client("autoscaling")
    every = ["GroupDesiredCapacity", "GroupInServiceInstances"]
    scaling.enable_metrics_collection(AutoScalingGroupName=name, Metrics=every, Granularity="1Minute")
    assert answered(bench, name)["EnabledMetrics"] == [{"Metric": one, "Granularity": "1Minute"} for one in every]
    scaling.disable_metrics_collection(AutoScalingGroupName=name, Metrics=every[:1])
    assert [one["Metric"] for one in answered(bench, name)["EnabledMetrics"]] == every[1:]
    scaling.disable_metrics_collection(AutoScalingGroupName=name)
    assert answered(bench, name)["EnabledMetrics"] == []


def test_a_policy_is_found_by_its_name(bench):
    template, _, _ = a_template(bench)
    name = a_group(bench, template)
    assert policies(bench, name) == ["wake"]
    every = bench.client("autoscaling").describe_policies(AutoScalingGroupName=name)["ScalingPolicies"]
    assert {policy["PolicyName"] for policy in every} == {"backlog", "wake"}


def test_upstream_still_forgets_most_of_a_group(plain):
    template, _, _ = a_template(plain)
    name = a_group(plain, template)
    group = answered(plain, name)
    assert not {"MixedInstancesPolicy", "DefaultInstanceWarmup", "InstanceMaintenancePolicy"} & set(group)
    assert len(policies(plain, name)) == 2
    with pytest.raises(ClientError, match="EnableMetricsCollection"):
        plain.client("autoscaling").enable_metrics_collection(AutoScalingGroupName=name, Granularity="1Minute")
