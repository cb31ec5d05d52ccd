"""The emulator's mailbox: what SES (both APIs) and Cognito sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Mail:
    """One mail as the emulator took it in."""

    to: tuple[str, ...]
    subject: str
    body: str
    sent_at: datetime
    sender: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


def from_ministack(answer: Mapping[str, Any]) -> list[Mail]:
    """Read MiniStack's `/_ministack/ses/messages`, oldest mail first."""
    records = [record for mails in answer.get("messages", {}).values() for record in mails]
    return sorted((_ministack_mail(record) for record in records), key=lambda mail: mail.sent_at)


def from_localstack(answer: Mapping[str, Any]) -> list[Mail]:
    """Read LocalStack's `/_aws/ses`, oldest mail first."""
    mails = []
    for record in answer.get("messages", []):
        destination = record.get("Destination", {})
        body = record.get("Body", {})
        mails.append(
            Mail(
                to=tuple(destination.get("ToAddresses", [])),
                subject=record.get("Subject", ""),
                body=body.get("text_part") or body.get("html_part") or record.get("RawData", ""),
                sent_at=_when(record.get("Timestamp")),
                sender=record.get("Source", ""),
                raw=record,
            )
        )
    return sorted(mails, key=lambda mail: mail.sent_at)


def _ministack_mail(record: Mapping[str, Any]) -> Mail:
    return Mail(
        to=tuple(record.get("To") or ()),
        subject=record.get("Subject") or "",
        body=record.get("BodyText") or record.get("BodyHtml") or "",
        sent_at=_when(record.get("Timestamp")),
        sender=record.get("Source") or "",
        raw=record,
    )


def _when(value: Any) -> datetime:
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    moment = datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
