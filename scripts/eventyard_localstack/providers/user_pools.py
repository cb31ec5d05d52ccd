"""Cognito user pools from moto, where it does what Cognito does; where it only answers, the call is refused here.

moto keeps pools, clients, groups and people, checks passwords, and signs tokens. Added here: a code is asked for and is
always 123456, it is mailed to SES's mailbox, the address it confirms is verified, a client's own flows and its secret
count, and the keys are served. Refused, since moto would let anybody in: SRP, and every second factor. There are no
triggers and no hosted pages.

https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from localstack.aws.api import CommonServiceException
from localstack.http import Response
from localstack.services.edge import ROUTER
from localstack.services.moto import call_moto
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.services.ses.provider import save_for_retrospection
from moto.cognitoidp.models import CognitoIdpUserPool, cognitoidp_backends
from moto.cognitoidp.responses import CognitoIdpJsonWebKeyResponse
from moto.cognitoidp.utils import check_secret_hash

from eventyard_localstack.providers.moto_service import moto_service, plugin

if TYPE_CHECKING:
    from localstack.services.plugins import Service

CODE = "123456"
"""What every mail says, and what confirms."""

_KEYS = '/<regex("[a-z0-9-]+_[A-Za-z0-9]+"):pool>/.well-known/jwks.json'
_DEFAULT_FLOWS = ("ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH")
_SAME_FLOWS = {"REFRESH_TOKEN": "REFRESH_TOKEN_AUTH", "ADMIN_NO_SRP_AUTH": "ADMIN_USER_PASSWORD_AUTH"}
_CHECKED_FLOWS = ("USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH")


def _make() -> Service:
    # The mailbox's address is there once SES is.
    SERVICE_PLUGINS.require("ses")
    ROUTER.add(_KEYS, _keys)
    original = CognitoIdpUserPool.update_extended_config
    CognitoIdpUserPool.update_extended_config = lambda pool, settings: _keep_tier(original, pool, settings)
    return moto_service(
        "cognito-idp",
        instead={
            "SignUp": _sign_up,
            "ConfirmSignUp": _confirm,
            "ResendConfirmationCode": _send_again,
            "ForgotPassword": _forgot,
            "ConfirmForgotPassword": _choose_password,
            "InitiateAuth": _initiate,
            "AdminInitiateAuth": _initiate,
            "RespondToAuthChallenge": _respond,
            "AdminRespondToAuthChallenge": _respond,
            "AssociateSoftwareToken": _second_factor,
            "VerifySoftwareToken": _second_factor,
            "UpdateResourceServer": _change_server,
            "DeleteResourceServer": _delete_server,
        },
    )


provide = plugin("cognito-idp", _make)


def _keep_tier(original: Any, pool: Any, settings: dict[str, Any]) -> None:
    """Change a pool's settings but not its tier, which stays as it is where none is given."""
    tier = pool.__dict__.get("extended_config", {}).get("UserPoolTier", "ESSENTIALS")
    original(pool, settings)
    pool.extended_config.setdefault("UserPoolTier", tier)


def _keys(_: Any, pool: str) -> Response:
    known = any(pool in backend.user_pools for backend in _backends())
    return Response(CognitoIdpJsonWebKeyResponse.json_web_key if known else b"{}", 200 if known else 404)


def _sign_up(context: Any, request: dict[str, Any]) -> Any:
    answer = call_moto(context)
    pool, _ = _client(request)
    _mail(pool, _user(pool, request))
    return answer


def _send_again(_context: Any, request: dict[str, Any]) -> dict[str, Any]:
    pool, _ = _client(request)
    user = _user(pool, request)
    if user.status != "UNCONFIRMED":
        raise _refusal("InvalidParameterException", "User is already confirmed.")
    _mail(pool, user)
    return {"CodeDeliveryDetails": {"DeliveryMedium": "EMAIL", "AttributeName": "email"}}


def _confirm(context: Any, request: dict[str, Any]) -> Any:
    pool, _ = _client(request)
    user = _user(pool, request)
    _check(request)
    if user.status != "UNCONFIRMED":
        raise _refusal("NotAuthorizedException", f"User cannot be confirmed. Current status is {user.status}")
    answer = call_moto(context)
    verified = pool.extended_config.get("AutoVerifiedAttributes") or []
    user.update_attributes(
        [{"Name": f"{name}_verified", "Value": "true"} for name in verified if name in user.attribute_lookup]
    )
    return answer


