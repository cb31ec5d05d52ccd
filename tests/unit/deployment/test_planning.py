from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from eventyard.deployment import Context, PolicyError, judgement, planning
from eventyard.plans.policy import Finding

from .conftest import FixedTarget, said

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_state_of_an_emulator_that_is_gone_is_set_aside(context: Callable[..., Context]) -> None:
    here = context()
    planning.forget_lost_state(here)
    here.paths.state.write_text("{}")
    planning.forget_lost_state(here)
    assert here.paths.state.exists()
    assert isinstance(here.target, FixedTarget)
    here.target.name = "two"
    planning.forget_lost_state(here)
    assert not here.paths.state.exists()
    assert here.paths.state.with_name("former.tfstate").exists()
    assert "created again" in said(here)


def test_a_broken_rule_stops_and_shows_how_to_suppress_it(context: Callable[..., Context]) -> None:
    found = [Finding("a-rule", "aws_sqs_queue.x", "fail", "is bad", "mend it"), Finding("b", "y", "fail", "m", "f")]
    with pytest.raises(PolicyError, match="breaks 2 rules: a-rule: is bad") as refused:
        judgement.enforce(context(), found)
    assert '"a-rule:aws_sqs_queue.x" =' in (refused.value.fix or "")
    assert "also b y: m; f" in (refused.value.where or "")


def test_unknown_does_not_pass_in_silence(context: Callable[..., Context]) -> None:
    here = context()
    judgement.enforce(here, [Finding("a-rule", "x", "unknown", "m", "f")])
    assert "unknown until apply" in said(here)


def test_secrets_are_what_the_plan_or_the_stack_marks(context: Callable[..., Context]) -> None:
    outputs = {"token": {"sensitive": True}, "url": {}}
    document = {"configuration": {"root_module": {"module_calls": {"stack": {"module": {"outputs": outputs}}}}}}
    assert planning._secret_outputs(context(), document) == ["token", "word"]
