# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""Policies can ask for an instance's tags, also where the request is to tag it.

On AWS `aws:ResourceTag/…` holds the tags of the instance that StartInstances, StopInstances, CreateTags or DeleteTags
names, and the last two have that instance for their resource. MiniStack knows no tags of instances there, and takes
every tagging request for one on `*`.

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


def install() -> None:
    """Name the instance as the resource of tagging requests, and find its tags."""
    tagging._RESOURCE_TAG_COLLECTORS["ec2"] = _instance_tags
    original = iam_actions.extract_resource_arn

    def extract(service: str, *rest: Any) -> Any:
        arn = original(service, *rest)
        if service != "ec2" or arn != "*":
            return arn
        query = rest[4]
        resource = iam_actions._query_param(query, "ResourceId.1")
        if iam_actions._query_param(query, "Action") in _TAGGING and resource.startswith("i-"):
            return _arn(resource)
        return arn

    iam_actions.extract_resource_arn = extract


def _instance_tags() -> Iterator[tuple[str, list[dict[str, str]]]]:
    for iid in list(ec2._instances):
        yield _arn(iid), ec2._tags.get(iid, [])


def _arn(iid: str) -> str:
    return f"arn:aws:ec2:{get_region()}:{get_account_id()}:instance/{iid}"
