# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A table keeps for how many days back it can be restored.

`DescribeContinuousBackups` answers `RecoveryPeriodInDays`, 35 where nothing else was said. MiniStack answers none:
every second plan sets it again.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb

Answer = tuple[int, dict[str, str], Any]
Handler = Callable[[dict[str, Any]], Answer]

_DAYS = "RecoveryPeriodInDays"
_KEPT = "_eventyard_recovery_days"
_DEFAULT = 35


def install() -> None:
    """Keep the days on the table itself, so that they go with it; answer them while recovery is on."""
    dynamodb._update_continuous_backups = _answering(_keeping(dynamodb._update_continuous_backups))
    dynamodb._describe_continuous_backups = _answering(dynamodb._describe_continuous_backups)


def _keeping(original: Handler) -> Handler:
    def handle(data: dict[str, Any]) -> Answer:
        table = _table(data)
        if table is not None:
            table[_KEPT] = data.get("PointInTimeRecoverySpecification", {}).get(_DAYS, _DEFAULT)
        return original(data)

    return handle


def _answering(original: Handler) -> Handler:
    def handle(data: dict[str, Any]) -> Answer:
        status, headers, body = original(data)
        table = _table(data)
        answer = json.loads(body)
        described = answer.get("ContinuousBackupsDescription", {}).get("PointInTimeRecoveryDescription", {})
        if table is None or described.get("PointInTimeRecoveryStatus") != "ENABLED":
            return status, headers, body
        described[_DAYS] = table.get(_KEPT, _DEFAULT)
        return status, headers, json.dumps(answer).encode()

    return handle


def _table(data: dict[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = dynamodb._tables.get(dynamodb._normalize_table_name(data.get("TableName")))
    return found
