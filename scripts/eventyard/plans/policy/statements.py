"""Policy documents in a plan, statement by statement, wherever an AWS resource holds one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from eventyard.plans.document import UNKNOWN, Document, Resource, as_list, parsed

Sort = Literal["identity", "resource", "key", "trust"]

# type → (argument, sort of policy). A VPC endpoint is not among them: its policy gives nobody anything, it is a sieve,
# by AWS's default an open one.
_POLICIES: dict[str, tuple[tuple[str, Sort], ...]] = {
    "aws_api_gateway_rest_api": (("policy", "resource"),),
    "aws_api_gateway_rest_api_policy": (("policy", "resource"),),
    "aws_backup_vault_policy": (("policy", "resource"),),
    "aws_cloudwatch_event_bus_policy": (("policy", "resource"),),
    "aws_cloudwatch_log_resource_policy": (("policy_document", "resource"),),
    "aws_dynamodb_resource_policy": (("policy", "resource"),),
    "aws_ecr_repository_policy": (("policy", "resource"),),
    "aws_efs_file_system_policy": (("policy", "resource"),),
    "aws_iam_group_policy": (("policy", "identity"),),
    "aws_iam_policy": (("policy", "identity"),),
    "aws_iam_role": (("assume_role_policy", "trust"),),
    "aws_iam_role_policy": (("policy", "identity"),),
    "aws_iam_user_policy": (("policy", "identity"),),
    "aws_iot_policy": (("policy", "identity"),),
    "aws_kinesis_resource_policy": (("policy", "resource"),),
    "aws_kms_key": (("policy", "key"),),
    "aws_kms_key_policy": (("policy", "key"),),
    "aws_s3_access_point": (("policy", "resource"),),
    "aws_s3_bucket": (("policy", "resource"),),
    "aws_s3_bucket_policy": (("policy", "resource"),),
    "aws_secretsmanager_secret": (("policy", "resource"),),
    "aws_secretsmanager_secret_policy": (("policy", "resource"),),
    "aws_ses_identity_policy": (("policy", "resource"),),
    "aws_sesv2_email_identity_policy": (("policy", "resource"),),
    "aws_sns_topic": (("policy", "resource"),),
    "aws_sns_topic_policy": (("policy", "resource"),),
    "aws_sqs_queue": (("policy", "resource"),),
    "aws_sqs_queue_policy": (("policy", "resource"),),
}
_EVERYTHING = re.compile(r"(?:[\w-]+:)?\*+")
_ROOT = re.compile(r"arn:[\w-]+:iam::\d{12}:root|\d{12}")
# Keys that say who calls. `aws:SecureTransport` and the like say only how.
_WHO = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpcsourceip",
        "kms:calleraccount",
    }
)
_NEGATIONS = ("Not", "Null", "IfExists")
_EVERYBODY = frozenset({"", "0.0.0.0/0", "::/0"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One `Allow` statement and the resource that holds it."""

    holder: Resource
    sort: Sort
    body: Mapping[str, Any]

    @property
    def label(self) -> str:
        """Return how messages name it."""
        return f"statement {self.body['Sid']}" if self.body.get("Sid") else "a statement without Sid"

    @property
    def actions(self) -> list[str]:
        """Return its actions."""
        return [str(action) for action in as_list(self.body.get("Action"))]

    @property
    def services(self) -> list[str]:
        """Return the service principals it allows."""
        principal = self.body.get("Principal")
        return [str(s) for s in as_list(principal.get("Service"))] if isinstance(principal, Mapping) else []

    def names_anyone(self) -> bool:
        """Return whether its principal is everybody."""
        principal = self.body.get("Principal")
        names = (
            [name for kind in principal.values() for name in as_list(kind)]
            if isinstance(principal, Mapping)
            else as_list(principal)
        )
        return "NotPrincipal" in self.body or any(str(name).startswith("*") for name in names)

    def is_limited(self) -> bool:
        """Return whether a condition says whose calls are meant, with a value that is not everybody's again."""
        return bool(_WHO & set(self.conditions()))

    def conditions(self) -> dict[str, list[str]]:
        """Return the values of the condition keys, in lower case, that bind: neither negated nor optional, nor `*`."""
        found: dict[str, list[str]] = {}
        for operator, keys in (self.body.get("Condition") or {}).items():
            if any(word in operator for word in _NEGATIONS):
                continue
            for key, values in keys.items():
                if not any(str(value).strip("*") in _EVERYBODY for value in as_list(values)):
                    found.setdefault(key.lower(), []).extend(str(value) for value in as_list(values))
        return found

    def allows_everything(self) -> bool:
        """Return whether it allows every action there is, or every one of a service."""
        return "NotAction" in self.body or any(_EVERYTHING.fullmatch(action) for action in self.actions)

    def hands_key_to_account(self) -> bool:
        """Return whether it is a key policy's first statement, which leaves the key to the account's IAM.

        AWS's default, and its advice: without it a key can become unmanageable for ever.
        """
        principal = self.body.get("Principal")
        names = as_list(principal.get("AWS")) if isinstance(principal, Mapping) else []
        return self.sort == "key" and bool(names) and all(_ROOT.fullmatch(str(name)) for name in names)


