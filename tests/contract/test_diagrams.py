"""The pictures that stand in stacks' folders are of the stacks as they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eventyard.diagrams import committed, read

REPOSITORY = Path(__file__).resolve().parents[2]
STACKS = sorted(f"stacks/{path.parent.name}" for path in REPOSITORY.glob("terraform/stacks/*/versions.tf"))
Planned = Callable[[str], tuple[Path, dict[str, Any]]]


@pytest.mark.parametrize("stack", STACKS)
def test_the_picture_of_a_stack_is_fresh(stack: str, planned: Planned) -> None:
    name = stack.removeprefix("stacks/")
    _, plan = planned(stack)
    stale = committed.stale(REPOSITORY / "terraform" / stack, read(plan, name))
    assert stale == [], f"run `eventyard diagram --stack {name} --write`"


@pytest.mark.parametrize("stack", STACKS)
def test_a_picture_has_every_function_and_no_stray_box(stack: str, planned: Planned) -> None:
    _, plan = planned(stack)
    graph = read(plan, stack)
    functions = {entry["address"] for entry in plan["resource_changes"] if entry["type"] == "aws_lambda_function"}
    assert len([node for node in graph.nodes if node.service == "Lambda function"]) == len(functions) > 0
    joined = {end for edge in graph.edges for end in (edge.source, edge.target)}
    assert {node.id for node in graph.nodes if node.service == "Lambda function"} <= joined
