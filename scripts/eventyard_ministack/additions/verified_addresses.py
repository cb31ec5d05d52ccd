# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""Confirming a sign-up verifies the address the code was sent to.

A pool with `AutoVerifiedAttributes` sends a code at sign-up, and `ConfirmSignUp` sets `email_verified` (or
`phone_number_verified`). MiniStack confirms the account and leaves the address unverified, so that whoever sends mail
to verified addresses only never sends any.

https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
"""

from __future__ import annotations

from typing import Any

from ministack.services import cognito

Answer = tuple[int, dict[str, str], Any]
_OK = 200


def install() -> None:
    """Set the attribute once the code was right."""
    original = cognito._confirm_sign_up

    def confirm(data: dict[str, Any]) -> Answer:
        answer: Answer = original(data)
        if answer[0] == _OK:
            _verify(data)
        return answer

    cognito._confirm_sign_up = confirm


def _verify(data: dict[str, Any]) -> None:
    pool = next(pool for pool in cognito._user_pools.values() if data["ClientId"] in pool["_clients"])
    user, _ = cognito._resolve_user(pool, data["Username"])
    attributes = cognito._attr_list_to_dict(user["Attributes"])
    # MiniStack sends its codes by mail where there is an address, as AWS does where mail alone is verified.
    sent_to = "email" if "email" in attributes else "phone_number"
    if sent_to in attributes and sent_to in pool.get("AutoVerifiedAttributes", []):
        user["Attributes"] = cognito._dict_to_attr_list({**attributes, f"{sent_to}_verified": "true"})
