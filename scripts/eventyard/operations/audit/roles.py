"""The roles of an applied stack, and the policies they have now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eventyard.deployment.functions import instances
from eventyard.operations.audit.policies import Statement, statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eventyard.operations.session import Session

_AWS_OWN = ":iam::aws:policy/"


@dataclass(frozen=True)
class Role:
    """One role of a stack.

    Parameters
    ----------
    address
        Its address in Terraform, such as `module.send.aws_iam_role.this`.
    arn
        Its ARN: calls are made under it.
    services
        Services that may take it, such as `lambda.amazonaws.com`.
    statements
        What its policies say now, inline and attached.
    not_judged
        Policies of AWS's own that are attached: nobody here can narrow them.
    """

    address: str
    arn: str
    services: frozenset[str]
    statements: tuple[Statement, ...]
    not_judged: tuple[str, ...] = ()

    @property
    def owner(self) -> str:
        """What a person knows it by: the module that holds it, or its own address."""
        within = self.address.removeprefix("module.stack.")
        return within.rpartition(".aws_iam_role.")[0] or within


def of_stack(state: Mapping[str, Any], session: Session) -> list[Role]:
    """Return the roles a state holds; the state knows which, IAM what they may do.

    Parameters
    ----------
    state
        Terraform's raw state.
    session
        Where the roles are.
    """
    found = sorted(instances(state, "aws_iam_role"), key=lambda one: one[0])
    client = session.client("iam")
    return [_role(client, address, attributes) for address, attributes in found]


def _role(client: Any, address: str, attributes: Mapping[str, Any]) -> Role:
    attached = list(_attached(client, attributes["name"]))
    documents = {
        **dict(_inline(client, attributes["name"])),
        **{arn: _document(client, arn) for arn in attached if _AWS_OWN not in arn},
    }
    return Role(
        address=address,
        arn=attributes["arn"],
        services=frozenset(_services(attributes["assume_role_policy"])),
        statements=tuple(one for name, document in documents.items() for one in statements(name, document)),
        not_judged=tuple(arn for arn in attached if _AWS_OWN in arn),
    )


def _inline(client: Any, role: str) -> Iterator[tuple[str, Any]]:
    for page in client.get_paginator("list_role_policies").paginate(RoleName=role):
        for name in page["PolicyNames"]:
            yield name, client.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]


def _attached(client: Any, role: str) -> Iterator[str]:
    for page in client.get_paginator("list_attached_role_policies").paginate(RoleName=role):
        yield from (policy["PolicyArn"] for policy in page["AttachedPolicies"])


def _document(client: Any, arn: str) -> Any:
    version = client.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return client.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def _services(trust: str) -> Iterator[str]:
    statement = json.loads(trust)["Statement"]
    for body in statement if isinstance(statement, list) else [statement]:
        principal = body.get("Principal")
        named = principal.get("Service", []) if isinstance(principal, dict) else []
        yield from [named] if isinstance(named, str) else named
