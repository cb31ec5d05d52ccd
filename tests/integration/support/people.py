"""People who use the Pet-Cuddle-o-Tron: they sign up, sign in and call the API, as the page does for them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.integration.support import srp

PASSWORD = "Cuddles-4-everyone!"
CODE = "123456"


@dataclass(frozen=True)
class Answer:
    """What the API said."""

    status: int
    body: Any
    headers: dict[str, str]


def call(method: str, url: str, *, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    """Send one request; every status is an answer."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})  # noqa: S310 - a test's own URL
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            return _answer(response.status, response)
    except urllib.error.HTTPError as error:
        with error:
            return _answer(error.code, error)


def _answer(status: int, response: Any) -> Answer:
    text = response.read().decode()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(status, json.loads(text) if text else None, headers)


@dataclass(frozen=True)
class Person:
    """Somebody with an account, signed in."""

    api_url: str
    origin: str
    email: str
    username: str
    token: str
    id_token: str
    extra: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Call the API as the page does: from its origin, with the access token."""
        sent = {"authorization": f"Bearer {self.token}", "origin": self.origin} | self.extra
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
        if data is not None:
            sent.setdefault("content-type", "application/json")
        return call(method, f"{self.api_url}{path}", body=data, headers=sent)

    def remind(self, key: str | None = None, **body: Any) -> Answer:
        """Ask for a reminder; by mail in a second unless told otherwise."""
        asked = {"message": "cuddle the cat", "channel": "email"} | body
        if not {"seconds", "minutes", "at"} & set(asked):
            asked["seconds"] = 1
        return self.call("POST", "/reminders", asked, idempotency_key=key or uuid.uuid4().hex)

    def status(self, reminder_id: str) -> Any:
        """Return a reminder as the API shows it now."""
        return self.call("GET", f"/reminders/{reminder_id}").body


def sign_up(cognito: Any, outputs: dict[str, Any], *, api_url: str, origin: str) -> Person:
    """Make an account, confirm its address with the code in the mail, sign in."""
    email = f"person-{uuid.uuid4().hex[:12]}@example.com"
    client = {"ClientId": outputs["client_id"]}
    cognito.sign_up(**client, Username=email, Password=PASSWORD, UserAttributes=[{"Name": "email", "Value": email}])
    cognito.confirm_sign_up(**client, Username=email, ConfirmationCode=CODE)
    tokens = srp.sign_in(
        cognito, pool_id=outputs["pool_id"], client_id=outputs["client_id"], username=email, password=PASSWORD
    )
    account = cognito.get_user(AccessToken=tokens["AccessToken"])
    return Person(api_url, origin, email, account["Username"], tokens["AccessToken"], tokens["IdToken"])
