"""Tables, their conditions, transactions and settings, their streams, and what workflows do with them."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from eventyard.testing.waiting import eventually

KEY = [{"AttributeName": "id", "KeyType": "HASH"}]
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


@pytest.fixture
def table(localstack):
    """``table(**settings)``: the name of a new table whose key is `id`."""

    def make(*, attributes=("id",), **settings):
        name = localstack.unique("table")
        localstack.client("dynamodb").create_table(
            TableName=name,
            KeySchema=KEY,
            AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in attributes],
            BillingMode="PAY_PER_REQUEST",
            **settings,
        )
        return name

    return make


@pytest.fixture
def dynamodb(localstack):
    return localstack.client("dynamodb")


@pytest.fixture
def streams(localstack):
    return localstack.client("dynamodbstreams")


def item(identity, **values):
    return {"id": {"S": identity}, **{name: {"N": str(value)} for name, value in values.items()}}


def put(dynamodb, name, identity, **values):
    dynamodb.put_item(TableName=name, Item=item(identity, **values))


def stream_of(dynamodb, name):
    return dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]


def iterator(streams, arn, start="TRIM_HORIZON", **more):
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    answer = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType=start, **more)
    return answer["ShardIterator"]


def events(records):
    return [(record["eventName"], record["dynamodb"]["Keys"]["id"]["S"]) for record in records]


def test_a_condition_lets_one_of_many_writers_through(dynamodb, table):
    name = table()

    def claim(number):
        try:
            dynamodb.put_item(
                TableName=name, Item=item("job", by=number), ConditionExpression="attribute_not_exists(id)"
            )
        except ClientError as error:
            return error.response["Error"]["Code"]
        return "done"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(claim, range(24)))
    assert sorted(answers) == ["ConditionalCheckFailedException"] * 23 + ["done"]


def test_counting_loses_nothing_among_many_writers(dynamodb, table):
    name = table()

    def count(_):
        dynamodb.update_item(
            TableName=name,
            Key=item("counter"),
            UpdateExpression="ADD seen :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(40)))
    assert dynamodb.get_item(TableName=name, Key=item("counter"))["Item"]["seen"] == {"N": "40"}


def test_an_index_is_queried_in_its_own_order(dynamodb, table):
    index = {
        "IndexName": "by-owner",
        "KeySchema": [
            {"AttributeName": "owner", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    name = table(attributes=("id", "owner", "at"), GlobalSecondaryIndexes=[index])
    for identity, at in (("a", "3"), ("b", "1"), ("c", "2")):
        dynamodb.put_item(TableName=name, Item={**item(identity, secret=1), "owner": {"S": "me"}, "at": {"S": at}})
    found = dynamodb.query(
        TableName=name,
        IndexName="by-owner",
        KeyConditionExpression="#o = :me AND #a > :since",
        ExpressionAttributeNames={"#o": "owner", "#a": "at"},
        ExpressionAttributeValues={":me": {"S": "me"}, ":since": {"S": "1"}},
        ScanIndexForward=False,
    )["Items"]
    assert [one["id"]["S"] for one in found] == ["a", "c"]
    assert "secret" not in found[0]


def test_a_transaction_that_fails_writes_nothing_and_leaves_the_stream_readable(dynamodb, streams, table):
    name = table(StreamSpecification=STREAM)
    put(dynamodb, name, "there")
    reading = iterator(streams, stream_of(dynamodb, name), "LATEST")
    with pytest.raises(ClientError) as refused:
        dynamodb.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": name, "Item": item("new")}},
                {
                    "Put": {
                        "TableName": name,
                        "Item": item("there"),
                        "ConditionExpression": "attribute_not_exists(id)",
                    }
                },
            ]
        )
    assert [reason["Code"] for reason in refused.value.response["CancellationReasons"]] == [
        "None",
        "ConditionalCheckFailed",
    ]
    put(dynamodb, name, "after")
    assert events(streams.get_records(ShardIterator=reading)["Records"]) == [("INSERT", "after")]


def test_a_stream_tells_each_change_with_its_images(dynamodb, streams, table, localstack):
    name = table(StreamSpecification=STREAM)
    put(dynamodb, name, "a", size=1)
    put(dynamodb, name, "a", size=1)
    put(dynamodb, name, "a", size=2)
    dynamodb.delete_item(TableName=name, Key=item("a"))
    dynamodb.delete_item(TableName=name, Key=item("a"))
    arn = stream_of(dynamodb, name)
    records = streams.get_records(ShardIterator=iterator(streams, arn))["Records"]
    assert events(records) == [("INSERT", "a"), ("MODIFY", "a"), ("REMOVE", "a")]
    images = [
        tuple(record["dynamodb"].get(image, {}).get("size") for image in ("OldImage", "NewImage")) for record in records
    ]
    assert images == [(None, {"N": "1"}), ({"N": "1"}, {"N": "2"}), ({"N": "2"}, None)]
    assert "OldImage" not in records[0]["dynamodb"]
    assert {record["awsRegion"] for record in records} == {localstack.region}

    first = records[0]["dynamodb"]["SequenceNumber"]
    for start, expected in (("AT_SEQUENCE_NUMBER", 3), ("AFTER_SEQUENCE_NUMBER", 2)):
        place = iterator(streams, arn, start, SequenceNumber=first)
        assert len(streams.get_records(ShardIterator=place)["Records"]) == expected


def test_an_iterator_goes_on_where_it_stopped(dynamodb, streams, table):
    name = table(StreamSpecification=STREAM)
    for identity in "abc":
        put(dynamodb, name, identity)
    place, seen = iterator(streams, stream_of(dynamodb, name)), []
    for _ in range(4):
        answer = streams.get_records(ShardIterator=place, Limit=1)
        seen += events(answer["Records"])
        place = answer["NextShardIterator"]
    assert seen == [("INSERT", "a"), ("INSERT", "b"), ("INSERT", "c")]


def test_a_stream_that_is_turned_off_ends_and_the_next_is_another(dynamodb, streams, table):
    name = table(StreamSpecification=STREAM)
    put(dynamodb, name, "before")
    old = stream_of(dynamodb, name)
    dynamodb.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    put(dynamodb, name, "unseen")
    answer = streams.get_records(ShardIterator=iterator(streams, old))
    assert events(answer["Records"]) == [("INSERT", "before")]
    assert "NextShardIterator" not in answer
    assert streams.describe_stream(StreamArn=old)["StreamDescription"]["StreamStatus"] == "DISABLED"

    dynamodb.update_table(TableName=name, StreamSpecification=STREAM)
    assert stream_of(dynamodb, name) != old


def test_the_stream_of_a_table_that_is_gone_is_not_found(dynamodb, streams, table):
    name = table(StreamSpecification=STREAM)
    place = iterator(streams, stream_of(dynamodb, name))
    dynamodb.delete_table(TableName=name)
    with pytest.raises(streams.exceptions.ResourceNotFoundException):
        streams.get_records(ShardIterator=place)


def test_settings_are_read_back(dynamodb, table):
    limits = {"MaxReadRequestUnits": 40, "MaxWriteRequestUnits": 10}
    name = table(OnDemandThroughput=limits)
    dynamodb.update_time_to_live(
        TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
    )
    dynamodb.update_continuous_backups(
        TableName=name,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7},
    )
    dynamodb.update_contributor_insights(TableName=name, ContributorInsightsAction="ENABLE")

    assert dynamodb.describe_table(TableName=name)["Table"]["OnDemandThroughput"] == limits
    expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"] == 7
    insights = dynamodb.describe_contributor_insights(TableName=name)
    assert insights["ContributorInsightsStatus"] == "ENABLED"


def test_insights_of_a_table_that_is_not_there_are_not_found(dynamodb):
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.describe_contributor_insights(TableName="nowhere")


def test_a_workflow_writes_and_reads_an_item(localstack, dynamodb, table):
    name, workflows = table(), localstack.client("stepfunctions")
    states = {
        "Write": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:putItem",
            "Parameters": {
                "TableName": name,
                "Item": {"id": {"S.$": "$.id"}},
                "ConditionExpression": "attribute_not_exists(id)",
            },
            "Catch": [{"ErrorEquals": ["DynamoDB.ConditionalCheckFailedException"], "Next": "Twice"}],
            "End": True,
        },
        "Twice": {"Type": "Fail", "Error": "Twice"},
    }
    machine = workflows.create_state_machine(
        name=localstack.unique("machine"),
        roleArn=localstack.role(service="states.amazonaws.com"),
        definition=json.dumps({"StartAt": "Write", "States": states}),
    )["stateMachineArn"]

    def run():
        arn = workflows.start_execution(stateMachineArn=machine, input='{"id": "x"}')["executionArn"]

        def ended():
            execution = workflows.describe_execution(executionArn=arn)
            return execution if execution["status"] != "RUNNING" else None

        return eventually(ended)

    assert run()["status"] == "SUCCEEDED"
    assert dynamodb.get_item(TableName=name, Key=item("x"))["Item"] == item("x")
    assert run()["error"] == "Twice"


def test_upstream_still_has_to_download_its_own(launch, tmp_path):
    """Nothing is downloaded: the core is asked whether what it would start is there."""
    look = "from localstack.services.dynamodb.packages import dynamodblocal_package as p; print(p.get_installed_dir())"
    environment = {**launch.environment(tmp_path, 4566), "PYTHONPATH": ""}
    (tmp_path / "tmp").mkdir()
    done = subprocess.run(
        [launch.python, "-c", look], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split()[-1] == "None"
