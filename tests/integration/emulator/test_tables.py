"""Tables that are changed answer what they have become."""

from __future__ import annotations

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}


def changed_to_pay_by_request(workbench):
    """Return the units of the global index of a table that was provisioned."""
    dynamodb, name = workbench.client("dynamodb"), workbench.unique("table")
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("id", "owner")],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ProvisionedThroughput=UNITS,
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-owner",
                "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": UNITS,
            }
        ],
    )
    dynamodb.update_table(TableName=name, BillingMode="PAY_PER_REQUEST")
    index = dynamodb.describe_table(TableName=name)["Table"]["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]
    return index["ReadCapacityUnits"], index["WriteCapacityUnits"]


def test_an_index_of_a_table_that_comes_to_be_paid_by_request_has_no_capacity(bench):
    assert changed_to_pay_by_request(bench) == (0, 0)


def test_plain_ministack_leaves_it_the_capacity_it_had(plain):
    assert changed_to_pay_by_request(plain) == (5, 5)
