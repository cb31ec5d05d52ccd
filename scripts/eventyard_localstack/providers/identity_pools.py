"""Identity pools: settings from moto, with the roles it lacks. Credentials are refused: moto gives them to anybody.

https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_SetIdentityPoolRoles.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localstack.aws.api import CommonServiceException
from moto.cognitoidentity.models import cognitoidentity_backends

from eventyard_localstack.providers.moto_service import moto_service, plugin

if TYPE_CHECKING:
    from localstack.services.plugins import Service

_KEPT = "_eventyard_roles"


def _make() -> Service:
    return moto_service(
        "cognito-identity",
        instead={
            "SetIdentityPoolRoles": _set_roles,
            "GetIdentityPoolRoles": _get_roles,
            "GetCredentialsForIdentity": _refused,
            "GetOpenIdToken": _refused,
            "GetOpenIdTokenForDeveloperIdentity": _refused,
        },
    )


provide = plugin("cognito-identity", _make)


def _pool(context: Any, request: dict[str, Any]) -> Any:
    pools = cognitoidentity_backends[context.account_id][context.region].identity_pools
    if request["IdentityPoolId"] not in pools:
        raise CommonServiceException(
            "ResourceNotFoundException", f"IdentityPool '{request['IdentityPoolId']}' not found.", 400
        )
    return pools[request["IdentityPoolId"]]


def _set_roles(context: Any, request: dict[str, Any]) -> dict[str, Any]:
    _pool(context, request).__dict__[_KEPT] = {
        name: request[name] for name in ("Roles", "RoleMappings") if request.get(name)
    }
    return {}


def _get_roles(context: Any, request: dict[str, Any]) -> dict[str, Any]:
    kept = _pool(context, request).__dict__.get(_KEPT, {})
    return {"IdentityPoolId": request["IdentityPoolId"], **kept}


def _refused(*_: Any) -> Any:
    raise NotImplementedError("Identity pools give no credentials here: no token would be checked")
