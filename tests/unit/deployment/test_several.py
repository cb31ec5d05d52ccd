from __future__ import annotations

import pytest

from eventyard.config import Environment
from eventyard.deployment import every
from eventyard.errors import EventyardError

ENVIRONMENT = Environment.model_validate(
    {
        "name": "local",
        "stacks": {
            "app": {"inputs": {"x": {"from": "data", "output": "x"}}},
            "data": {"inputs": {"x": {"from": "network", "output": "x"}}},
        },
    }
)
STACKS = ["app", "data", "network", "other"]


@pytest.mark.parametrize(
    ("backwards", "fails", "wanted"),
    [
        (False, "", {"network": "ok", "other": "ok", "data": "ok", "app": "ok"}),
        (False, "network", {"network": "failed", "other": "ok", "data": "skipped", "app": "skipped"}),
        (True, "app", {"app": "failed", "data": "skipped", "other": "ok", "network": "skipped"}),
    ],
)
def test_a_failure_skips_only_what_needs_it(backwards: bool, fails: str, wanted: dict[str, str]) -> None:
    done: list[str] = []
    told: list[EventyardError] = []

    def work(stack: str) -> None:
        if stack == fails:
            raise EventyardError("It broke")
        done.append(stack)

    outcomes = every(ENVIRONMENT, STACKS, work, backwards=backwards, report=told.append)
    assert {one.stack: one.verdict for one in outcomes} == wanted
    assert len(told) == bool(fails)
    order = [one.stack for one in outcomes if one.stack != "other"]
    assert order == (["app", "data", "network"] if backwards else ["network", "data", "app"])
