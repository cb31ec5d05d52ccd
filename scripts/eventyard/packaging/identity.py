"""An artefact's name: the same on every machine for the same inputs, another for any other.

It is taken from what goes in, not from the zip's bytes, so two machines agree whatever compresses there; and not from
compiled bytecode, so they agree whatever their Python's patch release.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from eventyard.packaging.archives.wheel import Wheel
    from eventyard.packaging.model import Platform
    from eventyard.packaging.sources.members import Member

# Raise it with any change to what the packager makes of the same inputs.
PACKAGER = "2"

# The compressor of our own files. Its bytes are stable for one version only, so pyproject.toml names exactly this one.
CODEC = "deflate 0.9.0, level 6"


def identity(
    members: Iterable[Member],
    wheels: Iterable[Wheel],
    *,
    handler: str,
    platform: Platform,
    bytecode: str | None,
    strip: bool,
) -> str:
    """Return an artefact's identity.

    Parameters
    ----------
    members
        The function's own files.
    wheels
        Its dependencies; a wheel's hash covers all its files.
    handler
        Lambda's handler string.
    platform
        What it is made for; a host's artefact never has the name of one for Lambda.
    bytecode
        Which Python's bytecode travels along, such as `cpython-313`, if any does.
    strip
        Whether tests, stubs and headers of dependencies stay behind.
    """
    return digest(
        {
            "files": sorted([member.path, member.mode, member.digest] for member in members),
            "wheels": sorted(wheel.sha256 for wheel in wheels),
            "handler": handler,
            "runtime": platform.runtime,
            "architecture": platform.architecture,
            "platform": platform.tag,
            "bytecode": bytecode,
            "strip": strip,
            "packager": PACKAGER,
        }
    )


def digest(value: dict[str, object] | Sequence[object]) -> str:
    """Return the SHA-256 of a JSON value in its one canonical form."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
