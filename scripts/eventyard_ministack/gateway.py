"""The one place where requests and answers are changed on their way to MiniStack and back.

A page of a stack is opened at `http://<label>.cloudfront.localhost:<port>`, while everything a stack was told names
AWS's `https://<label>.cloudfront.net`. So the local address becomes AWS's on the way in (`Origin`, Cognito's
`redirect_uri` and `logout_uri`) and AWS's becomes the local one on the way out (`Access-Control-Allow-Origin`,
`Location`). CORS and call-back URLs are then compared with what the stack really configured. And plain http on the
loopback address stands for AWS's https: policies that demand it, and pages that redirect to it, are kept as they are.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote

from eventyard_ministack.attempts import Attempts

if TYPE_CHECKING:
    from eventyard_ministack.asgi import App, Message, Receive, Scope, Send
    from eventyard_ministack.recording import Calls

Headers = list[tuple[bytes, bytes]]

_HEALTH_PATH = "/_eventyard/health"
_CALLS_PATH = "/_eventyard/calls"
_SIGN_IN_PATHS = frozenset({"/oauth2/authorize", "/oauth2/login", "/oauth2/token", "/login", "/logout"})
# Its answer names addresses to open, with the scheme of the request.
_DISCOVERY = "/.well-known/openid-configuration"
_TO_AWS = frozenset({b"origin", b"referer"})
_TO_LOCAL = frozenset({b"access-control-allow-origin", b"location"})
# A form is read whole before it is passed on; the largest a sign-in sends is far below this.
_LARGEST_FORM = 64 * 1024


class Gateway:
    """MiniStack's application, with addresses translated both ways, a health check and the calls of ours.

    Parameters
    ----------
    app
        MiniStack's ASGI application.
    port
        Where it answers, as the local addresses name it.
    token, additions
        What the health check answers.
    calls
        What IAM was asked and answered; `/_eventyard/calls` shows them, from the moment `?since=` on.
    """

    def __init__(self, app: App, *, port: int, token: str, additions: tuple[str, ...], calls: Calls) -> None:
        self._app = Attempts(app)
        self._other = app  # what starts and stops with the process
        self._token = token
        self._calls = calls
        self._additions = additions
        self._local = re.compile(rf"http://([a-z0-9]+)\.cloudfront\.localhost:{port}(?![0-9])".encode())
        self._aws = re.compile(rb"https://([a-z0-9]+)\.cloudfront\.net(?![a-z0-9.-])")
        self._local_form = rf"http://\1.cloudfront.localhost:{port}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._other(scope, receive, send)
        elif scope["path"] == _HEALTH_PATH:
            await self._answer_health(send)
        elif scope["path"] == _CALLS_PATH:
            await self._answer_calls(scope, send)
        else:
            scope, receive = self._inbound(dict(scope), receive)
            await self._app(scope, receive, self._outbound(send))

    def _inbound(self, scope: Scope, receive: Receive) -> tuple[Scope, Receive]:
        headers: Headers = [
            (name, self._to_aws(value) if name.lower() in _TO_AWS else value) for name, value in scope["headers"]
        ]
        # Loopback stands for TLS: to `aws:SecureTransport` and to redirect-to-https every request is https.
        headers = [(name, value) for name, value in headers if name.lower() != b"x-forwarded-proto"]
        if not scope["path"].endswith(_DISCOVERY):
            headers.append((b"x-forwarded-proto", b"https"))
        if scope["path"] in _SIGN_IN_PATHS:
            scope["query_string"] = self._form_to_aws(scope.get("query_string", b""))
            if _is_small_form(headers):
                headers = [(name, value) for name, value in headers if name.lower() != b"content-length"]
                receive = self._form_receiver(receive)
        scope["headers"] = headers
        return scope, receive

    def _outbound(self, send: Send) -> Send:
        async def translated(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [
                    (name, self._to_local(value) if name.lower() in _TO_LOCAL else value)
                    for name, value in message.get("headers", [])
                ]
                message = {**message, "headers": headers}
            await send(message)

        return translated

    def _form_receiver(self, receive: Receive) -> Receive:
        """Read a whole form and pass it on with its addresses translated."""

        async def translated() -> Message:
            body = b""
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    return message
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    return {"type": "http.request", "body": self._form_to_aws(body), "more_body": False}

        return translated

    def _to_aws(self, value: bytes) -> bytes:
        return self._local.sub(rb"https://\1.cloudfront.net", value)

    def _to_local(self, value: bytes) -> bytes:
        return self._aws.sub(self._local_form, value)

    def _form_to_aws(self, form: bytes) -> bytes:
        """Translate the values of a URL-encoded form or query, leaving every other byte as it was."""
        pairs = []
        for pair in form.split(b"&"):
            name, equals, value = pair.partition(b"=")
            plain = unquote(value.decode("latin-1"))
            changed = self._to_aws(plain.encode()).decode()
            pairs.append(pair if changed == plain else name + equals + quote(changed, safe="").encode())
        return b"&".join(pairs)

    async def _answer_health(self, send: Send) -> None:
        known = {"token": self._token, "pid": os.getpid(), "additions": self._additions}
        await _answer(send, json.dumps(known).encode())

    async def _answer_calls(self, scope: Scope, send: Send) -> None:
        (since,) = parse_qs(scope.get("query_string", b"").decode()).get("since", [""])[:1]
        await _answer(send, await asyncio.to_thread(self._calls.answer, since))


async def _answer(send: Send, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _is_small_form(headers: Headers) -> bool:
    found = {name.lower(): value for name, value in headers}
    length = found.get(b"content-length", b"")
    return (
        found.get(b"content-type", b"").startswith(b"application/x-www-form-urlencoded")
        and length.isdigit()
        and int(length) <= _LARGEST_FORM
    )
