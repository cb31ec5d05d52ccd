from __future__ import annotations

import asyncio
import json

import pytest

from eventyard_ministack.gateway import Gateway

LOCAL = b"http://d1.cloudfront.localhost:4601"
AWS = b"https://d1.cloudfront.net"
HTTPS = {b"x-forwarded-proto": b"https"}


class Recorder:
    """An application that keeps what reaches it and answers what it was told to."""

    def __init__(self, headers=()):
        self.headers, self.scope, self.body = list(headers), None, None

    async def __call__(self, scope, receive, send):
        self.scope = scope
        self.body = (await receive()).get("body")
        await send({"type": "http.response.start", "status": 200, "headers": self.headers})
        await send({"type": "http.response.body", "body": b""})


class Kept:
    """Calls that were kept, as the gateway asks for them."""

    def answer(self, since=""):
        return json.dumps({"asked since": since}).encode()


def call(app, path="/", query=b"", headers=(), body=b""):
    gateway = Gateway(app, port=4601, token="t", additions=("one",), calls=Kept())
    parts = [body[: len(body) // 2], body[len(body) // 2 :]]
    messages = [
        {"type": "http.request", "body": parts[0], "more_body": True},
        {"type": "http.request", "body": parts[1], "more_body": False},
    ]
    sent = []

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "query_string": query, "headers": list(headers)}
    asyncio.run(gateway(scope, receive, send))
    return sent


def test_pages_origin_becomes_awss_and_the_answer_comes_back():
    app = Recorder([(b"Access-Control-Allow-Origin", AWS), (b"location", AWS + b"/?code=1"), (b"x-other", AWS)])
    sent = call(app, headers=[(b"origin", LOCAL), (b"x-other", LOCAL)])
    assert dict(app.scope["headers"]) == {b"origin": AWS, b"x-other": LOCAL, **HTTPS}
    assert dict(sent[0]["headers"]) == {
        b"Access-Control-Allow-Origin": LOCAL,
        b"location": LOCAL + b"/?code=1",
        b"x-other": AWS,
    }


@pytest.mark.parametrize(
    "origin", [b"http://d1.cloudfront.localhost:46011", b"http://d1.cloudfront.localhost:4602", b"http://evil.example"]
)
def test_other_origins_stay(origin):
    app = Recorder()
    call(app, headers=[(b"origin", origin)])
    assert app.scope["headers"] == [(b"origin", origin), *HTTPS.items()]


def test_every_request_counts_as_https_but_discovery_names_addresses_that_open():
    app = Recorder()
    call(app, headers=[(b"x-forwarded-proto", b"http")])
    assert app.scope["headers"] == [*HTTPS.items()]
    call(app, path="/eu-west-1_A/.well-known/openid-configuration")
    assert app.scope["headers"] == []


def test_sign_in_names_awss_address_in_query_and_form():
    query = b"redirect_uri=http%3A%2F%2Fd1.cloudfront.localhost%3A4601%2F&state=a%2Bb+c&scope=openid+email"
    form = {b"content-type": b"application/x-www-form-urlencoded", b"content-length": str(len(query)).encode()}
    app = Recorder()
    call(app, path="/oauth2/token", query=query, headers=form.items(), body=query)
    wanted = b"redirect_uri=https%3A%2F%2Fd1.cloudfront.net%2F&state=a%2Bb+c&scope=openid+email"
    assert app.scope["query_string"] == wanted
    assert app.body == wanted
    assert b"content-length" not in dict(app.scope["headers"])


def test_other_paths_keep_their_query_and_body():
    query = b"redirect_uri=http%3A%2F%2Fd1.cloudfront.localhost%3A4601%2F"
    app = Recorder()
    call(app, path="/_aws/execute-api/a/x", query=query, body=query)
    assert app.scope["query_string"] == query
    assert app.body == query[: len(query) // 2]


def test_health_check_names_token_and_additions():
    sent = call(Recorder(), path="/_eventyard/health")
    answer = json.loads(sent[1]["body"])
    assert (answer["token"], answer["additions"]) == ("t", ["one"])


@pytest.mark.parametrize(("query", "since"), [(b"", ""), (b"since=2026-01-01T00%3A00%3A00Z", "2026-01-01T00:00:00Z")])
def test_calls_are_answered_since_a_moment(query, since):
    app = Recorder()
    sent = call(app, path="/_eventyard/calls", query=query)
    assert json.loads(sent[1]["body"]) == {"asked since": since}
    assert app.scope is None
