"""A table's stream calls a function: by filters, again from where it failed, and at the end a destination is told."""

from __future__ import annotations

import json

import pytest

from eventyard.testing.waiting import eventually, never

FUNCTION = """
import json, os, boto3

def handler(event, context):
    sqs, failures = boto3.client("sqs"), []
    for record in event["Records"]:
        name = record["dynamodb"]["Keys"]["id"]["S"]
        sqs.send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps([record["eventName"], name]))
        if name == "poison":
            failures.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
    return {"batchItemFailures": failures}
"""


@pytest.fixture
def listened(localstack):
    """``listened(**settings)``: a table's name and a queue that gets what a function was told of it."""
    mappings = []

    def make(**settings):
        dynamodb, url, name = localstack.client("dynamodb"), localstack.queue(), localstack.unique("table")
        stream = dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )["TableDescription"]["LatestStreamArn"]
        function = localstack.function(FUNCTION, Environment={"Variables": {"QUEUE": url}})
        lambda_ = localstack.client("lambda")
        mapping = lambda_.create_event_source_mapping(
            FunctionName=localstack.alias_arn(function),
            EventSourceArn=stream,
            StartingPosition="TRIM_HORIZON",
            FunctionResponseTypes=["ReportBatchItemFailures"],
            **settings,
        )["UUID"]
        mappings.append(mapping)
        eventually(lambda: lambda_.get_event_source_mapping(UUID=mapping)["State"] == "Enabled")
        return name, url

    yield make
    for mapping in mappings:
        localstack.client("lambda").delete_event_source_mapping(UUID=mapping)


def put(bench, name, identity, **more):
    bench.client("dynamodb").put_item(TableName=name, Item={"id": {"S": identity}, **more})


def told(bench, url, count):
    """Return the first `count` things the function was told."""
    seen = []

    def look():
        seen.extend(json.loads(body) for body in bench.receive(url, wait=1))
        return len(seen) >= count

    eventually(look)
    return seen


def test_a_function_is_told_each_change_in_order(localstack, listened):
    name, url = listened()
    put(localstack, name, "a")
    put(localstack, name, "a", size={"N": "1"})
    localstack.client("dynamodb").delete_item(TableName=name, Key={"id": {"S": "a"}})
    assert told(localstack, url, 3) == [["INSERT", "a"], ["MODIFY", "a"], ["REMOVE", "a"]]


def test_only_what_fits_the_filter_is_told(localstack, listened):
    pattern = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": ["order"]}}}}
    name, url = listened(FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    put(localstack, name, "visit", kind={"S": "visit"})
    put(localstack, name, "order", kind={"S": "order"})
    put(localstack, name, "order", kind={"S": "order"}, size={"N": "1"})
    assert told(localstack, url, 1) == [["INSERT", "order"]]
    never(lambda: localstack.receive(url, wait=0), for_seconds=2)


def test_a_record_that_fails_is_tried_again_and_then_a_queue_is_told(localstack, listened):
    dead = localstack.queue()
    arn = localstack.client("sqs").get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    name, url = listened(
        MaximumRetryAttempts=1,
        BatchSize=1,
        DestinationConfig={"OnFailure": {"Destination": arn["Attributes"]["QueueArn"]}},
    )
    put(localstack, name, "poison")
    put(localstack, name, "after")
    seen = told(localstack, url, 3)
    assert seen == [["INSERT", "poison"], ["INSERT", "poison"], ["INSERT", "after"]]
    (letter,) = eventually(lambda: localstack.receive(dead, wait=1))
    batch = json.loads(letter)["DDBStreamBatchInfo"]
    assert (batch["batchSize"], "/stream/" in batch["streamArn"]) == (1, True)
