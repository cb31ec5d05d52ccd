"""What the functions know of an instance, and how they find those that opted in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Tag(NamedTuple):
    """A tag's key and value."""

    key: str
    value: str


class Paginator(Protocol):
    """The part of a boto3 paginator in use here."""

    def paginate(self, **request: Any) -> Iterator[Mapping[str, Any]]:
        """Yield the pages of an answer."""


class EC2(Protocol):
    """The part of boto3's EC2 client in use here."""

    def get_paginator(self, operation_name: str) -> Paginator:
        """Return a paginator of an operation."""

    def create_tags(self, **request: Any) -> object:
        """Write tags."""

    def delete_tags(self, **request: Any) -> object:
        """Remove tags."""

    def start_instances(self, **request: Any) -> object:
        """Start instances."""

    def stop_instances(self, **request: Any) -> object:
        """Stop instances."""


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance as EC2 described it.

    Parameters
    ----------
    id
        Its id.
    state
        Name of its state: pending, running, stopping, stopped, shutting-down or terminated.
    launched
        When it was last started, to the second: every start renews it.
    tags
        Its tags.
    """

    id: str
    state: str
    launched: datetime
    tags: Mapping[str, str]

    @classmethod
    def of(cls, description: Mapping[str, Any]) -> Instance:
        """Read one instance of a DescribeInstances answer."""
        return cls(
            id=description["InstanceId"],
            state=description["State"]["Name"],
            launched=description["LaunchTime"].astimezone(UTC).replace(microsecond=0),
            tags={tag["Key"]: tag["Value"] for tag in description.get("Tags", [])},
        )

    def stopped_by_schedule(self, mark: str) -> bool:
        """Say whether a scheduled stop is why the instance is down.

        A mark older than the last launch is left over: somebody started the instance since, so whatever
        stopped it afterwards was not the schedule. No event has to arrive, in any order, for this to be seen.
        """
        written = mark_time(self.tags.get(mark))
        return written is not None and written >= self.launched

    def new_mark(self, now: datetime) -> str:
        """Return a mark that stands even where this clock runs behind EC2's."""
        return f"{max(now, self.launched).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def mark_time(value: str | None) -> datetime | None:
    """Return when a mark was written; None where there is none, or none of ours."""
    if value is None:
        return None
    try:
        written = datetime.fromisoformat(value)
    except ValueError:
        return None
    return written if written.tzinfo else None


def find(
    ec2: EC2, tag: Tag, *, states: Sequence[str], mark: str | None = None, instance: str | None = None
) -> Iterator[Instance]:
    """Yield the instances that carry `tag`, page after page.

    Parameters
    ----------
    ec2
        EC2 client.
    tag
        The opt-in: no instance without it is ever returned.
    states
        States of interest.
    mark
        Key of a tag they must carry too.
    instance
        Id of the only instance of interest. A filter, not an argument: an id that is gone is no error.
    """
    filters = [
        {"Name": f"tag:{tag.key}", "Values": [tag.value]},
        {"Name": "instance-state-name", "Values": list(states)},
    ]
    if mark is not None:
        filters.append({"Name": "tag-key", "Values": [mark]})
    if instance is not None:
        filters.append({"Name": "instance-id", "Values": [instance]})
    for page in ec2.get_paginator("describe_instances").paginate(Filters=filters):
        for reservation in page["Reservations"]:
            for description in reservation["Instances"]:
                found = Instance.of(description)
                # Filter values know wildcards, and a tag's value may hold them.
                if found.tags.get(tag.key) == tag.value:
                    yield found


@cache
def client() -> EC2:
    """Return the EC2 client, made on first use and kept for the life of the environment."""
    import boto3  # noqa: PLC0415  (dear at a cold start)
    from botocore.config import Config  # noqa: PLC0415

    made: EC2 = boto3.client(
        "ec2",
        config=Config(
            connect_timeout=3, read_timeout=20, max_pool_connections=16, retries={"mode": "standard", "max_attempts": 5}
        ),
    )
    return made
