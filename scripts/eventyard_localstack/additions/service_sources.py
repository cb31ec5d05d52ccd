# ruff: noqa: SLF001 - an addition reaches into the one version of LocalStack it is written for
"""Only AWS's own services send events whose source begins with `aws.`; anybody else's entry is refused.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
"""

from __future__ import annotations

from typing import Any

from localstack.services.events.provider import EventsProvider

_REFUSAL = {
    "ErrorCode": "NotAuthorizedForSourceException",
    "ErrorMessage": "Not authorized for the source.",
}


def install() -> None:
    """Put the refusal before LocalStack takes an entry."""
    original = EventsProvider._process_entry

    def process(provider: Any, entry: Any, processed: list[Any], failed: dict[str, int], context: Any) -> None:
        # What LocalStack's services send arrives as an internal call; a replay is EventBridge's own.
        if entry.get("Source", "").startswith("aws.") and not context.is_internal_call and "ReplayName" not in entry:
            processed.append(dict(_REFUSAL))
            failed["count"] += 1
            return
        original(provider, entry, processed, failed, context)

    EventsProvider._process_entry = process
