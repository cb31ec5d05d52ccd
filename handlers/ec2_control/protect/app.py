"""Start a protected instance again when anything but the schedule stopped it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics

from ec2_control._shared.forms import is_id, is_instance
from ec2_control._shared.instances import EC2, Instance, Tag, client, find
from ec2_control._shared.outcomes import Outcome, each, report
from ec2_control._shared.settings import opt_in

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

OPT_IN, MARK = opt_in(os.environ)
STATES = ["pending", "running", "stopping", "stopped"]
EVERY_STATE = (*STATES, "shutting-down", "terminated")

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
    def of(cls, event: Any) -> StateChange:
        """Read an event as EventBridge delivers it.

        Raises
        ------
        NotAStateChangeError
            A field is missing, or is not of its form; names it, and not what it holds.
        """
        outer = event if isinstance(event, dict) else {}
        detail = outer["detail"] if isinstance(outer.get("detail"), dict) else {}
        found = cls(id=outer.get("id", ""), instance=detail.get("instance-id", ""), state=detail.get("state", ""))
        right = {
            "id": is_id(found.id),
            "detail.instance-id": is_instance(found.instance),
            "detail.state": found.state in EVERY_STATE,
        }
        if not all(right.values()):
            wrong = ", ".join(name for name, is_right in right.items() if not is_right)
            raise NotAStateChangeError(f"no EC2 instance state-change notification: {wrong} missing or wrong")
        return found


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
def handler(event: Any, _context: LambdaContext) -> dict[str, Any]:
    """Protect the instance of a state-change event; the answer says what became of it.

    Raises
    ------
    NotAStateChangeError
        The event is another; logged. Lambda tries twice more, then puts it into the failure queue for a person to see.
    """
    try:
        change = StateChange.of(event)
    except NotAStateChangeError as error:
        logger.error("not a state change: left to the failure queue", reason=str(error))  # noqa: TRY400 - Lambda logs the rest
        raise
    logger.set_correlation_id(change.id)
    outcomes = protect_changed(client(), change, OPT_IN, mark=MARK)
    return report("protect", outcomes, logger=logger, metrics=metrics)
