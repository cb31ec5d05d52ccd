"""What became of each instance: one that fails never keeps another from its turn."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aws_lambda_powertools import Logger, Metrics

    from ec2_control._shared.instances import Instance

Result = Literal["started", "stopped", "skipped", "refused", "failed"]

# At eight at once, some thousand instances fit into a function's time and stay below EC2's request rate.
WORKERS = 8

GONE = frozenset({"InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed"})
# What EC2 will refuse tomorrow too: stop protection, an instance-store root, a one-time Spot instance.
PERMANENT = frozenset({"OperationNotPermitted", "UnsupportedOperation"})
# EC2's own messages can hold an encoded policy decision of many kilobytes.
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one instance, and why."""

    instance: str
    result: Result
    reason: str = ""


class InstancesFailedError(RuntimeError):
    """Some instances failed in a way that another attempt may mend; names them and why."""

    def __init__(self, action: str, failed: list[Outcome], total: int) -> None:
        reasons = "; ".join(f"{outcome.instance}: {outcome.reason}" for outcome in failed)
        super().__init__(f"{action}: {len(failed)} of {total} failed: {reasons}")


def error_code(error: ClientError) -> str:
    """Return AWS's code of an error."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def certainly_refused(error: ClientError | BotoCoreError) -> bool:
    """Say whether EC2 answered that it did nothing; no answer, or a server's fault, leaves it open."""
    if not isinstance(error, ClientError):
        return False
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", HTTPStatus.INTERNAL_SERVER_ERROR))
    return status < HTTPStatus.INTERNAL_SERVER_ERROR


def outcome_of(instance: str, error: ClientError | BotoCoreError) -> Outcome:
    """Judge an error: gone is nothing to do, refused for good is reported, the rest is worth another attempt.

    `IncorrectInstanceState` is of the last kind: the instance is between two states and soon in one.
    """
    reason = str(error)[:LONGEST_REASON]
    if isinstance(error, ClientError) and error_code(error) in GONE:
        return Outcome(instance, "skipped", "gone")
    if isinstance(error, ClientError) and error_code(error) in PERMANENT:
        return Outcome(instance, "refused", reason)
    return Outcome(instance, "failed", reason)


def each(instances: Iterable[Instance], act: Callable[[Instance], Outcome]) -> list[Outcome]:
    """Act on every instance, several at once, and return the outcomes in the instances' order."""

    def guarded(instance: Instance) -> Outcome:
        try:
            return act(instance)
        except (ClientError, BotoCoreError) as error:
            return outcome_of(instance.id, error)

    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        return list(pool.map(guarded, instances))


def report(action: str, outcomes: list[Outcome], *, logger: Logger, metrics: Metrics) -> dict[str, Any]:
    """Log, count and return what became of each instance.

    Raises
    ------
    InstancesFailedError
        An instance failed in a way that another attempt may mend. Only now, when all have had their turn:
        those that are done are not touched again by the next attempt.
    """
    for outcome in outcomes:
        level = {"failed": logger.error, "refused": logger.warning}.get(outcome.result, logger.info)
        level(f"{action}: {outcome.result}", instance=outcome.instance, reason=outcome.reason)
    counts = Counter(outcome.result for outcome in outcomes)
    for result in ("started", "stopped", "skipped", "refused", "failed"):
        if counts[result] or result == "failed":
            metrics.add_metric(name=f"Instances{result.title()}", unit="Count", value=counts[result])
    metrics.flush_metrics()
    failed = [outcome for outcome in outcomes if outcome.result == "failed"]
    if failed:
        raise InstancesFailedError(action, failed, len(outcomes))
    return {"action": action, "outcomes": [asdict(outcome) for outcome in outcomes]}