def _forgot(context: Any, request: dict[str, Any]) -> Any:
    pool, _ = _client(request)
    user = _user(pool, request)
    answer = call_moto(context)
    _mail(pool, user)
    return answer


def _choose_password(context: Any, request: dict[str, Any]) -> Any:
    _check(request)
    return call_moto(context)


def _initiate(context: Any, request: dict[str, Any]) -> Any:
    """Let a person in by what the client allows and moto checks."""
    _, client = _client(request)
    flow = _SAME_FLOWS.get(request["AuthFlow"], request["AuthFlow"])
    allowed = client.extended_config.get("ExplicitAuthFlows") or _DEFAULT_FLOWS
    if f"ALLOW_{flow}" not in allowed and request["AuthFlow"] not in allowed:
        raise _refusal("InvalidParameterException", f"{flow} flow not enabled for this client")
    if flow not in _CHECKED_FLOWS:
        raise NotImplementedError(f"{flow} is not offered here: it would let anybody in")
    given = request.get("AuthParameters", {})
    name = given.get("USERNAME")
    proof = (client.secret, client.id, name, given.get("SECRET_HASH"))
    if name and client.generate_secret and not check_secret_hash(*proof):
        raise _refusal("NotAuthorizedException", f"Unable to verify secret hash for client {client.id}")
    return call_moto(context)


def _respond(context: Any, request: dict[str, Any]) -> Any:
    if request["ChallengeName"] != "NEW_PASSWORD_REQUIRED":
        raise NotImplementedError(f"{request['ChallengeName']} is not offered here: it would let anybody in")
    return call_moto(context)


def _servers(context: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Return a pool's resource servers; moto makes and lists them, and that is all."""
    pool = cognitoidp_backends[context.account_id][context.region].describe_user_pool(request["UserPoolId"])
    servers: dict[str, Any] = pool.resource_servers
    if request["Identifier"] not in servers:
        raise _refusal("ResourceNotFoundException", f"Resource server {request['Identifier']} does not exist.")
    return servers


def _change_server(context: Any, request: dict[str, Any]) -> dict[str, Any]:
    server = _servers(context, request)[request["Identifier"]]
    server.name, server.scopes = request["Name"], request.get("Scopes", [])
    return {"ResourceServer": server.to_json()}


def _delete_server(context: Any, request: dict[str, Any]) -> dict[str, Any]:
    del _servers(context, request)[request["Identifier"]]
    return {}


def _second_factor(*_: Any) -> Any:
    raise NotImplementedError("Second factors are not offered here: every code would be right")


def _check(request: dict[str, Any]) -> None:
    if request["ConfirmationCode"] != CODE:
        raise _refusal("CodeMismatchException", "Invalid verification code provided, please try again.")


def _backends() -> list[Any]:
    return [backend for regions in list(cognitoidp_backends.values()) for backend in list(regions.values())]


def _client(request: dict[str, Any]) -> tuple[Any, Any]:
    """Return the pool and the client; these calls are often unsigned, and say no region."""
    for backend in _backends():
        for pool in list(backend.user_pools.values()):
            if request["ClientId"] in pool.clients:
                return pool, pool.clients[request["ClientId"]]
    raise _refusal("ResourceNotFoundException", f"User pool client {request['ClientId']} does not exist.")


def _user(pool: Any, request: dict[str, Any]) -> Any:
    user = pool._get_user(request["Username"])  # noqa: SLF001 - it knows people by their addresses too
    if user is None:
        raise _refusal("UserNotFoundException", "Username/client id combination not found.")
    return user


def _mail(pool: Any, user: Any) -> None:
    """Put the code into SES's mailbox, as the pool's template says it."""
    to = user.attribute_lookup.get("email")
    if not to or "email" not in (pool.extended_config.get("AutoVerifiedAttributes") or []):
        return
    template = pool.extended_config["VerificationMessageTemplate"]
    body = template.get("EmailMessage") or "Your verification code is {####}. "
    save_for_retrospection(
        {
            "Id": str(uuid.uuid4()),
            "Region": pool.region,
            "Source": pool.extended_config["EmailConfiguration"].get("From", "no-reply@verificationemail.com"),
            "Destination": {"ToAddresses": [to]},
            "Subject": template.get("EmailSubject") or "Your verification code",
            "Body": {"text_part": body.replace("{####}", CODE), "html_part": None},
        }
    )


def _refusal(code: str, message: str) -> CommonServiceException:
    return CommonServiceException(code, message, status_code=400, sender_fault=True)
