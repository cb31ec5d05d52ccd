"""The table of reminders: every change is one conditional write, so two callers can't both believe they made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from pet_cuddle_o_tron._shared import aws
from pet_cuddle_o_tron._shared.reminders import Channel, Delivery, DeliveryState, Reminder, State, Wait, stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

Item = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Claim:
    """The right to send one channel of a reminder, for a while.

    Attributes
    ----------
    holder
        Who has it: one delivery of one message to one invocation.
    until
        Seconds since 1970 when it lapses, by which time the holder has surely ended.
    """

    holder: str
    until: int


@dataclass(frozen=True)
class Page:
    """Some of a person's reminders, newest first, and where the next page begins."""

    reminders: tuple[Reminder, ...]
    next_key: tuple[str, str] | None


@dataclass(frozen=True)
class Reminders:
    """The reminders in one table."""

    client: Any
    table: str

    def get(self, owner: str, reminder_id: str) -> Reminder | None:
        """Return a person's reminder; None when there is none, or it is somebody else's."""
        answer = self.client.get_item(TableName=self.table, Key=_key(owner, reminder_id), ConsistentRead=True)
        return _reminder(answer["Item"]) if "Item" in answer else None

    def add(self, reminder: Reminder) -> Reminder:
        """Write a new reminder, or return the one that a request at the same moment wrote first."""
        try:
            self.client.put_item(
                TableName=self.table, Item=_item(reminder), ConditionExpression="attribute_not_exists(id)"
            )
        except ClientError as error:
            _only_if_unmet(error)
            return self.get(reminder.owner, reminder.id) or reminder
        return reminder

    def remove_unstarted(self, reminder: Reminder) -> None:
        """Take back a reminder whose execution can't be started."""
        arguments = _expression("#state = :accepted", "", {"#state": "state"}, {":accepted": State.ACCEPTED})
        try:
            self.client.delete_item(TableName=self.table, Key=_key(reminder.owner, reminder.id), **arguments)
        except ClientError as error:
            _only_if_unmet(error)

    def mark_started(self, reminder: Reminder) -> bool:
        """Record that the execution runs; False when the reminder was cancelled meanwhile."""
        return self._update(
            reminder.owner, reminder.id, "#state = :accepted OR #state = :waiting", "SET #state = :waiting",
            {"#state": "state"}, {":accepted": State.ACCEPTED, ":waiting": State.WAITING},
        )  # fmt: skip

    def cancel(self, owner: str, reminder_id: str) -> bool:
        """Cancel a reminder of which nothing was sent; False when a channel was faster.

        A claim asks that it is not cancelled, this asks that nothing is claimed, of the same item: one of the two wins.
        """
        return self._update(
            owner, reminder_id,
            "attribute_exists(id) AND #email = :pending AND #sms = :pending", "SET #state = :cancelled",
            {"#state": "state", "#email": "email_state", "#sms": "sms_state"},
            {":pending": DeliveryState.PENDING, ":cancelled": State.CANCELLED},
        )  # fmt: skip

    def page(self, owner: str, *, index: str, limit: int, after: tuple[str, str] | None) -> Page:
        """Return up to `limit` of a person's reminders, newest first, from just after (id, created_at)."""
        arguments: dict[str, Any] = {}
        if after is not None:
            arguments["ExclusiveStartKey"] = _key(owner, after[0]) | {"created_at": {"S": after[1]}}
        answer = self.client.query(
            TableName=self.table, IndexName=index, KeyConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"}, ExpressionAttributeValues={":owner": {"S": owner}},
            ScanIndexForward=False, Limit=limit, **arguments,
        )  # fmt: skip
        last: Item | None = answer.get("LastEvaluatedKey")
        next_key = (last["id"]["S"], last["created_at"]["S"]) if last else None
        return Page(tuple(_reminder(item) for item in answer["Items"]), next_key)

    def claim(self, reminder: Reminder, channel: Channel, claim: Claim, now: datetime) -> bool:
        """Take the right to send; False when it is sent, cancelled, failed or being sent by another."""
        return self._update(
            reminder.owner, reminder.id,
            "#state <> :cancelled AND (#it = :pending OR (#it = :sending AND #until < :now))",
            "SET #it = :sending, #until = :until, #holder = :holder",
            _names(channel) | {"#state": "state"},
            {
                ":cancelled": State.CANCELLED, ":pending": DeliveryState.PENDING, ":sending": DeliveryState.SENDING,
                ":now": int(now.timestamp()), ":until": claim.until, ":holder": claim.holder,
            },
        )  # fmt: skip

    def release(self, reminder: Reminder, channel: Channel, claim: Claim) -> None:
        """Give a claim back: it is certain that nothing was sent."""
        self._update(
            reminder.owner, reminder.id, "#it = :sending AND #holder = :holder",
            "SET #it = :pending REMOVE #until, #holder", _names(channel),
            {":sending": DeliveryState.SENDING, ":pending": DeliveryState.PENDING, ":holder": claim.holder},
        )  # fmt: skip

    def mark_sent(self, reminder: Reminder, channel: Channel, now: datetime) -> None:
        """Record that it went out. Whatever was written meanwhile, this is the truth."""
        self._update(
            reminder.owner, reminder.id, "attribute_exists(id)",
            "SET #it = :sent, #at = :at REMOVE #until, #holder, #reason",
            _names(channel) | {"#at": f"{channel}_at", "#reason": f"{channel}_reason"},
            {":sent": DeliveryState.SENT, ":at": stamp(now)},
        )  # fmt: skip

    def mark_failed(self, reminder: Reminder, channel: Channel, reason: str, now: datetime) -> None:
        """Record that it will not go out, and why, unless it did."""
        self._update(
            reminder.owner, reminder.id, "attribute_exists(id) AND #it <> :sent",
            "SET #it = :failed, #at = :at, #reason = :reason REMOVE #until, #holder",
            _names(channel) | {"#at": f"{channel}_at", "#reason": f"{channel}_reason"},
            {":sent": DeliveryState.SENT, ":failed": DeliveryState.FAILED, ":at": stamp(now), ":reason": reason},
        )  # fmt: skip

    def _update(
        self, owner: str, reminder_id: str, condition: str, change: str,
        names: Mapping[str, str], values: Mapping[str, str | int],
    ) -> bool:  # fmt: skip
        arguments = _expression(condition, change, names, values)
        try:
            self.client.update_item(TableName=self.table, Key=_key(owner, reminder_id), **arguments)
        except ClientError as error:
            _only_if_unmet(error)
            return False
        return True


