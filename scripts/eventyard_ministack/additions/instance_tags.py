# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""Policies can ask for an instance's tags, also where the request is to tag it.

On AWS `aws:ResourceTag/…` holds the tags of the instance that StartInstances, StopInstances, CreateTags or DeleteTags
names, the last two have that instance for their resource, and a request that names several is allowed when it is for
each. MiniStack knows no tags of instances there, takes every tagging request for one on `*`, and looks at the first
instance only.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.core import iam_actions
from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2, tagging

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAGGING = frozenset({"CreateTags", "DeleteTags"})
# By action, the parameter that lists what the request is for.
_LISTS = {
    **dict.fromkeys(_TAGGING, "ResourceId."),
    **dict.fromkeys(("StartInstances", "StopInstances", "RebootInstances", "TerminateInstances"), "InstanceId."),
}


def install() -> None:
    """Name every instance a request is for as its resource, and find their tags."""
    tagging._RESOURCE_TAG_COLLECTORS["ec2"] = _instance_tags
    first, others = iam_actions.extract_resource_arn, iam_actions.verified_access_resource_arns

    def extract(service: str, *rest: Any) -> Any:
        arn = first(service, *rest)
        resources = _resources(rest[4]) if service == "ec2" and arn == "*" else []
        return resources[0] if resources else arn

    def also_checked(query: dict[str, Any], region: str, account: str) -> list[str]:
        # MiniStack checks all but the first of these, for requests of EC2 alone.
        found: list[str] = others(query, region, account)
        return found or _resources(query)

    iam_actions.extract_resource_arn = extract
    iam_actions.verified_access_resource_arns = also_checked


def _resources(query: dict[str, Any]) -> list[str]:
    prefix = _LISTS.get(iam_actions._query_param(query, "Action"))
    if prefix is None:
        return []
    ids = [iam_actions._query_param(query, name) for name in query if name.startswith(prefix)]
    # What is no instance stays what MiniStack takes it for; the first is the one its own look-up finds.
    first = iam_actions._query_param(query, f"{prefix}1")
    ordered = sorted(ids, key=lambda resource: resource != first)
    return [_arn(resource) if resource.startswith("i-") else "*" for resource in ordered]


def _instance_tags() -> Iterator[tuple[str, list[dict[str, str]]]]:
    for iid in list(ec2._instances):
        yield _arn(iid), ec2._tags.get(iid, [])


def _arn(iid: str) -> str:
    return f"arn:aws:ec2:{get_region()}:{get_account_id()}:instance/{iid}"
