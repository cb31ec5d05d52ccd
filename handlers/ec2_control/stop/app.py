"""Stop the instances that opted in, and mark each, so that it is known who stopped it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from botocore.exceptions import BotoCoreError, ClientError

from ec2_control._shared.forms import correlation_id
from ec2_control._shared.instances import EC2, Instance, Tag, client, find
from ec2_control._shared.outcomes import Outcome, certainly_refused, each, outcome_of, report
from ec2_control._shared.settings import opt_in

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

OPT_IN, MARK = opt_in(os.environ)

logger = Logger()
metrics = Metrics()


def stop(ec2: EC2, instance: Instance, *, mark: str, now: datetime) -> Outcome:
    """Mark one instance and stop it.

    The mark comes first, so the event of the stop never arrives before it. It is taken back only where EC2
    said that it did not stop the instance: without an answer the instance may be stopping.
    """
    ec2.create_tags(Resources=[instance.id], Tags=[{"Key": mark, "Value": instance.new_mark(now)}])
    try:
        ec2.stop_instances(InstanceIds=[instance.id])
    except (ClientError, BotoCoreError) as error:
        if certainly_refused(error):
            return _unmark(ec2, outcome_of(instance.id, error), mark=mark)
        return outcome_of(instance.id, error)
    return Outcome(instance.id, "stopped")


def _unmark(ec2: EC2, outcome: Outcome, *, mark: str) -> Outcome:
    try:
        ec2.delete_tags(Resources=[outcome.instance], Tags=[{"Key": mark}])
    except (ClientError, BotoCoreError) as error:
        if outcome_of(outcome.instance, error).result != "skipped":
            return Outcome(outcome.instance, "failed", f"{outcome.reason}; the mark is still there: {error}")
    return outcome


def stop_all(ec2: EC2, tag: Tag, *, mark: str, now: datetime) -> list[Outcome]:
    """Stop what runs and opted in. What is down already was not stopped by the schedule, and gets no mark."""
    running = find(ec2, tag, states=["pending", "running"])
    return each(running, partial(stop, ec2, mark=mark, now=now))


@logger.inject_lambda_context(clear_state=True)
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Stop the instances; the answer says what became of each.

    To be called is all it takes: of the event only the correlation id is read, if it holds one.
    """
    logger.set_correlation_id(correlation_id(event, otherwise=context.aws_request_id))
    outcomes = stop_all(client(), OPT_IN, mark=MARK, now=datetime.now(UTC))
    return report("stop", outcomes, logger=logger, metrics=metrics)
