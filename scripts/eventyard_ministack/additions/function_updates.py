# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""New code is there when it is there.

A function whose code was updated says `InProgress` and `Pending` until the code is in place; what waits for it, waits
for that. MiniStack has it in place when the call ends, and says so half a second later.

https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
"""

from __future__ import annotations

from typing import Any

from ministack.services import lambda_svc

Answer = tuple[int, dict[str, str], Any]
_OK = 200
_DONE = {
    "State": "Active",
    "StateReason": "",
    "StateReasonCode": "",
    "LastUpdateStatus": "Successful",
    "LastUpdateStatusReason": "",
    "LastUpdateStatusReasonCode": "",
}


def install() -> None:
    """Let the next look at the function, and at the version its code became, find the update done."""
    original = lambda_svc._update_code

    def update(name: str, data: dict[str, Any]) -> Answer:
        answer: Answer = original(name, data)
        function = lambda_svc._functions.get(name)
        if answer[0] == _OK and function is not None:
            newest = max(function["versions"], key=int, default=None) if data.get("Publish") else None
            for config in (function["config"], function["versions"][newest]["config"] if newest else {}):
                if not _has_snapshot_to_take(config):
                    config.update(_DONE)
        return answer

    lambda_svc._update_code = update


def _has_snapshot_to_take(config: dict[str, Any]) -> bool:
    """Tell a version that MiniStack still initialises, and says so of itself."""
    return (config.get("SnapStart") or {}).get("OptimizationStatus") == "On"
