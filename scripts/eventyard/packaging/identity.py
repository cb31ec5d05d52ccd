"""An artefact's name: the same on every machine for the same inputs, another for any other.

It is taken from what goes in, not from the zip's bytes, so two machines agree whatever their zlib; and not from
compiled bytecode, so they agree whatever their Python's patch release.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from eventyard.packaging.members import Member
    from eventyard.packaging.model import Platform

# Raise it with any change to what the packager makes of the same inputs.
PACKAGER = "1"


def identity(
    members: Iterable[Member], *, handler: str, platform: Platform, lock: str | None, bytecode: str | None
) -> str:
    """Return an artefact's identity.

    Parameters
    ----------
    members
        All files but compiled bytecode.
    handler
        Lambda's handler string.
    platform
        What it is made for; a host's artefact never has the name of one for Lambda.
    lock
        Digest of the function's locked dependencies, if it has any.
    bytecode
        Which Python's bytecode travels along, such as `cpython-313`, if any does.
    """
    return digest(
        {
            "files": sorted([member.path, member.mode, member.digest] for member in members),
            "handler": handler,
            "runtime": platform.runtime,
            "architecture": platform.architecture,
            "platform": platform.tag,
            "lock": lock,
            "bytecode": bytecode,
            "packager": PACKAGER,
        }
    )


def digest(value: dict[str, object] | Sequence[object]) -> str:
    """Return the SHA-256 of a JSON value in its one canonical form."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
