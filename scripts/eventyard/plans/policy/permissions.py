"""Rules on who may do what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eventyard.plans.document import UNKNOWN, Document, Resource
from eventyard.plans.policy.rule import Breach, Rule, unseen
from eventyard.plans.policy.statements import Statement, allowed, arn_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_ACCOUNT = frozenset({"aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"})
# Services whose documented condition is another one: an ARN that holds the account.
_INSTEAD = {
    "cloudfront": ("aws:sourcearn", "aws_cloudfront_distribution"),
    "logs": ("kms:encryptioncontext:aws:logs:arn", "aws_cloudwatch_log_group"),
}
_ALL_OF_A_SERVICE = ("/AdministratorAccess", "/PowerUserAccess", "FullAccess")
_HOLDS_ACCOUNT = re.compile(r":\d{12}:")
# What assumes a role only for a thing of the role's own account, and sends no source account:
# there iam:PassRole is the guard.
_OWN_ROLES_ONLY = frozenset({"apigateway", "ec2", "lambda"})
# What EventBridge calls without saying for which rule; an empty stream is all it can lead to.
_SENDS_NO_SOURCE = frozenset({"logs:CreateLogStream"})


def _principals(document: Document) -> Iterator[Breach]:
    for entry in allowed(document):
        if entry.sort == "identity":
            continue
        if not isinstance(entry, Statement):
            yield unseen(entry.holder, "its policy")
        elif entry.names_anyone() and not entry.is_limited():
            yield Breach(
                entry.holder.address,
                f"{entry.label} allows anybody on AWS",
                "name the principal, or add a condition on `aws:SourceArn`, `aws:PrincipalOrgID` or the like",
            )
    for permission in document.of("aws_lambda_permission", "aws_lambda_layer_version_permission"):
        principal = permission.value("principal")
        organisation = permission.value("principal_org_id") or permission.value("organization_id")
        if principal is UNKNOWN:
            yield unseen(permission, "its principal")
        elif principal == "*" and not organisation:
            yield Breach(permission.address, "anybody on AWS may use it", "name the principal or the organisation")


def _actions(document: Document) -> Iterator[Breach]:
    for entry in allowed(document):
        if not isinstance(entry, Statement):
            yield unseen(entry.holder, "its policy")
        elif entry.allows_everything() and not entry.hands_key_to_account():
            yield Breach(
                entry.holder.address,
                f"{entry.label} allows {', '.join(entry.actions) or 'all actions but some'}",
                "name the actions; a module's `grants` output does",
            )

    for attachment in document.of("aws_iam_role_policy_attachment", "aws_iam_user_policy_attachment"):
        arn = attachment.value("policy_arn")
        # one of this plan's own policies is judged above; of another's only the name is seen
        if isinstance(arn, str) and arn.endswith(_ALL_OF_A_SERVICE):
            yield Breach(
                attachment.address,
                f"attaches {arn.rsplit('/', 1)[-1]}",
                "name the actions in an `aws_iam_role_policy`; a module's `grants` output does",
            )


def _source_accounts(document: Document) -> Iterator[Breach]:
    for permission in document.of("aws_lambda_permission"):
        yield from _permission(permission)
    for entry in allowed(document):
        if entry.sort == "identity":
            continue
        if not isinstance(entry, Statement):
            yield unseen(entry.holder, "its policy")
            continue
        bare = [service for service in entry.services if not _bound(entry, service)]
        if bare:
            yield Breach(
                entry.holder.address,
                f"{entry.label} lets {', '.join(bare)} act for any AWS account",
                "add a condition `StringEquals` on `aws:SourceAccount`, and `ArnLike` on `aws:SourceArn`",
            )


def _permission(permission: Resource) -> Iterator[Breach]:
    principal = permission.value("principal")
    if principal is UNKNOWN:
        yield unseen(permission, "its principal")
        return
    if not str(principal).endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return
    account, arn = permission.value("source_account"), permission.value("source_arn")
    missing = [n for n, v in (("source_account", account), ("source_arn", arn)) if v is None or v == ""]
    if missing == ["source_account"] and _INSTEAD.get(str(principal).split(".", 1)[0], ("",))[0] == "aws:sourcearn":
        if arn is UNKNOWN:
            yield unseen(permission, "its source ARN")
            return
        missing = [] if _HOLDS_ACCOUNT.search(str(arn)) else missing
    if missing:
        yield Breach(
            permission.address,
            f"{principal} may invoke the function for anybody's resources",
            f"set {' and '.join(f'`{name}`' for name in missing)}",
        )
    elif account is UNKNOWN:
        yield unseen(permission, "its source account")


def _bound(statement: Statement, service: str) -> bool:
    name = service.split(".", 1)[0]
    if statement.sort == "trust" and name in _OWN_ROLES_ONLY:
        return True
    if statement.actions and set(statement.actions) <= _SENDS_NO_SOURCE:
        return True
    keys = statement.conditions()
    key, type_ = _INSTEAD.get(name, ("", ""))
    arns = keys.get(key, [])
    own = arn_of(type_)
    return bool(_ACCOUNT & set(keys)) or (bool(arns) and all(a == own or _HOLDS_ACCOUNT.search(a) for a in arns))


RULES = (
    Rule(
        id="service-source-account",
        says="A permission given to an AWS service says for which account, an invoke permission for which resource",
        reason="A service acts for all its customers: without it another account's bucket or rule can use your role,"
        " queue or function",
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        check=_source_accounts,
    ),
    Rule(
        id="wildcard-action",
        says="No policy allows `*` or a whole service; a key's account statement is the documented exception",
        reason="What a function may do should be what it does: the rest is for whoever breaks into it",
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        check=_actions,
    ),
    Rule(
        id="wildcard-principal",
        says="No policy allows everybody without a condition on who calls",
        reason="A queue, topic or bucket open to `*` is open to every AWS account there is",
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/"
        "reference_policies_elements_principal.html#principal-anonymous",
        check=_principals,
    ),
)
