"""An event that no call was made for goes to the function's dead-letter queue too.

An asynchronous event that waited for too long while its function was throttled, or whose function may not run at all,
is given up without a call. LocalStack tells the failure destination, and loses what should go to the dead-letter queue:
it looks for the error in an answer that there is none of.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

from typing import Any

from localstack.services.lambda_.invocation.event_manager import Poller

# What Lambda answers to a call that it has no execution for.
_NEVER_CALLED = {"errorMessage": "Rate Exceeded."}


def install() -> None:
    """Put Lambda's own words in place of the answer that is missing."""
    original = Poller.process_dead_letter_queue

    def process(poller: Any, invocation: Any, answer: dict[str, Any] | None) -> None:
        original(poller, invocation, _NEVER_CALLED if answer is None else answer)

    Poller.process_dead_letter_queue = process
