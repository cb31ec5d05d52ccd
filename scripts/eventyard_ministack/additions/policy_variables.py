# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A policy's variables stand for what is known of the caller.

IAM puts `${aws:username}` and the like, in resources and in the values of conditions, in before it compares; a variable
without a value matches nothing. Credentials of an identity pool know `cognito-identity.amazonaws.com:sub` (the identity
id), `:aud` (the pool) and `:amr`. MiniStack takes variables literally and knows none of the three, so that nobody
reaches what a policy calls their own.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ministack.core import iam_evaluator
from ministack.services import sts

if TYPE_CHECKING:
    from collections.abc import Mapping

_VARIABLE = re.compile(r"\$\{([\w:./-]+)\}")
_COGNITO = "cognito-identity.amazonaws.com"


def install() -> None:
    """Say who the caller is, and put it into policies before they are evaluated."""
    keys_of, evaluate = iam_evaluator._principal_keys, iam_evaluator.evaluate

    def principal_keys(credential: Any) -> dict[str, Any]:
        keys: dict[str, Any] = keys_of(credential)
        session = sts._sessions.get(credential.access_key_id) or {}
        if session.get("_identity_id"):
            keys[f"{_COGNITO}:sub"] = session["_identity_id"]
            keys[f"{_COGNITO}:aud"] = session["_identity_pool_id"]
            keys[f"{_COGNITO}:amr"] = session["_cognito_amr"]
        return keys

    def evaluate_with_values(context: Any, policies: Any, *limits: Any) -> Any:
        known = {name: value for name, value in context.principal_keys.items() if isinstance(value, str)}
        return evaluate(
            context, *([[_said(one, known) for one in document] for document in layer] for layer in (policies, *limits))
        )

    iam_evaluator._principal_keys = principal_keys
    iam_evaluator.evaluate = evaluate_with_values


def _said(statement: Any, known: Mapping[str, str]) -> Any:
    return replace(
        statement,
        resources=_filled(statement.resources, known),
        not_resources=_filled(statement.not_resources, known),
        conditions=_filled(statement.conditions, known),
    )


def _filled(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _VARIABLE.sub(lambda found: known.get(found[1].lower(), found[0]), value) if "${" in value else value
    if isinstance(value, list):
        return [_filled(item, known) for item in value]
    if isinstance(value, dict):
        return {name: _filled(item, known) for name, item in value.items()}
    return value
