# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""An identity pool gives guests nothing unless it allows them, and who is in a group that group's role.

`GetId` without a login is refused where `AllowUnauthenticatedIdentities` is off. An id token holds the roles of its
owner's groups (`cognito:roles`) and the one of the group with the lowest precedence (`cognito:preferred_role`); an
identity pool whose role mapping for the client is `Token` gives credentials of that role. MiniStack lets everybody in,
leaves the claims out, and gives everybody the role of who is signed in.

https://docs.aws.amazon.com/cognito/latest/developerguide/identity-pools.html
https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html
"""

from __future__ import annotations

import json
from typing import Any

from ministack.services import cognito, sts

Answer = tuple[int, dict[str, str], Any]
_OK = 200


def install() -> None:
    """Ask for a login, write the claims, and go by them."""
    changed_by_trigger, credentials = cognito._apply_pretoken_trigger, cognito._get_credentials_for_identity
    get_id = cognito._get_id

    def get_id_of_whom_it_lets_in(data: dict[str, Any]) -> Answer:
        pool = cognito._identity_pools.get(data.get("IdentityPoolId"))
        if pool and not data.get("Logins") and not pool["AllowUnauthenticatedIdentities"]:
            message = "Unauthenticated access is not supported for this identity pool."
            refusal: Answer = cognito.error_response_json("NotAuthorizedException", message, 400)
            return refusal
        answer: Answer = get_id(data)
        return answer

    def claims_with_roles(pool_id: str, claims: dict[str, Any], token_type: str, **rest: Any) -> dict[str, Any]:
        if token_type == "id":  # noqa: S105 - a kind of token
            claims = {**claims, **_role_claims(pool_id, rest.get("groups") or [])}
        changed: dict[str, Any] = changed_by_trigger(pool_id=pool_id, claims=claims, token_type=token_type, **rest)
        return changed

    def credentials_of_the_role(data: dict[str, Any]) -> Answer:
        answer: Answer = credentials(data)
        if answer[0] == _OK:
            body = json.loads(answer[2])
            session = sts._sessions[body["Credentials"]["AccessKeyId"]]
            role = _mapped(session["_identity_pool_id"], data.get("Logins") or {})
            if role:
                head, _, name = session["Arn"].rpartition("/")
                session["Arn"] = f"{head.rpartition('/')[0]}/{role.rpartition('/')[2]}/{name}"
        return answer

    cognito._get_id = get_id_of_whom_it_lets_in
    cognito._apply_pretoken_trigger = claims_with_roles
    cognito._get_credentials_for_identity = credentials_of_the_role


def _role_claims(pool_id: str, groups: list[str]) -> dict[str, Any]:
    known = (cognito._user_pools.get(pool_id) or {}).get("_groups", {})
    ranked = [known[name] for name in groups if name in known and known[name].get("RoleArn")]
    if not ranked:
        return {}
    first = min(ranked, key=lambda group: group.get("Precedence", float("inf")))
    return {"cognito:roles": [group["RoleArn"] for group in ranked], "cognito:preferred_role": first["RoleArn"]}


def _mapped(identity_pool_id: str, logins: dict[str, str]) -> str | None:
    mappings = (cognito._identity_pools.get(identity_pool_id) or {}).get("_role_mappings") or {}
    for provider, token in logins.items():
        claims = cognito._token_claims(token)
        if mappings.get(f"{provider}:{claims.get('aud')}", {}).get("Type") == "Token":
            role: str | None = claims.get("cognito:preferred_role")
            return role
    return None
