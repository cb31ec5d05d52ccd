"""What a request for a reminder must look like.

Nothing here asks anybody anything: text in, values or a refusal out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pet_cuddle_o_tron._shared.api import Refusal
from pet_cuddle_o_tron._shared.reminders import CHANNELS, LONGEST_WAIT, SHORTEST_WAIT, Channel, Wait

LONGEST_MESSAGE = 2000
MOST_SMS_PARTS = 3
WAITS = {"seconds": 1, "minutes": 60}
FIELDS = frozenset({"message", "channel", "at", *WAITS})
# One part of an SMS: alone, and when several are joined, which costs a header in each.
GSM_PART, GSM_JOINED = 160, 153
UCS2_PART, UCS2_JOINED = 70, 67
# The characters of GSM 03.38 that take one and two places; any other makes the whole message UCS-2.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€")
_KEY = re.compile(r"[\x21-\x7e]{8,128}")
# A byte order mark is a blank to browsers, and to the patterns of the API's document, but not to Python.
_BLANK = re.compile(r"[\s\ufeff]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Asked:
    """What a client asked for, well formed; whether its moment is still to come is another question."""

    message: str
    channel: str
    wait: Wait


def idempotency_key(value: str | None) -> str:
    """Return a request's idempotency key.

    It is required: without one a double click, or a client that repeats after a lost answer, reminds twice.
    """
    if value is None or not _KEY.fullmatch(value):
        raise Refusal(
            400, "idempotency_key", "send an Idempotency-Key of 8 to 128 visible characters", field="Idempotency-Key"
        )
    return value


def parse(body: dict[str, Any]) -> Asked:
    """Return what a body asks for.

    Raises
    ------
    Refusal
        400, naming the field and what it should be.
    """
    for name in body:
        if name not in FIELDS:
            raise _unknown(name)
    channel = body.get("channel")
    if not isinstance(channel, str) or channel not in CHANNELS:
        raise _invalid("channel", f"must be one of {', '.join(CHANNELS)}")
    return Asked(_message(body.get("message"), channel), channel, _wait(body))


def check_moment(wait: Wait, now: datetime) -> None:
    """Refuse a date that is past, or too far ahead; asked of new reminders only, for a repeat may come late."""
    if wait.at is not None and not SHORTEST_WAIT <= wait.at - now <= LONGEST_WAIT:
        raise _invalid("at", f"must be 1 second to {LONGEST_WAIT.days} days ahead")


def sms_parts(message: str) -> int:
    """Return how many parts a message takes as an SMS."""
    if all(character in _GSM or character in _GSM_TWICE for character in message):
        length = sum(2 if character in _GSM_TWICE else 1 for character in message)
        alone, joined = GSM_PART, GSM_JOINED
    else:
        length = len(message.encode("utf-16-le")) // 2
        alone, joined = UCS2_PART, UCS2_JOINED
    return 1 if length <= alone else -(-length // joined)


def _message(value: Any, channel: str) -> str:
    if not isinstance(value, str) or _BLANK.fullmatch(value):
        raise _invalid("message", "must be a text that is not blank")
    if len(value) > LONGEST_MESSAGE:
        raise _invalid("message", f"may have {LONGEST_MESSAGE} characters, this one has {len(value)}")
    if _CONTROL.search(value) or any("\ud800" <= character <= "\udfff" for character in value):
        raise _invalid("message", "may not hold control characters or broken ones")
    if Channel.SMS in CHANNELS[channel] and (parts := sms_parts(value)) > MOST_SMS_PARTS:
        raise _invalid("message", f"may take {MOST_SMS_PARTS} parts as an SMS, this one takes {parts}")
    return value


def _wait(body: dict[str, Any]) -> Wait:
    given = [name for name in ("minutes", "seconds", "at") if name in body]
    if len(given) != 1:
        raise _invalid("minutes", "give exactly one of minutes, seconds, at")
    name = given[0]
    return Wait(at=_moment(body[name])) if name == "at" else Wait(seconds=_seconds(name, body[name]))


def _seconds(name: str, value: Any) -> int:
    most = int(LONGEST_WAIT / timedelta(seconds=WAITS[name]))
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise _invalid(name, f"must be a whole number from 1 to {most}")
    return value * WAITS[name]


def _moment(value: Any) -> datetime:
    refusal = _invalid("at", "must be an ISO 8601 date and time with a zone, such as 2030-01-31T09:00:00+01:00")
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise refusal
        return moment.astimezone(UTC).replace(microsecond=0)
    except (TypeError, ValueError, OverflowError):
        raise refusal from None


def _unknown(name: str) -> Refusal:
    shown = name[:40].encode(errors="replace").decode()  # half a surrogate pair is no text to hand back
    message = f"{shown}: unknown field; the fields are {', '.join(sorted(FIELDS))}"
    return Refusal(400, "invalid", message, field=shown, unknown=True)


def _invalid(field: str, message: str) -> Refusal:
    return Refusal(400, "invalid", f"{field}: {message}", field=field)
