"""Step: artefacts put in the environment's bucket by their hash, before anything is planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from eventyard.errors import EventyardError
from eventyard.packaging.limits import check_packed
from eventyard.packaging.sizes import human

from .bucket import Bucket

if TYPE_CHECKING:
    from eventyard.packaging import Artefact, Manifest

    from .context import Context

_AT_ONCE: Final = 8
"""Requests to S3 at a time: it answers in tens of milliseconds, and a stack has about as many functions."""


def upload(context: Context, manifest: Manifest) -> None:
    """Put every artefact in the bucket that isn't there yet; without a bucket, refuse what no upload takes.

    Two pipelines may put the same artefact at once: it is named by what is in it, and the second finds it there.

    Raises
    ------
    BucketError
        The bucket is missing or can't be used.
    TooLarge
        There is no bucket, and Lambda takes less with the call itself.
    EventyardError
        An artefact is neither on this machine nor in the bucket.
    """
    bucket = Bucket.of(context)
    if bucket is None:
        check_packed(manifest.handlers)
        return
    if not manifest.handlers:
        return
    bucket.check()
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - only where there is a bucket

    named = {artefact.hash: (name, artefact) for name, artefact in manifest.handlers.items()}
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        sizes = list(pool.map(lambda one: _put(bucket, *one), named.values()))
    put = [size for size in sizes if size is not None]
    context.console.note(
        f"  {bucket}: {len(put)} of {len(sizes)} artefacts put ({human(sum(put))})"
        if put
        else f"  {bucket}: every artefact is there"
    )


def _put(bucket: Bucket, name: str, artefact: Artefact) -> int | None:
    """Put an artefact and its bill of materials; return how much that was, None when the artefact was there."""
    key = bucket.artefacts.object_key(artefact.hash)
    if bucket.has(key):
        return None
    if artefact.filename is None or not artefact.filename.is_file():
        raise EventyardError(
            f"The artefact of `{name}` is neither on this machine nor in the bucket",
            where=f"s3://{bucket.artefacts.bucket}/{key}",
            fix="restore the object's former version, or package again from the commit it was made from",
        )
    from eventyard.packaging import sbom  # noqa: PLC0415 - its library is loaded where something is put

    bill = bucket.artefacts.bill_key(artefact.hash)
    if not bucket.has(bill):  # first, so that an artefact that is there has its bill
        bucket.write(bill, sbom.document(artefact, name))
    return artefact.size if bucket.put(key, artefact.filename) else None
