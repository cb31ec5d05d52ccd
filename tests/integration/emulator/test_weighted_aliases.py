"""An alias with two versions calls each by its share."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from eventyard.testing.waiting import eventually

SAYS = """
def handler(event, context):
    print("VERSION", context.function_version, context.invoked_function_arn, flush=True)
    return context.function_version
"""


def two_versions(bench, weight):
    """Make a function whose alias sends a share of its calls to version 2."""
    name, client = bench.function(SAYS), bench.client("lambda")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("app.py", SAYS + "# changed\n")
    client.update_function_code(FunctionName=name, ZipFile=archive.getvalue())
    assert client.publish_version(FunctionName=name)["Version"] == "2"
    weights = {"AdditionalVersionWeights": {"2": weight}}
    client.update_alias(FunctionName=name, Name="live", RoutingConfig=weights)
    return name


def called(bench, name):
    answer = bench.client("lambda").invoke(FunctionName=name, Qualifier="live", Payload=b"{}")
    return answer["ExecutedVersion"], json.loads(answer["Payload"].read())


def printed(bench, name):
    """Return the versions that were called, and by which ARN, as they said themselves."""
    try:
        lines = bench.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    except bench.client("logs").exceptions.ResourceNotFoundException:
        return None
    return [tuple(line["message"].split()[1:3]) for line in lines if line["message"].startswith("VERSION")]


def by_itself(bench, name):
    answer = bench.client("lambda").invoke(FunctionName=name, Qualifier="live", InvocationType="Event", Payload=b"{}")
    assert answer["StatusCode"] == 202


def by_queue(bench, name):
    url = bench.queue()
    arn = bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bench.client("lambda").create_event_source_mapping(FunctionName=bench.alias_arn(name), EventSourceArn=arn)
    bench.client("sqs").send_message(QueueUrl=url, MessageBody="one")


def by_stream(bench, name):
    kinesis = bench.client("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    kinesis.put_record(StreamName=name, Data=b"one", PartitionKey="k")
    bench.client("lambda").create_event_source_mapping(
        FunctionName=bench.alias_arn(name), EventSourceArn=arn, StartingPosition="TRIM_HORIZON"
    )


def by_rule(bench, name):
    events = bench.client("events")
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": bench.alias_arn(name)}])
    events.put_events(Entries=[{"Source": name, "DetailType": "t", "Detail": "{}"}])


def test_each_version_gets_calls_and_the_answer_says_which(bench):
    name = two_versions(bench, 0.5)
    answers = {called(bench, name) for _ in range(40)}  # all one version once in 2 ** 39 runs
    assert answers == {("1", "1"), ("2", "2")}


@pytest.mark.parametrize("call", [by_itself, by_queue, by_stream, by_rule])
def test_whoever_calls_the_alias_gets_the_second_version_by_its_share(bench, call):
    name = two_versions(bench, 1.0)
    call(bench, name)
    ((version, arn),) = eventually(lambda: printed(bench, name), timeout=20)
    assert version == "2"
    if call in (by_itself, by_stream, by_rule):
        assert arn == bench.alias_arn(name)


def test_the_alias_is_still_its_first_version_to_whoever_looks(bench):
    name, client = two_versions(bench, 1.0), bench.client("lambda")
    assert client.get_function_configuration(FunctionName=name, Qualifier="live")["Version"] == "1"
    alias = client.get_alias(FunctionName=name, Name="live")
    assert (alias["FunctionVersion"], alias["RoutingConfig"]) == ("1", {"AdditionalVersionWeights": {"2": 1.0}})


def test_without_a_share_the_first_version_is_called_again(bench):
    name = two_versions(bench, 1.0)
    bench.client("lambda").update_alias(FunctionName=name, Name="live", RoutingConfig={"AdditionalVersionWeights": {}})
    assert called(bench, name) == ("1", "1")


def test_upstream_still_calls_the_first_version_each_time(plain):
    name = two_versions(plain, 1.0)
    assert called(plain, name) == ("1", "1")
