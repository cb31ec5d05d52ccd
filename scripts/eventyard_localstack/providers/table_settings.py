"""Settings of tables that moto forgets or lacks: they are kept and read back, and change nothing.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_OnDemandThroughput.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContributorInsights.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localstack.services.moto import call_moto
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table

from eventyard_localstack.providers.moto_service import LOCK

if TYPE_CHECKING:
    from eventyard_localstack.providers.moto_service import Handler


def install() -> dict[str, Handler]:
    """Have tables tell what is kept here; return the operations that keep it."""
    original = Table.describe

    def describe(table: Any, base_key: str = "TableDescription") -> dict[str, Any]:
        described: dict[str, Any] = original(table, base_key)
        limits = _limits(table)
        if None in limits:
            described[base_key]["OnDemandThroughput"] = limits[None]
        for index in described[base_key]["GlobalSecondaryIndexes"]:
            if index["IndexName"] in limits:
                index["OnDemandThroughput"] = limits[index["IndexName"]]
        return described

    Table.describe = describe
    return {
        "CreateTable": _change_table,
        "UpdateTable": _change_table,
        "UpdateContributorInsights": _update_insights,
        "DescribeContributorInsights": _describe_insights,
    }


def _change_table(context: Any, request: dict[str, Any]) -> Any:
    """Have moto make or change the table, and keep the most units that it and its indexes may use."""
    with LOCK:
        answer = call_moto(context)
        table = _table(context, request)
        updates = [one for update in request.get("GlobalSecondaryIndexUpdates") or [] for one in update.values()]
        for thing in (request, *(request.get("GlobalSecondaryIndexes") or []), *updates):
            if thing.get("OnDemandThroughput"):
                _limits(table)[thing.get("IndexName")] = thing["OnDemandThroughput"]
        return {**answer, **table.describe()}


def _update_insights(context: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Turn Contributor Insights of a table or an index on or off."""
    with LOCK:
        _insights(_table(context, request))[request.get("IndexName")] = {
            "ContributorInsightsStatus": f"{request['ContributorInsightsAction']}D",
            "ContributorInsightsMode": request.get("ContributorInsightsMode", "ACCESSED_AND_THROTTLED_KEYS"),
        }
    return _describe_insights(context, request)


def _describe_insights(context: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Tell whether Contributor Insights of a table or an index are on."""
    name = request.get("IndexName")
    with LOCK:
        kept = _insights(_table(context, request)).get(name, {"ContributorInsightsStatus": "DISABLED"})
    return {"TableName": request["TableName"], **({"IndexName": name} if name else {}), **kept}


def _table(context: Any, request: dict[str, Any]) -> Any:
    return dynamodb_backends[context.account_id][context.region].get_table(request["TableName"])


# What is kept by index, None for the table's own: with the table, which it goes away with.


def _limits(table: Any) -> dict[str | None, dict[str, int]]:
    kept: dict[str | None, dict[str, int]] = table.__dict__.setdefault("on_demand_throughput", {})
    return kept


def _insights(table: Any) -> dict[str | None, dict[str, str]]:
    kept: dict[str | None, dict[str, str]] = table.__dict__.setdefault("contributor_insights", {})
    return kept
