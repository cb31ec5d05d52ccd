"""The drawings that stand in a stack's folder: an SVG, and the same as Mermaid in a marked part of the README."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from eventyard.diagrams.mermaid import fenced
from eventyard.diagrams.svg import svg
from eventyard.reference.tables import between_markers
from eventyard.rendering import files

if TYPE_CHECKING:
    from pathlib import Path

    from eventyard.diagrams.graph import Graph

PICTURE: Final = "diagram.svg"
PART: Final = "diagram"


def parts(readme: str, graph: Graph) -> tuple[str, str]:
    """Return a README with the picture in its marked part, and the picture."""
    part = (
        f"[![{graph.title}: what triggers what]({PICTURE})]({PICTURE})\n\n"
        f"<details>\n<summary>The same as Mermaid</summary>\n\n{fenced(graph)}\n\n</details>"
    )
    return between_markers(readme, part, PART), svg(graph)


def texts(folder: Path, graph: Graph) -> dict[Path, str]:
    """Return what the files of a stack that hold its picture should say."""
    readme = folder / "README.md"
    text, picture = parts(readme.read_text(encoding="utf-8") if readme.is_file() else f"# {folder.name}\n", graph)
    return {folder / PICTURE: picture, readme: text}


def write(folder: Path, graph: Graph) -> list[Path]:
    """Write what is out of date, and return it."""
    return [file for file, text in texts(folder, graph).items() if files.write(file, text)]


def stale(folder: Path, graph: Graph) -> list[Path]:
    """Return what is out of date."""
    return [
        file
        for file, text in texts(folder, graph).items()
        if not file.is_file() or file.read_text(encoding="utf-8") != text
    ]
