"""What the packager made of the same inputs before: the way past resolving, compiling and writing.

A recipe's key covers everything that decides, read from the files themselves: own sources, requirements, platform,
options, packager, compressor, compiler. No date and no size is trusted to say that an artefact is the right one; but
one that was proven sound is not read again until its file has another date, size or place.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from eventyard.packaging.dependencies.requirements import deciding_files
from eventyard.packaging.identity import CODEC, PACKAGER, digest
from eventyard.packaging.model import Artefact, Part

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from eventyard.packaging.bytecode import Compiler
    from eventyard.packaging.cache import Cache
    from eventyard.packaging.model import Options, Platform
    from eventyard.packaging.sources.members import Source

KIND = "recipes"
ARTEFACTS = "artefacts"
_PROVEN = "proven"


class _DamagedError(Exception):
    """What is wrong with an artefact, and where it lies."""


@dataclass(frozen=True)
class Recipe:
    """How a function's artefact came out."""

    file: str
    hash: str
    handler: str
    size: int
    unpacked_size: int
    parts: tuple[Part, ...]
    stripped: int = 0

    def artefact(self, cache: Cache, platform: Platform, *, reused: bool) -> Artefact:
        """Return the artefact it tells of."""
        return Artefact(
            filename=cache.path(ARTEFACTS, self.file),
            hash=self.hash,
            handler=self.handler,
            runtime=platform.runtime,
            architecture=platform.architecture,
            size=self.size,
            unpacked_size=self.unpacked_size,
            parts=self.parts,
            stripped=self.stripped,
            reused=reused,
        )


def key(source: Source, platform: Platform, options: Options, compiler: Compiler | None, *, strict: bool) -> str:
    """Return the key of a function's recipe."""
    requirements = [
        [file.name, hashlib.sha256(file.read_bytes()).hexdigest()] for file in deciding_files(source.folder)
    ]
    return digest(
        [
            [[member.path, member.mode, member.digest] for member in source.members],
            source.handler,
            requirements,
            platform.tag,
            [options.strip, sorted(options.from_source), strict],
            [compiler.tag, compiler.release] if compiler else None,
            [PACKAGER, CODEC],
        ]
    )


def find(cache: Cache, name: str, say: Callable[[str], object] = lambda _: None) -> Recipe | None:
    """Return the recipe of that key, if its artefact is there, whole.

    Parameters
    ----------
    cache
        The cache.
    name
        The recipe's key.
    say
        Told of an artefact that was damaged: None is returned, and it will be made anew.
    """
    path = cache.path(KIND, f"{name}.json")
    try:
        document = json.loads(path.read_bytes())
        proven = document.pop(_PROVEN, None)
        recipe = Recipe(**{**document, "parts": tuple(Part(*row) for row in document["parts"])})
        artefact = cache.path(ARTEFACTS, recipe.file)
        there = _there(artefact)
        if there != proven:
            _prove(artefact, recipe.size)
            keep(cache, name, recipe)
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return None
    except (_DamagedError, OSError) as error:
        say(f"an artefact in the cache is made anew: {error}")
        return None
    cache.used(path)
    cache.used(artefact)
    return recipe


def keep(cache: Cache, name: str, recipe: Recipe) -> None:
    """Keep a recipe under its key; its artefact is there, and sound."""
    document = {**asdict(recipe), "parts": [list(asdict(part).values()) for part in recipe.parts]}
    document[_PROVEN] = _there(cache.path(ARTEFACTS, recipe.file))
    with cache.writing(KIND, f"{name}.json") as scratch:
        scratch.write_text(json.dumps(document), encoding="utf-8")


def _there(artefact: Path) -> list[int]:
    """Return what a file's system says of it: whoever writes to it changes that."""
    found = artefact.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ino]


def _prove(artefact: Path, size: int) -> None:
    """Read an artefact, and compare every member's checksum."""
    from eventyard.packaging.archives import zips  # noqa: PLC0415 - a run with nothing to do reads no zip

    found = artefact.stat().st_size
    if found != size:
        raise _DamagedError(f"`{artefact}` has {found} bytes instead of {size}")
    try:
        zips.prove(artefact, zips.directory(artefact))
    except zips.NotSoundError as error:
        raise _DamagedError(f"`{artefact}`: {error}") from None
