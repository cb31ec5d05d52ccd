"""Which queues of a stack hold what others gave up, and who gave it up: read from Terraform's state."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eventyard.config.errors import ConfigError, nearest
from eventyard.deployment.functions import instances

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True)
class DeadLetterQueue:
    """A queue that gets what others could not deliver or carry out.

    Parameters
    ----------
    arn
        The queue's.
    sources
        Names of the queues whose redrive policy names it: SQS knows of each message which of them it came from.
    others
        What else gives up into it, in words, such as ``function orders``: SQS does not know where that belongs.
    """

    arn: str
    sources: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The queue's name."""
        return _name(self.arn)

    @property
    def origin(self) -> str:
        """Who gives up into it, in words."""
        return ", ".join([*(f"queue {name}" for name in self.sources), *self.others])


def dead_letter_queues(state: Mapping[str, Any]) -> list[DeadLetterQueue]:
    """Return every queue that something in the state names for its failures, sorted by name.

    Parameters
    ----------
    state
        Terraform's raw state. A queue of another state is among them when one of this state names it.
    """
    queues: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    for arn, name in _redriven(state):
        queues.setdefault(arn, []).append(name)
    for kind, read in _GIVING_UP.items():
        for _, attributes in instances(state, kind):
            arn, who = read(attributes)
            if ":sqs:" in arn:
                others.setdefault(arn, []).append(who)
    return sorted(
        (
            DeadLetterQueue(arn, tuple(sorted(set(queues.get(arn, ())))), tuple(sorted(set(others.get(arn, ())))))
            for arn in {*queues, *others}
        ),
        key=lambda queue: queue.name,
    )


def choose(state: Mapping[str, Any], wanted: str, *, stack: str, hint: str) -> DeadLetterQueue:
    """Return the dead-letter queue a person names: by its name, ARN or URL, or by the one queue it serves.

    Parameters
    ----------
    state
        Terraform's raw state.
    wanted
        What the person typed.
    stack
        The stack's name, for messages.
    hint
        The command that shows the dead-letter queues there are.

    Raises
    ------
    ConfigError
        There is no such queue, or it is nobody's dead-letter queue; names the nearest, or all.
    """
    found = dead_letter_queues(state)
    name = _name(wanted.rstrip("/").rpartition("/")[2])
    chosen = [one for one in found if name == one.name] or [one for one in found if name in one.sources]
    if chosen:
        return chosen[0]
    known = [one.name for one in found]
    if name in {attributes["name"] for _, attributes in instances(state, "aws_sqs_queue")}:
        raise ConfigError(
            f"`{name}` is nobody's dead-letter queue: nothing was given up into it",
            where=f"stack {stack}",
            fix=f"{nearest('', known)}; {hint} shows them",
        )
    raise ConfigError(f"`{stack}` has no queue `{name}`", where=f"stack {stack}", fix=nearest(name, known))


def _redriven(state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each dead-letter queue's ARN with the name of a queue that names it."""
    for kind, named_by in (("aws_sqs_queue", "name"), ("aws_sqs_queue_redrive_policy", "queue_url")):
        for _, attributes in instances(state, kind):
            arn = _target(attributes.get("redrive_policy"))
            if arn:
                yield arn, str(attributes[named_by]).rpartition("/")[2]


def _target(policy: str | None) -> str:
    return str(json.loads(policy).get("deadLetterTargetArn", "")) if policy else ""


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]


def _at(attributes: Mapping[str, Any], *path: str) -> str:
    """Return what lies in nested blocks, which a state keeps as lists of one; empty when one is not there."""
    value: Any = attributes
    for step in path:
        value = (value or {}).get(step)
        value = (value[0] if value else None) if isinstance(value, list) else value
    return str(value or "")


def _of_mapping(attributes: Mapping[str, Any]) -> tuple[str, str]:
    function = _function(str(attributes["function_arn"]))
    return _at(attributes, "destination_config", "on_failure", "destination_arn"), f"stream of function {function}"


def _function(arn: str) -> str:
    """Return the function's name in an ARN that may end with an alias."""
    return arn.partition(":function:")[2].partition(":")[0] or arn


_GIVING_UP: Mapping[str, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    "aws_cloudwatch_event_target": lambda one: (_at(one, "dead_letter_config", "arn"), f"rule {one['rule']}"),
    "aws_lambda_event_source_mapping": _of_mapping,
    "aws_lambda_function": lambda one: (
        _at(one, "dead_letter_config", "target_arn"),
        f"function {one['function_name']}",
    ),
    "aws_lambda_function_event_invoke_config": lambda one: (
        _at(one, "destination_config", "on_failure", "destination"),
        f"function {one['function_name']}",
    ),
    "aws_scheduler_schedule": lambda one: (_at(one, "target", "dead_letter_config", "arn"), f"schedule {one['name']}"),
    "aws_sns_topic_subscription": lambda one: (_target(one.get("redrive_policy")), f"topic {_name(one['topic_arn'])}"),
}
"""Resources that give up into a queue: where they name it, and what to call them."""
