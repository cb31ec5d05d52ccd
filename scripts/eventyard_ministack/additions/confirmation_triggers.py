# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A user pool calls its function once somebody has confirmed their account or a new password.

Cognito calls the `PostConfirmation` trigger after `ConfirmSignUp`, `AdminConfirmSignUp` and `ConfirmForgotPassword`,
and answers the caller with an error where the function fails; the account is confirmed then all the same. MiniStack
never calls it.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.core.responses import error_response_json, get_region
from ministack.services import cognito, lambda_svc

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = tuple[int, dict[str, str], Any]
Record = dict[str, Any]
_OK = 200


def install() -> None:
    """Call the function behind each call that confirms."""
    for name, source in (
        ("_confirm_sign_up", "PostConfirmation_ConfirmSignUp"),
        ("_admin_confirm_sign_up", "PostConfirmation_ConfirmSignUp"),
        ("_confirm_forgot_password", "PostConfirmation_ConfirmForgotPassword"),
    ):
        setattr(cognito, name, _confirming(getattr(cognito, name), source))


def _confirming(original: Callable[[Record], Answer], source: str) -> Callable[[Record], Answer]:
    def confirm(data: Record) -> Answer:
        answer = original(data)
        return (answer[0] == _OK and _call(data, source)) or answer

    return confirm


def _call(data: Record, source: str) -> Answer | None:
    """Call the pool's function, if it has one; return the error the caller gets, if it fails."""
    wanted, client = data.get("UserPoolId"), data.get("ClientId")
    pool = next(one for key, one in cognito._user_pools.items() if key == wanted or client in one["_clients"])
    arn = (pool.get("LambdaConfig") or {}).get("PostConfirmation")
    if not arn:
        return None
    user, _ = cognito._resolve_user(pool, data["Username"])
    event = {
        "version": "1",
        "triggerSource": source,
        "region": get_region(),
        "userPoolId": pool["Id"],
        "userName": user["Username"],
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": client},
        "request": {
            "userAttributes": {
                **cognito._attr_list_to_dict(user["Attributes"]),
                "cognito:user_status": user["UserStatus"],
            },
            "clientMetadata": data.get("ClientMetadata") or {},
        },
        "response": {},
    }
    function, config, _ = lambda_svc._get_func_record_for_ref(arn)
    if not function:
        return _refusal("UnexpectedLambdaException", f"PostConfirmation invocation failed: there is no {arn}")
    record = lambda_svc._execution_record_for_config(function, {**config, "FunctionArn": arn})
    result = lambda_svc._execute_function_with_config_scope(record, event)
    if not result.get("error"):
        return None
    message = (result.get("body") or {}).get("errorMessage", "")
    return _refusal("UserLambdaValidationException", f"PostConfirmation failed with error {message}.")


def _refusal(code: str, message: str) -> Answer:
    answer: Answer = error_response_json(code, message, 400)
    return answer
