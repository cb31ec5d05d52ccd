"""Lambda's limits on an artefact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eventyard.packaging.members import Member

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
PACKED_BYTES = 50 * 1024 * 1024
UNPACKED_BYTES = 250 * 1024 * 1024
_NAMED = 3


class TooLarge(EventyardError):  # noqa: N818 - reads as what happened
    """An artefact is larger than Lambda takes."""


def check_unpacked(name: str, members: Iterable[Member]) -> int:
    """Return the size of all files together, or refuse it before anything is compressed."""
    members = list(members)
    size = sum(member.size for member in members)
    if size > UNPACKED_BYTES:
        raise TooLarge(
            f"`{name}` unpacks to {_megabytes(size)}; Lambda takes {_megabytes(UNPACKED_BYTES)}",
            where=_heaviest(members),
            fix="split the function, or drop a dependency",
        )
    return size


def check_packed(name: str, size: int, members: Iterable[Member]) -> None:
    """Refuse a zip that can't be uploaded."""
    if size > PACKED_BYTES:
        raise TooLarge(
            f"The artefact of `{name}` is {_megabytes(size)}; Lambda takes {_megabytes(PACKED_BYTES)} in an upload",
            where=_heaviest(members),
            fix="split the function, or drop a dependency",
        )


def _heaviest(members: Iterable[Member]) -> str:
    first = sorted(members, key=lambda member: -member.size)[:_NAMED]
    return "heaviest: " + ", ".join(f"{member.path} ({_megabytes(member.size)})" for member in first)


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"
