"""A function that brings its own SDK: only the table of cold starts has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from about import FUNCTION

if TYPE_CHECKING:
    from collections.abc import Mapping


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    return {"function": FUNCTION, "sdk": boto3.__version__}