@dataclass(frozen=True, slots=True)
class Unseen:
    """A policy, or a statement of one, that the plan does not show."""

    holder: Resource
    sort: Sort


def allowed(document: Document) -> Iterator[Statement | Unseen]:
    """Yield every `Allow` statement, and what of it the plan hides.

    A policy that holds one unknown ARN is unknown as a whole, unless it is an `aws_iam_policy_document`: that shows its
    actions, principals and conditions all the same.
    """
    for type_, arguments in _POLICIES.items():
        for resource in document.of(type_):
            for argument, sort in arguments:
                yield from _of_policy(document, resource, argument, sort)


def _of_policy(document: Document, resource: Resource, argument: str, sort: Sort) -> Iterator[Statement | Unseen]:
    policy = parsed(resource.optional(argument))
    if policy is UNKNOWN:
        written = document.source(resource, argument, "aws_iam_policy_document")
        bodies = _bodies(written) if written else [UNKNOWN]
    else:
        bodies = as_list(policy.get("Statement")) if isinstance(policy, Mapping) else []
    for body in bodies:
        if body is UNKNOWN:
            yield Unseen(resource, sort)
        elif isinstance(body, Mapping) and body.get("Effect") == "Allow":
            yield Statement(resource, sort, body)


def _bodies(written: Resource) -> list[Any]:
    """Return the statements of a policy document that is put off, as JSON would say them, holes included."""
    statements = written.value("statement")
    mixed_in = any(written.value(f"{kind}_policy_documents") for kind in ("source", "override"))
    if mixed_in or not isinstance(statements, list):
        return [UNKNOWN]
    return [_body(statement, written) for statement in statements]


def _body(statement: Any, written: Resource) -> Any:
    if not isinstance(statement, Mapping):
        return UNKNOWN
    principals, conditions = statement.get("principals") or [], statement.get("condition") or []
    shown = [statement.get("effect"), statement.get("actions"), statement.get("not_actions"), principals, conditions]
    if any(_has_hole(value) for value in shown[:-1]) or conditions is UNKNOWN:
        return UNKNOWN
    body: dict[str, Any] = {"Effect": statement.get("effect") or "Allow", "Sid": statement.get("sid")}
    body["Action"] = as_list(statement.get("actions"))
    if statement.get("not_actions"):
        body["NotAction"] = statement["not_actions"]
    if statement.get("not_principals"):
        body["NotPrincipal"] = statement["not_principals"]
    body["Principal"] = {}
    for principal in principals:
        body["Principal"].setdefault(principal["type"], []).extend(principal["identifiers"])
    body["Condition"] = {}
    for condition in conditions:
        values = condition["values"]
        if _has_hole(values):
            # a reference tells what it will be the ARN of, if there is only one
            types = {name.split(".")[0] for name in written.references.get("statement", ()) if name.endswith(".arn")}
            if len(types) != 1:
                return UNKNOWN
            values = [arn_of(types.pop())]
        body["Condition"].setdefault(condition["test"], {})[condition["variable"]] = values
    return body


def arn_of(type_: str) -> str:
    """Return what stands for the ARN, not known yet, of a resource of this plan."""
    return f"the ARN of {type_}"


def _has_hole(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_has_hole(inner) for inner in value.values())
    if isinstance(value, list):
        return any(_has_hole(inner) for inner in value)
    return value is UNKNOWN
