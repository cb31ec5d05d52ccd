from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.ec2_control.fleet import Fleet

if TYPE_CHECKING:
    from collections.abc import Callable

SETTINGS = {
    "MARK_TAG_KEY": "mark",
    "OPT_IN_TAG_KEY": "opt-in",
    "OPT_IN_TAG_VALUE": "yes",
    "POWERTOOLS_METRICS_NAMESPACE": "test",
}


@dataclass(frozen=True)
class Context:
    function_name: str = "test"
    function_version: str = "1"
    memory_limit_in_mb: int = 128
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:111122223333:function:test"
    aws_request_id: str = "request-1"


@pytest.fixture
def context() -> Context:
    return Context()


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, fleet: Fleet) -> Callable[[str], Any]:
    """Import a function as Lambda does, with its settings there, and give it the fleet for EC2."""
    # Powertools keeps a logger, and the stream it writes to, for each service.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", request.node.nodeid)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)

    def load(function: str) -> Any:
        sys.modules.pop(f"ec2_control.{function}.app", None)
        module = importlib.import_module(f"ec2_control.{function}.app")
        monkeypatch.setattr(module, "client", lambda: fleet)
        return module

    return load
