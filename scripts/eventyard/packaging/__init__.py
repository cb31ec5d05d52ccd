"""Handlers to deterministic, content-addressed zips and a manifest.

Each file has one job: `sources` finds what a function consists of, `requirements` reads its lock,
`dependencies` installs it for the platform, `bytecode` compiles, `identity` names the result, `archive` writes
it, `cache` keeps it, and `build` puts them in order.
"""

from eventyard.packaging.build import package
from eventyard.packaging.lock import lock
from eventyard.packaging.model import Artefact, Manifest, Platform
from eventyard.packaging.sources import discover

__all__ = ["Artefact", "Manifest", "Platform", "discover", "lock", "package"]
