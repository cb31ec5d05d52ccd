"""Start a protected instance again when anything but the schedule stopped it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics

from ec2_control._shared.instances import EC2, Instance, Tag, client, find
from ec2_control._shared.outcomes import Outcome, each, report
from ec2_control._shared.settings import opt_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

OPT_IN, MARK = opt_in(os.environ)
STATES = ["pending", "running", "stopping", "stopped"]

logger = Logger()
metrics = Metrics()


class NotAStateChangeError(ValueError):
    """The event is not one EC2 sends when an instance changes its state."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """An EC2 instance state-change notification.

    Parameters
    ----------
    id
        The event's id, which follows the case through the logs.
    instance
        Id of the instance.
    state
        The state it reached.
    """

    id: str
    instance: str
    state: str

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> StateChange:
        """Read an event as EventBridge delivers it.

        Raises
        ------
        NotAStateChangeError
            A field is missing.
        """
        try:
            detail = event["detail"]
            return cls(id=str(event["id"]), instance=str(detail["instance-id"]), state=str(detail["state"]))
        except (KeyError, TypeError) as error:
            raise NotAStateChangeError(f"no EC2 instance state-change notification: {error!r} is missing") from error


def protect(ec2: EC2, instance: Instance, *, mark: str) -> Outcome:
    """Start the instance where it is down and the schedule is not why.

    What counts is how the instance is now, not what the event says: an event that comes twice, late or out
    of order finds it running. One that is still stopping is met again at the next attempt.
    """
    if instance.stopped_by_schedule(mark):
        return Outcome(instance.id, "skipped", "stopped by the schedule")
    if instance.state == "stopping":
        return Outcome(instance.id, "failed", "is still stopping")
    if instance.state != "stopped":
        return Outcome(instance.id, "skipped", f"is {instance.state}")
    ec2.start_instances(InstanceIds=[instance.id])
    return Outcome(instance.id, "started")


def protect_changed(ec2: EC2, change: StateChange, tag: Tag, *, mark: str) -> list[Outcome]:
    """Protect the instance of an event, if it opted in."""
    if change.state != "stopped":
        return [Outcome(change.instance, "skipped", f"became {change.state}")]
    found = find(ec2, tag, states=STATES, instance=change.instance)
    outcomes = each(found, lambda instance: protect(ec2, instance, mark=mark))
    return outcomes or [Outcome(change.instance, "skipped", "is not protected")]


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Protect the instance of a state-change event; the answer says what became of it."""
    change = StateChange.of(event)
    logger.set_correlation_id(change.id)
    outcomes = protect_changed(client(), change, OPT_IN, mark=MARK)
    return report("protect", outcomes, logger=logger, metrics=metrics)
