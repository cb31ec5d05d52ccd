"""Handlers to deterministic, content-addressed zips and a manifest.

Whose functions: `handlers` (a project's), `standalone` and `placing` (any folder's). What they are made of: `sources`
(our own files), `dependencies` (locks and wheels), `bytecode`. How it becomes a zip: `archives`. What has been made:
`recipes`, `identity`, `cache` with `sharing` and `trim`. `build` puts them in order, with a `toolbox`; `report` and
`sbom` tell what came out.
"""

from eventyard.packaging.model import Artefact, Manifest, Options, Part, Platform
from eventyard.packaging.toolbox import Toolbox

__all__ = ["Artefact", "Manifest", "Options", "Part", "Platform", "Toolbox"]
