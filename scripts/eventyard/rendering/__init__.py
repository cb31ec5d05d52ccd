"""Jinja2 templates to files that are parsed before they are written.

`engine` renders and checks, `files` writes, `source` reads what a stack declares, `inputs` chooses its values,
`root` puts a root module together, `site` a stack's pages.
"""

from __future__ import annotations

from .engine import Engine, RenderingError
from .inputs import House, inputs
from .root import Provider, Root, render
from .site import Page, render_site
from .source import StackSource

__all__ = [
    "Engine",
    "House",
    "Page",
    "Provider",
    "RenderingError",
    "Root",
    "StackSource",
    "inputs",
    "render",
    "render_site",
]
