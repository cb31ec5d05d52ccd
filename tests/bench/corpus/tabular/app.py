"""A table of sales becomes a table of months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from about import FUNCTION
from report import months, read

if TYPE_CHECKING:
    from collections.abc import Mapping


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    return {"function": FUNCTION, "months": months(read(event["csv"])).to_dict("records")}
