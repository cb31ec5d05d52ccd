"""Rules on the tasks of state machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from eventyard.plans.document import UNKNOWN, Document, parsed
from eventyard.plans.policy.rule import Breach, Rule, unseen

Task = tuple[str, Mapping[str, Any], bool]
"""A task's name, its definition, and whether a state round it catches what it throws."""


def tasks(definition: Mapping[str, Any], *, caught: bool = False) -> Iterator[Task]:
    """Yield the tasks of a definition, those in branches and maps included."""
    for name, state in (definition.get("States") or {}).items():
        if state.get("Type") == "Task":
            yield name, state, caught
        inner = [*state.get("Branches", ()), state.get("ItemProcessor"), state.get("Iterator")]
        for part in inner:
            if isinstance(part, Mapping):
                yield from tasks(part, caught=caught or bool(state.get("Catch")))


def _check(
    document: Document, *, holds: Callable[[Mapping[str, Any], bool], bool], message: str, fix: str
) -> Iterator[Breach]:
    for machine in document.of("aws_sfn_state_machine"):
        definition = parsed(machine.value("definition"))
        if definition is UNKNOWN or not isinstance(definition, Mapping):
            yield unseen(machine, "its definition")
            continue
        lacking = [name for name, task, caught in tasks(definition) if not holds(task, caught)]
        if lacking:
            yield Breach(machine.address, f"{', '.join(lacking)}: {message}", fix)


def _has_timeout(task: Mapping[str, Any], _: bool) -> bool:
    return bool(task.get("TimeoutSeconds") or task.get("TimeoutSecondsPath"))


_DOCS = "https://docs.aws.amazon.com/step-functions/latest/dg"

RULES = (
    Rule(
        id="task-catch",
        says="Every task of a state machine is caught, by itself or by a state round it",
        reason="An uncaught error ends the execution at once: nobody is told, nothing is put right",
        source=f"{_DOCS}/concepts-error-handling.html",
        check=partial(
            _check,
            holds=lambda task, caught: caught or bool(task.get("Catch")),
            message="an error ends the execution with nothing put right",
            fix="add `Catch` for `States.ALL` to the task, or to the Parallel or Map round it",
        ),
    ),
    Rule(
        id="task-retry",
        says="Every task of a state machine is retried",
        reason="Lambda and every service answer 5xx and throttles now and then; one of them must not fail an execution",
        source=f"{_DOCS}/sfn-best-practices.html#bp-lambda-serviceexception",
        check=partial(
            _check,
            holds=lambda task, _: bool(task.get("Retry")),
            message="one passing error fails it",
            fix="add `Retry` to the task",
        ),
    ),
    Rule(
        id="task-timeout",
        says="Every task of a state machine has a time-out",
        reason="The default is 99,999,999 seconds: a task whose answer is lost hangs for three years",
        source=f"{_DOCS}/sfn-best-practices.html#sfn-stuck-execution",
        check=partial(
            _check,
            holds=_has_timeout,
            message="an answer that never comes hangs the execution for years",
            fix="add `TimeoutSeconds` to the task",
        ),
    ),
)
