"""Where Lambda takes new code from: the call itself, or the environment's bucket where it is too large for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eventyard.deployment import bucket
from eventyard.packaging.limits import PACKED_BYTES, TooLarge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eventyard.deployment import Context

    from .matching import Pair


def place(context: Context, pair: Pair) -> Mapping[str, Any]:
    """Return the arguments that name an artefact's bytes, put into the bucket first where they must be.

    Raises
    ------
    TooLarge
        Lambda takes less with the call, and the environment names no bucket.
    BucketError
        The bucket is missing or can't be used.
    """
    artefact = pair.artefact
    if artefact.filename and artefact.size <= PACKED_BYTES:
        return {"ZipFile": artefact.file.read_bytes()}
    found = bucket.Bucket.of(context)
    if found is None:
        raise TooLarge(
            f"The artefact of `{pair.label}` has {artefact.size} bytes; Lambda takes {PACKED_BYTES} with the call",
            where=str(artefact.filename),
            fix=f"set `artefacts.bucket` in [environments.{context.environment.name}] of eventyard.toml",
        )
    key = found.artefacts.object_key(artefact.hash)
    if not found.has(key):
        found.put(key, artefact.file)
    return {"S3Bucket": found.artefacts.bucket, "S3Key": key}
