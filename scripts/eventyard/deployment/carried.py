"""A saved plan carries the manifest it was made from: where a bucket has the artefacts, nothing is packaged again.

That is how a plan made on one machine is applied on another, which has the project's files and the folder of the plan,
and may have neither uv nor a way to any package index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eventyard.packaging import Manifest, handlers
from eventyard.packaging.identity import PACKAGER, digest

from . import artefacts, record

if TYPE_CHECKING:
    from .context import Context
    from .releases import Release


@dataclass(frozen=True)
class Prepared:
    """What is to be deployed.

    Parameters
    ----------
    manifest
        Its artefacts.
    release
        The kept manifest they were taken from; None when they were packaged.
    sources
        Identity of what packaging read, taken before it did; empty where no bucket has the artefacts.
    """

    manifest: Manifest
    release: Release | None = None
    sources: str = ""

    @property
    def origin(self) -> str:
        """Id of the kept manifest; empty without one."""
        return self.release.id if self.release else ""


def sources(context: Context) -> str:
    """Return the identity of all that packaging reads, the same on every machine; empty where no bucket is named."""
    if context.environment.artefacts is None:
        return ""
    found = handlers.files(context.settings.handlers_folder)
    options = context.settings.project.packaging.options
    return digest(
        [
            [[one.path, one.mode, one.digest] for one in found.values()],
            artefacts.platform(context).tag,
            [options.bytecode, options.strip, sorted(options.from_source)],
            PACKAGER,
        ]
    )


def leave(context: Context, prepared: Prepared) -> None:
    """Put a plan's manifest beside the plan, where a bucket has its artefacts."""
    if prepared.sources:
        prepared.manifest.without_files().write(context.paths.planned)


def take(context: Context, now: str) -> Manifest | None:
    """Return the saved plan's manifest, if packaging would make the same of sources that are `now`; else None."""
    then = record.Record.read(context.paths.record)
    if not now or then is None or then.sources != now or not context.paths.planned.is_file():
        return None
    return Manifest.read(context.paths.planned)
