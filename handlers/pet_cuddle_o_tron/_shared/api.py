"""The HTTP side of a function: an event in, JSON out, whatever happens between.

One route is one function and API Gateway has matched it already, so there is no router here: Powertools' event handler
would double the import time of a cold start to choose among one.
The CORS headers are API Gateway's: it adds them to every answer of a function, errors included, and drops those that
a function sets itself. What API Gateway answers alone, such as the authoriser's 401, may carry none.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import BotoCoreError, ClientError

from pet_cuddle_o_tron._shared import aws
from pet_cuddle_o_tron._shared.forms import CORRELATION_ID, ID, is_name, strict_json
from pet_cuddle_o_tron._shared.telemetry import logger, metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LARGEST_BODY = 16 * 1024
RETRY_AFTER_SECONDS = 5
CORRELATION_HEADER = "x-correlation-id"


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """A request that can't be served as it is: status, code for programs, message for people, field at fault.

    A field that is `unknown` bears a name of the client's own choice: told to them, and kept out of the log.
    """

    def __init__(
        self, status: int, code: str, message: str, *, field: str | None = None, unknown: bool = False
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.field = status, code, message, field
        self.logged_field = None if unknown else field


@dataclass(frozen=True)
class Request:
    """A request of a signed-in person."""

    owner: str
    username: str
    correlation_id: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def reminder_id(self) -> str:
        """Return the id in the path; what can't be one is not found."""
        value = self.path.get("id", "")
        if not ID.fullmatch(value):
            raise not_found()
        return value


@dataclass(frozen=True)
class Answer:
    """What to tell the client."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


def not_found() -> Refusal:
    """Return the answer for an id that is nobody's, or another's: the two look the same."""
    return Refusal(404, "not_found", "there is no such reminder")


def serve(event: Any, context: Any, respond: Callable[[Request], Answer]) -> dict[str, Any]:
    """Answer one request of an HTTP API (payload format 2.0).

    Parameters
    ----------
    event
        What API Gateway sent. Nothing is taken for granted in it: whatever else calls the function gets an answer too.
    context
        Lambda's context.
    respond
        The function's own logic. It raises `Refusal` for what the client has to mend.
    """
    started = time.monotonic()
    event = _object(event)
    correlation_id = _correlation_id(event)
    with logger.append_context_keys(correlation_id=correlation_id, function_request_id=context.aws_request_id):
        try:
            answer = respond(_request(event, correlation_id))
        except Refusal as refusal:
            answer = _refused(refusal)
        except (ClientError, BotoCoreError) as error:
            answer = _upstream(error)
        except Exception as error:  # noqa: BLE001 - the last line of defence: logged, told as JSON, never a bare crash
            logger.error("request failed", extra=aws.describe(error))
            answer = _error(500, "internal", "something went wrong on our side")
        logger.info("request answered", status=answer.status)
    _measure(answer.status, time.monotonic() - started)
    return {
        "statusCode": answer.status,
        "headers": {"content-type": "application/json", "cache-control": "no-store", CORRELATION_HEADER: correlation_id}
        | dict(answer.headers),
        "body": json.dumps(answer.body),
    }


def json_body(request: Request) -> dict[str, Any]:
    """Return a request's body, which has to be a JSON object of reasonable size.

    Raises
    ------
    Refusal
        413, 415 or 400, with what is wrong.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise Refusal(415, "unsupported_media_type", "the content type must be application/json")
    if len(request.body) > LARGEST_BODY:
        raise Refusal(413, "too_large", f"the body may have {LARGEST_BODY} bytes, this one has {len(request.body)}")
    try:
        body = strict_json(request.body.decode())
    except (ValueError, RecursionError):
        raise Refusal(400, "malformed_json", "the body is not valid JSON") from None
    if not isinstance(body, dict):
        raise Refusal(400, "malformed_json", "the body must be a JSON object")
    return body


def _correlation_id(event: Mapping[str, Any]) -> str:
    for candidate in (_headers(event).get(CORRELATION_HEADER), _object(event.get("requestContext")).get("requestId")):
        if isinstance(candidate, str) and CORRELATION_ID.fullmatch(candidate):
            return candidate
    return "unknown"


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> dict[str, str]:
    return {name: text for name, text in _object(value).items() if isinstance(text, str)}


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in _texts(event.get("headers")).items()}


def _request(event: Mapping[str, Any], correlation_id: str) -> Request:
    authorizer = _object(_object(event.get("requestContext")).get("authorizer"))
    claims = _texts(_object(authorizer.get("jwt")).get("claims"))
    owner, username = claims.get("sub", ""), claims.get("username", "")
    # API Gateway takes any token of the pool's clients; an id token is for the page, not for an API.
    if claims.get("token_use") != "access" or not all(is_name(name) for name in (owner, username)):
        raise Refusal(401, "wrong_token", "send the access token of the person signed in")
    return Request(
        owner=owner,
        username=username,
        correlation_id=correlation_id,
        headers=_headers(event),
        query=_texts(event.get("queryStringParameters")),
        path=_texts(event.get("pathParameters")),
        body=_body(event),
    )


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not isinstance(body, str):
        raise Refusal(400, "malformed_body", "the body is not a text")
    if event.get("isBase64Encoded") is not True:
        return body.encode(errors="surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(400, "malformed_body", "the body is not valid base64") from None


def _refused(refusal: Refusal) -> Answer:
    logger.info("request refused", code=refusal.code, field=refusal.logged_field)
    return _error(refusal.status, refusal.code, refusal.message, field=refusal.field)


def _upstream(error: ClientError | BotoCoreError) -> Answer:
    logger.error("request failed", extra=aws.describe(error))
    busy = aws.code(error) in aws.THROTTLES if isinstance(error, ClientError) else True
    if busy:
        answer = _error(503, "busy", "try again in a moment; the same Idempotency-Key makes it safe")
        return Answer(answer.status, answer.body, {"retry-after": str(RETRY_AFTER_SECONDS)})
    return _error(500, "internal", "something went wrong on our side")


def _error(status: int, code: str, message: str, *, field: str | None = None) -> Answer:
    told = {"code": code, "message": message} | ({"field": field} if field else {})
    return Answer(status, {"error": told})


def _measure(status: int, seconds: float) -> None:
    outcome = "Failed" if status >= 500 else "Refused" if status >= 400 else "Succeeded"  # noqa: PLR2004 - HTTP's classes
    metrics.add_metric(name=outcome, unit=MetricUnit.Count, value=1)
    metrics.add_metric(name="Latency", unit=MetricUnit.Milliseconds, value=seconds * 1000)
    metrics.flush_metrics()
