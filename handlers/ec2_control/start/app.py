"""Start the instances that the schedule stopped, and no others."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics

from ec2_control._shared.forms import correlation_id
from ec2_control._shared.instances import EC2, Instance, Tag, client, find
from ec2_control._shared.outcomes import Outcome, each, report
from ec2_control._shared.settings import opt_in

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

OPT_IN, MARK = opt_in(os.environ)
DOWN = frozenset({"stopping", "stopped"})

logger = Logger()
metrics = Metrics()


def start(ec2: EC2, instance: Instance, *, mark: str) -> Outcome:
    """Start one marked instance and take its mark away, in this order: a mark left behind does no harm.

    A mark that is older than the last launch is cleared away. One on an instance that runs is fresh: a
    scheduled stop is at work this moment, and the mark is its own.
    """
    if not instance.stopped_by_schedule(mark):
        ec2.delete_tags(Resources=[instance.id], Tags=[{"Key": mark}])
        return Outcome(instance.id, "skipped", "started by hand since the scheduled stop")
    if instance.state not in DOWN:
        return Outcome(instance.id, "skipped", f"is {instance.state}")
    ec2.start_instances(InstanceIds=[instance.id])
    ec2.delete_tags(Resources=[instance.id], Tags=[{"Key": mark}])
    return Outcome(instance.id, "started")


def start_all(ec2: EC2, tag: Tag, *, mark: str) -> list[Outcome]:
    """Start what opted in and carries the mark of a scheduled stop."""
    marked = find(ec2, tag, states=["pending", "running", *sorted(DOWN)], mark=mark)
    return each(marked, partial(start, ec2, mark=mark))


@logger.inject_lambda_context(clear_state=True)
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Start the instances; the answer says what became of each.

    To be called is all it takes: of the event only the correlation id is read, if it holds one.
    """
    logger.set_correlation_id(correlation_id(event, otherwise=context.aws_request_id))
    outcomes = start_all(client(), OPT_IN, mark=MARK)
    return report("start", outcomes, logger=logger, metrics=metrics)
