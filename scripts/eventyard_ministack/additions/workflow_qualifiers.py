# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""Starting a workflow's alias is allowed on the workflow, and a condition tells the alias from the rest.

To IAM a version or an alias is its state machine; `states:StateMachineQualifier` says which of them was named.
MiniStack asks for a right on the alias's own ARN, which no policy on AWS gives, and knows no such condition; and who
waits for the answer of a synchronous start can't name an alias there at all.

https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core import iam_actions
from ministack.services import stepfunctions

_KIND = 5
_NAME = 7


def install() -> None:
    """Name the state machine as the resource, and its qualifier as a condition key."""
    resource_of, context_of = iam_actions.extract_resource_arn, iam_actions.request_tag_context

    def extract_resource_arn(service: str, *request: Any) -> str:
        found: str = resource_of(service, *request)
        return found.removesuffix(f":{_qualifier(found)}") if service == "states" else found

    def request_tag_context(service: str, action: str, body: bytes, params: Any) -> dict[str, Any]:
        context: dict[str, Any] = context_of(service, action, body, params)
        qualifier = _qualifier(_named(body)) if service == "states" else ""
        return {**context, "states:StateMachineQualifier": qualifier} if qualifier else context

    iam_actions.extract_resource_arn = extract_resource_arn
    iam_actions.request_tag_context = request_tag_context
    _wait_for_an_alias()


def _wait_for_an_alias() -> None:
    """Let a synchronous start name what an asynchronous one may."""
    original = stepfunctions._start_sync_execution

    def start(request: dict[str, Any]) -> Any:
        arn = stepfunctions._resolve_state_machine_arn(request.get("stateMachineArn", ""))
        return original({**request, "stateMachineArn": arn} if arn else request)

    stepfunctions._start_sync_execution = start


def _named(body: bytes) -> str:
    try:
        return str(json.loads(body or b"{}").get("stateMachineArn", ""))
    except (ValueError, AttributeError):
        return ""


def _qualifier(arn: str) -> str:
    """Return `live` of `arn:aws:states:…:stateMachine:NAME:live`."""
    parts = arn.split(":")
    return parts[_NAME] if len(parts) == _NAME + 1 and parts[_KIND] == "stateMachine" else ""
