"""Invokes one function and waits for its answer."""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventyard.errors import EventyardError
from eventyard.operations.session import code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eventyard.operations.session import Session

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
PAYLOAD_BYTES = 6 * 1024 * 1024
LONGEST_SECONDS = 900
_GRACE_SECONDS = 15


@dataclass(frozen=True)
class Invocation:
    """What a function answered."""

    payload: Any
    log: str
    version: str | None


class FunctionError(EventyardError):
    """The function was invoked and failed; everything it said about it is here.

    Parameters
    ----------
    function
        The function's name.
    answer
        Lambda's description of the error.
    log
        The end of the invocation's log.
    """

    def __init__(self, function: str, answer: Mapping[str, Any], log: str) -> None:
        self.error_type = str(answer.get("errorType", "Unhandled"))
        self.message = str(answer.get("errorMessage", ""))
        self.trace = tuple(str(line).rstrip("\n") for line in answer.get("stackTrace") or ())
        self.log = log
        super().__init__(
            f"`{function}` failed: {self.error_type}: {self.message}",
            where="\n".join(self.trace).strip() or None,
            fix=f"read what led to it: `eventyard ops logs {function}`",
        )


def read_event(source: Path | str) -> Any:
    """Return the JSON of an event file; `-` is standard input.

    Raises
    ------
    EventyardError
        There is no such file, or it holds no JSON; names line and column.
    """
    try:
        text = sys.stdin.read() if str(source) == "-" else Path(source).read_text(encoding="utf-8")
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise EventyardError(
            f"The event is not JSON: {error.msg}",
            where=f"{source}:{error.lineno}:{error.colno}",
            fix="mend the file; an empty event is `{}`",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise EventyardError(
            f"The event can't be read: {getattr(error, 'strerror', None) or error}",
            where=str(source),
            fix="name a JSON file, or `-` for standard input",
        ) from None


def invoke(session: Session, function_name: str, event: Any, *, qualifier: str | None = None) -> Invocation:
    """Invoke a function synchronously, once.

    Parameters
    ----------
    session
        Where the function is.
    function_name
        Its name.
    event
        Anything JSON can hold.
    qualifier
        An alias or version; the latest code when None.

    Raises
    ------
    FunctionError
        The function raised, timed out or crashed.
    EventyardError
        It could not be invoked at all.
    """
    try:
        payload = json.dumps(event, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise EventyardError(f"The event is not JSON: {error}", fix="send what JSON can hold") from None
    if len(payload) > PAYLOAD_BYTES:
        raise EventyardError(
            f"The event has {len(payload)} bytes; Lambda takes {PAYLOAD_BYTES}",
            fix="put the data into a bucket, and its key into the event",
        )
    arguments = {"Qualifier": qualifier} if qualifier else {}
    try:
        answer = _client(session).invoke(
            FunctionName=function_name,
            InvocationType="RequestResponse",
            LogType="Tail",
            Payload=payload,
            **arguments,
        )
        body = answer["Payload"].read()
    except Exception as error:
        raise _refusal(function_name, error) from error
    log = base64.b64decode(answer.get("LogResult") or "").decode("utf-8", errors="replace")
    result = _parsed(body)
    if answer.get("FunctionError"):
        raise FunctionError(function_name, result if isinstance(result, dict) else {"errorMessage": result}, log)
    return Invocation(payload=result, log=log, version=answer.get("ExecutedVersion"))


def _client(session: Session) -> Any:
    """Return a client that waits as long as a function may run, and never invokes it a second time."""
    from botocore.config import Config  # noqa: PLC0415 - slow to import, and few commands need it

    config = Config(read_timeout=LONGEST_SECONDS + _GRACE_SECONDS, retries={"total_max_attempts": 1})
    return session.client("lambda", config=config)


def _parsed(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", errors="replace")


def _refusal(function_name: str, error: Exception) -> EventyardError:
    known = {
        "ResourceNotFoundException": (
            f"There is no function `{function_name}`",
            "name one of `eventyard outputs`, or run `eventyard apply`",
        ),
        "TooManyRequestsException": (
            f"`{function_name}` is throttled: its reserved concurrency, or the account's, is used up",
            "wait, or raise `reserved_concurrency`",
        ),
        "AccessDeniedException": (
            f"These credentials may not invoke `{function_name}`",
            "use a role that has `lambda:InvokeFunction`",
        ),
    }
    what, fix = known.get(code(error), (f"`{function_name}` can't be invoked: {error}", "run `eventyard doctor`"))
    return EventyardError(what, where=function_name, fix=fix)
