"""The functions read their settings when imported, as on Lambda: the names are there before any test module is."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

os.environ.update(
    TABLE_NAME="reminders",
    INDEX_NAME="by-creation",
    WORKFLOW_ARN="arn:aws:states:eu-west-1:123456789012:stateMachine:reminders",
    POOL_ID="eu-west-1_pool",
    SENDER_ADDRESS="robot@example.com",
    CONFIGURATION_SET="reminders",
    POWERTOOLS_SERVICE_NAME="pet-cuddle-o-tron",
    POWERTOOLS_METRICS_NAMESPACE="pet-cuddle-o-tron",
)


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Return what a function has printed: its log, which holds on to the stdout of its import, and its metrics."""
    from pet_cuddle_o_tron._shared.telemetry import logger  # noqa: PLC0415 - after the settings above

    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    return lambda: log.getvalue() + capsys.readouterr().out
