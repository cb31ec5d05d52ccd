"""Lambda's limits on an artefact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventyard.errors import EventyardError
from eventyard.packaging.sizes import human

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eventyard.packaging.archives.entries import Entry
    from eventyard.packaging.model import Artefact

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
PACKED_BYTES = 50 * 1024 * 1024
UNPACKED_BYTES = 250 * 1024 * 1024
_NAMED = 3


class TooLarge(EventyardError):  # noqa: N818 - reads as what happened
    """An artefact is larger than Lambda takes."""


def check_unpacked(name: str, members: Iterable[Entry]) -> int:
    """Return the size of all files together, or refuse it before anything is compressed."""
    members = list(members)
    size = sum(member.size for member in members)
    if size > UNPACKED_BYTES:
        raise TooLarge(
            f"`{name}` unpacks to {human(size)}; Lambda takes {human(UNPACKED_BYTES)}",
            where=_heaviest(members),
            fix="split the function, or drop a dependency",
        )
    return size


def check_packed(artefacts: Mapping[str, Artefact]) -> None:
    """Refuse zips that can't be uploaded with the call that makes the function; for where there is no bucket.

    Raises
    ------
    TooLarge
        Names the function and its heaviest dependencies.
    """
    for name, artefact in artefacts.items():
        if artefact.size > PACKED_BYTES:
            raise TooLarge(
                f"The artefact of `{name}` is {human(artefact.size)}; Lambda takes {human(PACKED_BYTES)} in an upload",
                where=_heaviest_parts(artefact),
                fix="name a bucket to upload through (`artefacts.bucket` of the environment), or drop a dependency",
            )


def _heaviest_parts(artefact: Artefact) -> str:
    first = sorted(artefact.parts, key=lambda part: -part.size)[:_NAMED]
    return "heaviest: " + ", ".join(f"{part.name or 'own code'} ({human(part.size)})" for part in first)


def _heaviest(members: Iterable[Entry]) -> str:
    first = sorted(members, key=lambda member: -member.size)[:_NAMED]
    return "heaviest: " + ", ".join(f"{member.path} ({human(member.size)})" for member in first)