def _names(channel: Channel) -> dict[str, str]:
    return {"#it": f"{channel}_state", "#until": f"{channel}_claimed_until", "#holder": f"{channel}_claimed_by"}


def _expression(
    condition: str, change: str, names: Mapping[str, str], values: Mapping[str, str | int]
) -> dict[str, Any]:
    # DynamoDB refuses names that no expression uses.
    used = {name: attribute for name, attribute in names.items() if name in condition or name in change}
    arguments: dict[str, Any] = {
        "ConditionExpression": condition,
        "ExpressionAttributeNames": used,
        "ExpressionAttributeValues": {name: _value(value) for name, value in values.items()},
    }
    return arguments | ({"UpdateExpression": change} if change else {})


def _only_if_unmet(error: ClientError) -> None:
    """Pass over an unmet condition, raise everything else."""
    if aws.code(error) != "ConditionalCheckFailedException":
        raise error


def _key(owner: str, reminder_id: str) -> Item:
    return {"owner": {"S": owner}, "id": {"S": reminder_id}}


def _value(value: str | int) -> dict[str, str]:
    return {"N": str(value)} if isinstance(value, int) else {"S": str(value)}


def _item(reminder: Reminder) -> Item:
    values: dict[str, str | int] = {
        "owner": reminder.owner,
        "id": reminder.id,
        "username": reminder.username,
        "channel": reminder.channel,
        "message": reminder.message,
        "due_at": reminder.due_at,
        "created_at": reminder.created_at,
        "correlation_id": reminder.correlation_id,
        "fingerprint": reminder.fingerprint,
        "expires_at": reminder.expires_at,
        "state": reminder.state,
        **{f"wait_{kind}": value for kind, value in reminder.wait.as_input().items()},
        **{f"{channel}_state": DeliveryState.PENDING for channel in Channel},
    }
    return {name: _value(value) for name, value in values.items()}


def _reminder(item: Item) -> Reminder:
    flat = {name: next(iter(value.values())) for name, value in item.items()}
    at = flat.get("wait_at")
    wait = Wait(at=datetime.fromisoformat(at).astimezone(UTC)) if at else Wait(seconds=int(flat["wait_seconds"]))
    deliveries = {
        channel: Delivery(
            state=DeliveryState(flat[f"{channel}_state"]),
            at=flat.get(f"{channel}_at"),
            reason=flat.get(f"{channel}_reason"),
            claimed_until=int(flat.get(f"{channel}_claimed_until", 0)),
        )
        for channel in Channel
    }
    return Reminder(
        owner=flat["owner"],
        id=flat["id"],
        username=flat["username"],
        channel=flat["channel"],
        message=flat["message"],
        wait=wait,
        due_at=flat["due_at"],
        created_at=flat["created_at"],
        correlation_id=flat["correlation_id"],
        fingerprint=flat["fingerprint"],
        expires_at=int(flat["expires_at"]),
        state=State(flat["state"]),
        deliveries=deliveries,
    )
