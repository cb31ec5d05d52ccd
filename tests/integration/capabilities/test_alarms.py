"""Metrics and alarms: what is measured, what an alarm tells, and what follows it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.integration.capabilities.probing import box

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from tests.integration.capabilities.probing import Shows
    from tests.integration.support.workbench import Workbench


def alarmed(bench: Workbench, action: str) -> str:
    """Make an alarm and what sets it off; return its name."""
    cloudwatch, name = bench.client("cloudwatch"), bench.unique("alarm")
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        AlarmActions=[action],
        Namespace="Kit",
        MetricName=name,
        Statistic="Sum",
        Period=10,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
    )
    cloudwatch.put_metric_data(Namespace="Kit", MetricData=[{"MetricName": name, "Value": 5}])
    return name


def state(bench: Workbench, alarm: str) -> str:
    (found,) = bench.client("cloudwatch").describe_alarms(AlarmNames=[alarm])["MetricAlarms"]
    return str(found["StateValue"])


def group(bench: Workbench) -> str:
    """Make an Auto Scaling group with no instance and return its name."""
    name = bench.unique("group")
    image = {"ImageId": "ami-0c2023a1b2c3d4e5f", "InstanceType": "t3.micro"}
    bench.client("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData=image)
    bench.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchTemplate={"LaunchTemplateName": name, "Version": "$Latest"},
        MinSize=0,
        MaxSize=1,
        AvailabilityZones=[f"{bench.region}a"],
    )
    return name


def test_an_alarm_on_a_metric_tells_a_topic(bench: Workbench, shows: Shows) -> None:
    into, sns = box(bench), bench.client("sns")
    topic = sns.create_topic(Name=bench.unique("topic"))["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=into.arn)
    with shows("alarm_custom_metric") as within:
        name = alarmed(bench, topic)
        into.gets(name, within=within)


def test_an_alarm_changes_a_group(bench: Workbench, shows: Shows) -> None:
    groups, name = bench.client("autoscaling"), group(bench)
    policy = groups.put_scaling_policy(
        AutoScalingGroupName=name, PolicyName="wake", AdjustmentType="ExactCapacity", ScalingAdjustment=1
    )

    def woken() -> bool:
        (found,) = groups.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
        return bool(found["DesiredCapacity"] == 1)

    with shows("alarm_auto_scaling") as within:
        assert "PolicyARN" in policy
        alarm = alarmed(bench, policy["PolicyARN"])
        eventually(lambda: state(bench, alarm) == "ALARM")
        eventually(woken, timeout=within)


def test_a_queue_has_metrics(bench: Workbench, shows: Shows) -> None:
    url = bench.queue()
    bench.client("sqs").send_message(QueueUrl=url, MessageBody="hello")
    asked = {"Namespace": "AWS/SQS", "Dimensions": [{"Name": "QueueName", "Value": url.rpartition("/")[2]}]}
    with shows("alarm_queue_metrics") as within:
        eventually(lambda: bench.client("cloudwatch").list_metrics(**asked)["Metrics"], timeout=within)


def test_lines_of_a_log_are_counted(bench: Workbench, shows: Shows) -> None:
    logs, name = bench.client("logs"), bench.unique("group")
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="one")
    counted = [{"metricName": name, "metricNamespace": "Kit", "metricValue": "1"}]
    logs.put_metric_filter(logGroupName=name, filterName="errors", filterPattern="ERROR", metricTransformations=counted)
    event: dict[str, Any] = {"timestamp": int(datetime.now(UTC).timestamp() * 1000), "message": "ERROR one"}
    logs.put_log_events(logGroupName=name, logStreamName="one", logEvents=[event])
    asked = {"Namespace": "Kit", "MetricName": name}
    with shows("log_metric_filters") as within:
        eventually(lambda: bench.client("cloudwatch").list_metrics(**asked)["Metrics"], timeout=within)


def test_a_table_is_raised_to_its_least_capacity(bench: Workbench, shows: Shows) -> None:
    dynamodb, name = bench.client("dynamodb"), bench.unique("table")
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )

    def raised() -> bool:
        table = dynamodb.describe_table(TableName=name)["Table"]
        return bool(table["ProvisionedThroughput"]["ReadCapacityUnits"] == 3)

    with shows("application_auto_scaling") as within:
        bench.client("application-autoscaling").register_scalable_target(
            ServiceNamespace="dynamodb",
            ResourceId=f"table/{name}",
            ScalableDimension="dynamodb:table:ReadCapacityUnits",
            MinCapacity=3,
            MaxCapacity=5,
        )
        eventually(raised, timeout=within)
