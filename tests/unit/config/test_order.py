from __future__ import annotations

import pytest

from eventyard.config import ConfigError, Environment
from eventyard.config.order import dependencies, in_order


def environment(**needs: list[str]) -> Environment:
    stacks = {
        stack: {"inputs": {f"in{at}": {"from": other, "output": "x"} for at, other in enumerate(others)}}
        for stack, others in needs.items()
    }
    return Environment.model_validate({"name": "local", "stacks": stacks})


def test_what_is_referred_to_comes_first() -> None:
    chosen = environment(app=["network", "data"], data=["network"])
    assert in_order(chosen, ["app", "data", "network"]) == ["network", "data", "app"]
    assert dependencies(chosen, "app") == ["network", "data"]
    assert dependencies(chosen, "network") == []


def test_stacks_that_were_not_asked_for_stay_out() -> None:
    assert in_order(environment(app=["network"]), ["app"]) == ["app"]


@pytest.mark.parametrize("needs", [{"a": ["b"], "b": ["a"]}, {"a": ["a"]}, {"a": ["b"], "b": ["c"], "c": ["a"]}])
def test_a_circle_is_refused_and_shown(needs: dict[str, list[str]]) -> None:
    with pytest.raises(ConfigError, match="→"):
        in_order(environment(**needs), needs)
