# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""Nobody verifies their own address by saying so, and a changed address is unverified.

`UpdateUserAttributes` refuses `email_verified` and `phone_number_verified`. A new address takes the old one's place
unverified, or, where the pool has `AttributesRequireVerificationBeforeUpdate` for it, only once it is verified.
MiniStack writes whatever comes and leaves the address verified, so that one can have another's mail sent to oneself.

It knows neither `VerifyUserAttribute` nor the code for it: a change that waits for one never comes about here.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-email-phone-verification.html
"""

from __future__ import annotations

from typing import Any

from ministack.services import cognito

Answer = tuple[int, dict[str, str], Any]

_VERIFIED = {"email": "email_verified", "phone_number": "phone_number_verified"}


def install() -> None:
    """Change what is asked for before MiniStack writes it."""
    original = cognito._update_user_attributes

    def update(data: dict[str, Any]) -> Answer:
        asked = cognito._attr_list_to_dict(data.get("UserAttributes", []))
        user, pool = cognito._user_pool_for_access_token(data.get("AccessToken", ""))
        if user and asked.keys() & set(_VERIFIED.values()):
            message = "A client attempted to write unauthorized attribute"
            refusal: Answer = cognito.error_response_json("NotAuthorizedException", message, 400)
            return refusal
        if user:
            asked = _allowed(asked, cognito._attr_list_to_dict(user["Attributes"]), pool)
        answer: Answer = original({**data, "UserAttributes": cognito._dict_to_attr_list(asked)})
        return answer

    cognito._update_user_attributes = update


def _allowed(asked: dict[str, str], present: dict[str, str], pool: dict[str, Any]) -> dict[str, str]:
    settings = pool.get("UserAttributeUpdateSettings") or {}
    waiting = settings.get("AttributesRequireVerificationBeforeUpdate") or []
    changed = {name for name in _VERIFIED if name in asked and asked[name] != present.get(name)}
    kept = {name: value for name, value in asked.items() if not (name in changed and name in waiting)}
    return {**kept, **{_VERIFIED[name]: "false" for name in changed if name not in waiting}}
