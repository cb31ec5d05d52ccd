"""What a message does, once: its effect is written together with the note that it was done, or not at all.

Under the partition key `run`, which is a test's own, `done#<id>` says that a message was carried out and
`effect#<random>` is what carrying it out has left behind: twice for a message that was done twice.
"""

from __future__ import annotations

import os
import uuid
from typing import Any

import boto3

# Made while the function starts: that time is not the first batch's.
client: Any = boto3.client("dynamodb")


def once(run: str, name: str) -> bool:
    """Carry out the message `name` unless that was done before; return whether it was done now."""
    table, keep = os.environ["EFFECTS_TABLE"], "attribute_not_exists(what)"
    done = {"run": {"S": run}, "what": {"S": f"done#{name}"}}
    effect = {"run": {"S": run}, "what": {"S": f"effect#{uuid.uuid4()}"}, "of": {"S": name}}
    puts = [{"TableName": table, "Item": done, "ConditionExpression": keep}, {"TableName": table, "Item": effect}]
    try:
        client.transact_write_items(TransactItems=[{"Put": put} for put in puts])
    except client.exceptions.TransactionCanceledException as error:
        codes = [reason["Code"] for reason in error.response["CancellationReasons"]]
        # Anything else is no "done before": it goes back to the queue.
        if codes[0] != "ConditionalCheckFailed":
            raise
        return False
    return True


def first(run: str, what: str, **more: str) -> bool:
    """Note that something happens; return whether it is the first time."""
    item = {"run": {"S": run}, "what": {"S": what}, **{name: {"S": text} for name, text in more.items()}}
    try:
        client.put_item(
            TableName=os.environ["EFFECTS_TABLE"], Item=item, ConditionExpression="attribute_not_exists(what)"
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True
