# ruff: noqa: SLF001 - this reaches into the one version of MiniStack it is written for
"""Every decision of IAM is kept, with the statements it rests on.

CloudTrail tells who called what; which statement of which policy let them, AWS tells nobody. Here each check of IAM is
kept: the role, user or root behind the key, the action, the resource, what was decided, and every statement that allows
it (or the one that denies). Not kept is what MiniStack does not check: requests without a signature or with a bad one,
and what services do for each other, such as a queue's poller or a rule's call of its target.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import iam

if TYPE_CHECKING:
    from eventyard_ministack.recording import Calls

_DECISIONS = {"Allow": "allowed", "Deny": "explicitly denied", "ImplicitDeny": "implicitly denied"}


@dataclass
class _Named(iam_evaluator.ParsedStatement):  # type: ignore[misc]  # MiniStack has no types
    """A statement that knows where it stands: `policy#Sid`, or `policy#2` for a third one without a Sid."""

    place: str = ""


@dataclass
class _Check:
    """What the evaluation of one request's identity policies came to."""

    principal: str = ""
    decision: str = ""
    by: list[str] = field(default_factory=list)


# Set while a request is checked: an evaluation of anything else is nobody's call.
_check: ContextVar[_Check | None] = ContextVar("check", default=None)


def install(calls: Calls) -> None:
    """Keep what IAM decides from now on; before the additions, so that what they put right is kept as they have it."""
    iam_evaluator._gather_role_policies = _role_policies
    _note_evaluations()
    _keep_decisions(calls)
    reset = app._reset_all_state

    def reset_calls_too() -> None:
        reset()
        calls.clear()

    app._reset_all_state = reset_calls_too


def _note_evaluations() -> None:
    evaluate = iam_evaluator.evaluate

    def evaluate_and_note(context: Any, policies: Any, *limits: Any) -> Any:
        result, check = evaluate(context, policies, *limits), _check.get()
        # The first is of the caller's own policies; a resource's own policy comes after it.
        if check is not None and not check.decision:
            check.principal, check.decision = context.principal_arn, result.decision
            effect = {"Allow": "Allow", "Deny": "Deny"}.get(result.decision)
            layers = (policies,) if effect == "Allow" else (policies, *limits)
            check.by = _matching(context, layers, effect) if effect else []
        return result

    iam_evaluator.evaluate = evaluate_and_note


def _keep_decisions(calls: Calls) -> None:
    enforce = iam_evaluator.enforce

    def enforce_and_keep(key: str, action: str, service: str, region: str, resource_arn: str = "*", **rest: Any) -> Any:
        check = _Check()
        token = _check.set(check)
        try:
            denied = enforce(key, action, service, region, resource_arn=resource_arn, **rest)
        finally:
            _check.reset(token)
        if not isinstance(denied, iam_evaluator.AuthError) and (key or check.decision):
            calls.add(
                {
                    "principal": _principal(key, check.principal),
                    "action": action,
                    "resource": resource_arn,
                    "decision": _DECISIONS[denied.decision if denied else "Allow"],
                    "by": _reasons(check, denied),
                }
            )
        return denied

    iam_evaluator.enforce = enforce_and_keep


def _reasons(check: _Check, denied: Any) -> list[str]:
    final = denied.decision if denied else "Allow"
    if check.decision and check.decision != final:
        return ["the resource's own policy"]
    return check.by


def _matching(context: Any, layers: Any, effect: str) -> list[str]:
    return [
        getattr(statement, "place", "") or "a policy that is no role's"
        for layer in layers
        for document in layer
        for statement in document
        if iam_evaluator._first_match(context, [statement], effect)
    ]


def _principal(key: str, session: str) -> str:
    """Return the ARN of the role behind a session; a user's or the root's own."""
    if not session:  # the root, and what is allowed to everybody: no policy was asked
        known = iam_evaluator.resolve_credential(key, get_account_id())
        session = getattr(known, "principal_arn", "")
    if ":assumed-role/" not in session:
        return session
    account = session.split(":")[4]
    role = iam._roles.get_scoped(account, None, iam_evaluator._role_name_from_assumed_arn(session))
    return str(role["Arn"]) if role else session


def _role_policies(role_name: str, account: str) -> list[list[_Named]]:
    """Return a role's policies as MiniStack does, each statement with its place."""
    role = iam._roles.get_scoped(account, None, role_name) or {}
    documents = dict(role.get("InlinePolicies") or {})
    for arn in role.get("AttachedPolicies", []):
        documents[arn] = iam_evaluator._resolve_managed_policy_document(arn, account)
    return [_named(policy, document) for policy, document in documents.items() if document]


def _named(policy: str, document: Any) -> list[_Named]:
    return [
        _Named(**vars(statement), place=f"{policy}#{statement.sid or number}")
        for number, statement in enumerate(iam_evaluator.parse_policy_document(document))
    ]
