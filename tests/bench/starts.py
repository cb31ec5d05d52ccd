"""How long an import takes in a fresh process, from an artefact with bytecode and from one without.

As on Lambda: the runtime's own Python, nothing on its path but its standard library and the unpacked artefact, and
nothing that could be written there. The interpreter's own start is not in the figures.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import tables
from tests.bench.place import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STATEMENTS = {
    "Powertools Logger": "from aws_lambda_powertools import Logger; Logger(service='bench')",
    "pydantic model": "import pydantic; pydantic.create_model('Order', id=(int, ...), tags=(list[str], []))",
    "requests": "import requests",
    "PyJWT with cryptography": "import jwt; from jwt import algorithms; assert algorithms.has_crypto",
    "pandas": "import pandas",
    "boto3": "import boto3",
}
"""What is imported, by what a person calls it."""

_PROGRAM = """
import os, sys, time
sys.path.insert(0, sys.argv[1])
begun = time.perf_counter()
exec(sys.argv[2])
taken = time.perf_counter() - begun
specs = [module.__spec__ for module in list(sys.modules.values()) if getattr(module, '__spec__', None)]
sources = [spec for spec in specs if (spec.origin or '').startswith(sys.argv[1]) and spec.origin.endswith('.py')]
print(taken, len(sources), sum(os.path.exists(spec.cached) for spec in sources))
"""


@dataclass(frozen=True)
class Row:
    """One import: seconds of each run, and the bytes of each artefact's files.

    Parameters
    ----------
    name
        What is imported.
    without, carried
        Seconds without bytecode and with it.
    without_bytes, carried_bytes
        Sizes of the artefacts, unpacked.
    """

    name: str
    without: tuple[float, ...]
    carried: tuple[float, ...]
    without_bytes: int
    carried_bytes: int

    @property
    def ratio(self) -> float:
        """How many times as long the best run without bytecode takes as the best with it."""
        return min(self.without) / min(self.carried)


def measure(
    carried: Mapping[str, Path],
    without: Mapping[str, Path],
    statements: Mapping[str, str],
    python: Path,
    *,
    runs: int = 7,
) -> list[Row]:
    """Measure some imports, with and without in turn, so that a busy moment hits both.

    Parameters
    ----------
    carried, without
        Zips with bytecode and without, by the names in `statements`; several names may share one.
    statements
        What is run, by its name; see `STATEMENTS`.
    python
        A bare interpreter of the runtime's minor version.
    runs
        How often each is run; once more before, which is left out: it reads files that are in no cache yet.
    """
    with tempfile.TemporaryDirectory() as scratch:
        artefacts = {*(carried[name] for name in statements), *(without[name] for name in statements)}
        trees = {path: _unpacked(path, Path(scratch) / str(number)) for number, path in enumerate(sorted(artefacts))}
        taken: dict[tuple[str, bool], list[float]] = {}
        for number in range(runs + 1):
            for name, statement in statements.items():
                for compiled, artefact in ((False, without[name]), (True, carried[name])):
                    took = _import(trees[artefact], statement, python, compiled=compiled)
                    taken.setdefault((name, compiled), []).append(took)
            say(f"  imports {number} of {runs}")
    return [
        Row(
            name=name,
            without=tuple(taken[name, False][1:]),
            carried=tuple(taken[name, True][1:]),
            without_bytes=_size(without[name]),
            carried_bytes=_size(carried[name]),
        )
        for name in statements
    ]


def table(rows: Iterable[Row]) -> str:
    """Return the rows as Markdown: the best run of each, in milliseconds."""
    head = ("import", "without bytecode, ms", "with, ms", "faster", "artefact without, MB unpacked", "with")
    return tables.table(
        head,
        (
            (
                *(row.name, f"{min(row.without) * 1000:.0f}", f"{min(row.carried) * 1000:.0f}"),
                *(tables.times(row.ratio), f"{row.without_bytes / 1e6:.1f}", f"{row.carried_bytes / 1e6:.1f}"),
            )
            for row in rows
        ),
    )


def _import(tree: Path, statement: str, python: Path, *, compiled: bool) -> float:
    """Return the seconds a statement takes; the modules it imports must come from bytecode, or must not."""
    done = subprocess.run(
        [python, "-I", "-S", "-B", "-W", "ignore", "-c", _PROGRAM, tree, statement],
        cwd=tree,
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"`{statement}` fails\n{done.stderr}"
    took, modules, with_bytecode = done.stdout.split()
    expected = modules if compiled else "0"
    assert with_bytecode == expected, f"`{statement}`: {with_bytecode} of {modules} modules have bytecode"
    return float(took)


def _unpacked(artefact: Path, folder: Path) -> Path:
    with zipfile.ZipFile(artefact) as zipped:
        zipped.extractall(folder)
    return folder


def _size(artefact: Path) -> int:
    with zipfile.ZipFile(artefact) as zipped:
        return sum(info.file_size for info in zipped.infolist())
