"""The handlers that are packaged: four sorts, in the mix of a team that has a few heavy ones.

Of each twelve, six need no dependencies, three Powertools and pydantic, two requests and PyJWT with cryptography, one
pandas. Their locks are kept in `corpus/`, so that every run everywhere packages the same.
"""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SOURCES = Path(__file__).with_name("corpus")
MIX = (
    *("plain", "validated", "plain", "signed", "plain", "tabular"),
    *("plain", "validated", "plain", "signed", "plain", "validated"),
)
"""One sort of function after the other: 6, 3, 2 and 1 of each twelve."""

EDITED = "validated-002"
"""The function that the row "one file edited" edits: one with Powertools and pydantic."""

STARTS = {
    "validated-002": ("Powertools Logger", "pydantic model"),
    "signed-004": ("requests", "PyJWT with cryptography"),
    "tabular-006": ("pandas",),
    "pinned-001": ("boto3",),
}
"""Which function holds what the table of imports imports; the one with boto3 is not among the twelve."""

_NOT_PACKAGED = ("event.json", "__pycache__")
_edits = itertools.count()


def names(count: int) -> list[str]:
    """Return the functions' names in the order of the mix: `plain-001`, `validated-002` …"""
    return [f"{sort}-{number:03d}" for number, sort in zip(range(1, count + 1), itertools.cycle(MIX), strict=False)]


TWELVE = tuple(names(len(MIX)))
"""The functions that every tool packages."""


def sort(name: str) -> str:
    """Return which sort of function `name` is."""
    return name.rpartition("-")[0]


def expected(name: str) -> str:
    """Return what is in a function's answer to its sort's `event.json`, when it works."""
    return {"plain": "1.5 KB", "validated": "'batchItemFailures': []", "signed": "401", "tabular": "cake"}[sort(name)]


def write(folder: Path, functions: Iterable[str], *, backwards: bool = False) -> None:
    """Write functions into `folder`, which is made anew; their names say of which sort they are.

    Each has a module of its own that says its name, so that no two functions are the same. `backwards` makes the files
    in another order, which a file system may then list them in.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in sorted(functions, reverse=backwards):
        target = folder / name
        target.mkdir()
        files = {
            source.name: source.read_text(encoding="utf-8")
            for source in (SOURCES / sort(name)).iterdir()
            if source.name not in _NOT_PACKAGED
        }
        files["about.py"] = f'"""What this function is."""\n\nFUNCTION = "{name}"\n'
        for file in sorted(files, reverse=backwards):
            (target / file).write_text(files[file], encoding="utf-8")


def edit(folder: Path) -> str:
    """Change one file to something it never was before; return the line that is now its last."""
    file = folder / EDITED / "app.py"
    line = f"# Edited {next(_edits)}"
    file.write_text(f"{(SOURCES / sort(EDITED) / 'app.py').read_text(encoding='utf-8')}\n\n{line}\n", encoding="utf-8")
    return line
