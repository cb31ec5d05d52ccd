"""An emulator that is stopped and started again, told to keep what it holds: messages wait it out."""

from __future__ import annotations

import os
import signal
import time

import pytest
from tests.integration.faults.system import ids, orders, tens
from tests.integration.support.projects import Project
from tests.integration.support.workbench import Workbench

from eventyard.testing.waiting import eventually

SETTINGS = """
[environments.local]
target   = "{target}"
port     = 0
settings = {{ PERSIST_STATE = "1" }}
"""
STACK = 'resource "aws_ssm_parameter" "this" {\n  name  = "/kept"\n  type  = "String"\n  value = "here"\n}\n'
CONSUMER = """
import boto3, os

def handler(event, context):
    for record in event["Records"]:
        item = {"id": {"S": record["body"]}}
        boto3.client("dynamodb").put_item(TableName="done", Item=item, ConditionExpression="attribute_not_exists(id)")
"""
ALLOWED = {
    "Effect": "Allow",
    "Action": ["dynamodb:PutItem", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    "Resource": "*",
}


@pytest.fixture
def kept(tmp_path, environment):
    """Return a project whose emulator keeps what it holds, with a stack of one parameter."""
    made = Project(tmp_path)
    made.write("eventyard.toml", SETTINGS.format(target=environment.target))
    made.stack("small", STACK)
    made.run("local", "up")
    made.run("apply", "--stack", "small", "--yes")
    yield made
    made.close()


@pytest.mark.needs("state_kept")
def test_messages_wait_out_a_restart_and_a_kill_leaves_nothing(kept, ledger):
    before = kept.emulator()
    bench = Workbench(before)
    url, mapping = _consumer(bench)
    sent = orders("restart", 1000)
    began = time.monotonic()
    for part in tens(ids(sent)):
        entries = [{"Id": one, "MessageBody": one} for one in part]
        bench.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
    kept.run("local", "down")
    kept.run("local", "up")

    after = kept.emulator()
    assert (after.pid != before.pid, after.endpoint, after.incarnation) == (True, before.endpoint, before.incarnation)
    assert "Nothing to do" in kept.run("plan", "--stack", "small").out
    bench = Workbench(after)
    bench.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=True)
    pages = bench.client("dynamodb").get_paginator("scan")

    def done():
        found = [item["id"]["S"] for page in pages.paginate(TableName="done") for item in page["Items"]]
        assert len(found) == len(sent)
        return found

    ledger.balance(
        "The emulator stopped and started again",
        "1,000 messages waited in a queue (`PERSIST_STATE`)",
        sent=ids(sent),
        done=eventually(done, timeout=60),
        seconds=time.monotonic() - began,
    )
    os.kill(after.pid, signal.SIGKILL)
    kept.run("local", "up")
    assert kept.emulator().incarnation != after.incarnation
    assert kept.parameters() == {}


def _consumer(bench):
    """Make a queue, and a function that would consume it if it were let."""
    bench.client("dynamodb").create_table(
        TableName="done",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    url = bench.queue(VisibilityTimeout="60")
    queue = bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    function = bench.function(CONSUMER, ALLOWED)
    mapping = bench.client("lambda").create_event_source_mapping(
        EventSourceArn=queue["QueueArn"], FunctionName=function, BatchSize=10, Enabled=False
    )
    return url, mapping["UUID"]
