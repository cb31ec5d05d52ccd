# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A table that comes to be paid by request leaves its global indexes no capacity either.

`DescribeTable` answers 0 units for an index of a table that is paid by request. MiniStack gives up the table's units
when it is changed, and keeps its indexes': every second plan makes them again.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ProvisionedThroughputDescription.html
"""

from __future__ import annotations

from typing import Any

from ministack.services import dynamodb

_OK = 200
_NONE = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}


def install() -> None:
    """Take the units away behind the call that changes the table."""
    original = dynamodb._update_table

    def update(data: dict[str, Any]) -> Any:
        answer = original(data)
        if answer[0] == _OK and data.get("BillingMode") == "PAY_PER_REQUEST":
            table = dynamodb._tables.get(dynamodb._normalize_table_name(data.get("TableName")))
            for index in (table or {}).get("GlobalSecondaryIndexes", []):
                index["ProvisionedThroughput"] = dict(_NONE)
        return answer

    dynamodb._update_table = update
