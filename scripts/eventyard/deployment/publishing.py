"""Step: a stack's pages, put where its outputs say, after the apply."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING, Any, Final

from eventyard.errors import EventyardError
from eventyard.rendering import Page, render_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .context import Context
    from .reporting import Outputs

MARK: Final = "eventyard-sha256"
"""Metadata of every object written here; what lacks it is somebody else's, and stays."""

_BATCH: Final = 1000
"""Most keys S3 deletes in one request."""


def publish(context: Context, found: Outputs) -> int:
    """Write every page of the stack; return how many objects changed."""
    changed = 0
    for template, page in found.pages.items():
        try:
            bucket, distribution, config = page["bucket"], page["distribution_id"], page["config"]
        except (KeyError, TypeError) as error:
            raise EventyardError(
                f"The output `pages.{template}` lacks {error}",
                where=str(context.source.folder),
                fix="give `bucket`, `distribution_id`, `url` and `config`",
            ) from error
        pages = render_site(template, config, context.settings.templates_folder)
        count = _upload(context.target.session.client("s3"), bucket, pages)
        if count and distribution:
            _invalidate(context.target.session.client("cloudfront"), distribution)
        context.console.note(f"  {template}: {count} of {len(pages)} objects changed")
        changed += count
    return changed


def withdraw(context: Context, bucket: str) -> int:
    """Delete every version of what `publish` wrote into `bucket`, and nothing else; return how many."""
    client = context.target.session.client("s3")
    ours = {
        key
        for key, version, marker in _versions(client, bucket)
        if not marker and _is_ours(client, bucket, key, version)
    }
    doomed = [{"Key": key, "VersionId": version} for key, version, _ in _versions(client, bucket) if key in ours]
    _delete(client, bucket, doomed)
    return len(ours)


def foreign(context: Context, bucket: str) -> int:
    """Return how many objects of `bucket` `publish` did not write."""
    client = context.target.session.client("s3")
    try:
        return sum(1 for key in _list(client, bucket) if not _mark(client, bucket, key))
    except client.exceptions.NoSuchBucket:
        return 0


def _upload(client: Any, bucket: str, pages: list[Page]) -> int:
    there = _list(client, bucket)
    changed = 0
    for page in pages:
        digest = hashlib.sha256(f"{page.content_type}\0{page.cache_control}\0".encode() + page.body).hexdigest()
        if page.key in there and _mark(client, bucket, page.key) == digest:
            continue
        client.put_object(
            Bucket=bucket,
            Key=page.key,
            Body=page.body,
            ContentType=page.content_type,
            CacheControl=page.cache_control,
            Metadata={MARK: digest},
        )
        changed += 1
    stale = [key for key in there - {page.key for page in pages} if _mark(client, bucket, key)]
    _delete(client, bucket, [{"Key": key} for key in stale])
    return changed + len(stale)


def _list(client: Any, bucket: str) -> set[str]:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {entry["Key"] for page in pages for entry in page.get("Contents", ())}


def _versions(client: Any, bucket: str) -> Iterator[tuple[str, str, bool]]:
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for name, marker in (("Versions", False), ("DeleteMarkers", True)):
            for entry in page.get(name, ()):
                yield entry["Key"], entry["VersionId"], marker


def _mark(client: Any, bucket: str, key: str) -> str | None:
    found = client.head_object(Bucket=bucket, Key=key)["Metadata"].get(MARK)
    return str(found) if found else None


def _is_ours(client: Any, bucket: str, key: str, version: str) -> bool:
    named = {} if version in ("", "null") else {"VersionId": version}
    return MARK in client.head_object(Bucket=bucket, Key=key, **named)["Metadata"]


def _delete(client: Any, bucket: str, objects: list[dict[str, str]]) -> None:
    for start in range(0, len(objects), _BATCH):
        answer = client.delete_objects(
            Bucket=bucket, Delete={"Objects": objects[start : start + _BATCH], "Quiet": True}
        )
        for error in answer.get("Errors", ()):
            raise EventyardError(
                f"S3 could not delete `{error['Key']}`: {error.get('Message', error.get('Code'))}", where=bucket
            )


def _invalidate(client: Any, distribution: str) -> None:
    client.create_invalidation(
        DistributionId=distribution,
        InvalidationBatch={"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": uuid.uuid4().hex},
    )
