"""What holds for all modules at once, on the applied examples of each shelf."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.support import library

from eventyard.deployment.record import state_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eventyard.testing.stacks import Stack


WITH_ROLES = {"delivery-stream", "function", "http-api", "rest-api", "schedule"}
"""Of those that have roles, one on each shelf at least."""

pytestmark = pytest.mark.parametrize("shelf", library.SHELVES, indirect=True, scope="module")


def test_every_module_that_is_applied_makes_something(applied: Stack, chosen: list[str]) -> None:
    made = {module.removeprefix("module.stack.module.").split("[")[0] for module, _, _ in _made(applied)}
    calls = {name: name.replace("-", "_") for name in chosen}
    assert {name: call for name, call in calls.items() if call not in made} == {}


def test_a_second_plan_is_empty(applied: Stack) -> None:
    assert [str(one) for one in applied.second_plan] == []


def test_every_role_has_the_companys_path_and_boundary(applied: Stack, chosen: list[str]) -> None:
    roles = [(module, values) for module, kind, values in _made(applied) if kind == "aws_iam_role"]
    assert roles or not set(chosen) & WITH_ROLES
    assert [
        (module, values["path"], values["permissions_boundary"])
        for module, values in roles
        if (values["path"], values["permissions_boundary"]) != (library.PATH, library.BOUNDARY)
    ] == []


def _made(applied: Stack) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield module address, type and attributes of everything in the state."""
    context = applied.deployment.context
    state = state_of(context, context.initialised()) or {}
    for resource in state["resources"]:
        if resource["mode"] == "managed":
            for instance in resource["instances"]:
                yield resource.get("module", ""), resource["type"], instance["attributes"]
