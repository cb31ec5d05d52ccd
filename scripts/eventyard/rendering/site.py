"""A stack's pages: files of `templates/site/<template>`, those named `*.j2` filled from its outputs."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from eventyard import resources

from .engine import Engine, RenderingError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_LASTING: Final = (".avif", ".ico", ".jpg", ".jpeg", ".png", ".webp", ".woff", ".woff2")


@dataclass(frozen=True)
class Page:
    """One object of a site."""

    key: str
    body: bytes
    content_type: str
    cache_control: str


def render_site(template: str, config: Mapping[str, Any], own: Path) -> list[Page]:
    """Return the objects of the site `template`, filled with `config`.

    Parameters
    ----------
    template
        Name of a folder under `site/`: the project's own if there is one, else the kit's.
    config
        What the pages may ask for; each name, and all of it as `config`.
    own
        The project's templates.
    """
    places = [own / "site" / template, resources.data("templates") / "site" / template]
    folder = next((place for place in places if place.is_dir()), None)
    if folder is None:
        raise RenderingError(
            f"There is no site template `{template}`",
            where=str(places[0]),
            fix="make that folder, or mend the stack's output `pages`",
        )
    engine = Engine([folder])
    pages = []
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_dir() or any(part.startswith(("_", ".")) for part in name.split("/")):
            continue
        if name.endswith(".j2"):
            text = engine.render(name, {**config, "config": dict(config)})
            pages.append(_page(name.removesuffix(".j2"), text.encode()))
        else:
            pages.append(_page(name, file.read_bytes()))
    return pages


def _page(key: str, body: bytes) -> Page:
    suffix = PurePosixPath(key).suffix.lower()
    kind = _TYPES.get(suffix) or mimetypes.guess_type(key)[0] or "application/octet-stream"
    # Names carry no hash, so what a release changes is asked for anew each time; only images and fonts may rest.
    lasting = suffix in _LASTING
    return Page(key, body, kind, "public, max-age=86400" if lasting else "no-cache")
