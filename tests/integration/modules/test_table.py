"""Items in the applied table: what its stream tells, which index a grant reaches, and what the table is made of."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.integration.support.roles import acting

from eventyard.testing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard.testing.stacks import Yard

pytestmark = pytest.mark.of("table")


@pytest.fixture(scope="module")
def table(outputs: dict[str, Any]) -> dict[str, Any]:
    return dict(outputs["table"])


@pytest.fixture(scope="module")
def item(table: dict[str, Any], client: Callable[[str], Any]) -> dict[str, Any]:
    """Put one item and change it once."""
    made = {
        "customer": {"S": uuid.uuid4().hex},
        "id": {"S": "1"},
        "status": {"S": "open"},
        "created_at": {"S": "2026-11-20"},
        "total": {"N": "12"},
        "note": {"S": "in no index but the local one"},
    }
    dynamodb, name = client("dynamodb"), table["table"]["name"]
    dynamodb.put_item(TableName=name, Item=made)
    dynamodb.put_item(TableName=name, Item=made | {"status": {"S": "paid"}})
    return made


@pytest.mark.needs("dynamodb_stream_lambda")
def test_the_stream_tells_a_function_what_was_and_what_is(
    table: dict[str, Any], client: Callable[[str], Any], item: dict[str, Any]
) -> None:
    def told() -> list[tuple[str, str]]:
        lines = client("logs").filter_log_events(logGroupName=f"/aws/lambda/{table['function']}")["events"]
        events = [json.loads(line["message"])["echo"] for line in lines if line["message"].startswith('{"echo"')]
        changes = [record["dynamodb"] for event in events for record in event["Records"]]
        mine = [one for one in changes if one["Keys"]["customer"] == item["customer"]]
        return [(one.get("OldImage", {}).get("status", {}).get("S"), one["NewImage"]["status"]["S"]) for one in mine]

    eventually(lambda: told() == [(None, "open"), ("open", "paid")], timeout=30)


@pytest.mark.needs("iam_callers")
def test_a_grant_on_an_index_reaches_that_index_alone(
    library_yard: Yard, table: dict[str, Any], item: dict[str, Any]
) -> None:
    index, read = (acting(library_yard, table["roles"][label], "dynamodb") for label in ("index", "read"))
    name, customer = table["table"]["name"], {":value": item["customer"]}
    by_status = {
        "TableName": name,
        "IndexName": "by-status",
        "KeyConditionExpression": "#status = :value",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {":value": {"S": "paid"}},
    }
    by_time = {
        "TableName": name,
        "IndexName": "by-time",
        "KeyConditionExpression": "customer = :value",
        "ExpressionAttributeValues": customer,
    }
    found = [one for one in index.query(**by_status)["Items"] if one["customer"] == item["customer"]]
    assert [set(one) for one in found] == [{"customer", "id", "status", "created_at", "total"}]
    assert read.query(**by_time)["Items"][0]["note"] == item["note"]
    with pytest.raises(ClientError, match="AccessDenied"):
        index.query(**by_time)
    with pytest.raises(ClientError, match="AccessDenied"):
        index.get_item(TableName=name, Key={"customer": item["customer"], "id": item["id"]})
    with pytest.raises(ClientError, match="AccessDenied"):
        read.scan(TableName=name)


def test_the_table_is_what_the_module_was_told(table: dict[str, Any], client: Callable[[str], Any]) -> None:
    described = client("dynamodb").describe_table(TableName=table["table"]["name"])["Table"]
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert described["SSEDescription"]["KMSMasterKeyArn"] == table["table"]["key"]["arn"]
    assert described["OnDemandThroughput"] == {"MaxReadRequestUnits": 4000, "MaxWriteRequestUnits": 1000}
    expiry = client("dynamodb").describe_time_to_live(TableName=table["table"]["name"])["TimeToLiveDescription"]
    assert (expiry["AttributeName"], expiry["TimeToLiveStatus"]) == ("expires_at", "ENABLED")
