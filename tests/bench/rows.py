"""Measures the tools side by side: every row of every tool, round after round, so that a busy moment hits them all.

Medians of whole processes on the clock. The times are of the machine it runs on: read them as ratios.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.bench import functions
from tests.bench.place import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from tests.bench.packagers import Packager, Took

COLD, FRESH, NOTHING, EDITED = "cold", "fresh", "nothing changed", "one file edited"
ROWS: Final = (COLD, FRESH, NOTHING, EDITED)
_IMPORT = "import app; assert callable(app.handler); print(app.handler(__import__('json').load(open({event!r})), None))"


@dataclass
class Times:
    """What was measured of one tool."""

    name: str
    taken: dict[str, list[Took]] = field(default_factory=dict)
    size: int = 0
    """Bytes of all artefacts together."""
    differs: frozenset[str] = frozenset()
    """What two builds of the same differ in (see `again.py`)."""

    def median(self, row: str) -> float:
        """Seconds on the clock."""
        return statistics.median(took.wall for took in self.taken[row])

    def processor(self, row: str) -> float:
        """Seconds of processor."""
        return statistics.median(took.processor for took in self.taken[row])


def measure(packagers: Sequence[Packager], after: Callable[[Packager, str], None]) -> list[Times]:
    """Measure every tool as often as it says; `after` is called with the row when a tool has gone through it once.

    A round is one measure of each row of each tool that still has runs to go. Who begins changes from round to round.
    """
    times = {packager.name: Times(packager.name) for packager in packagers}
    rounds = max(packager.runs for packager in packagers)
    for number in range(rounds):
        active = [packager for packager in packagers if _takes_part(packager.runs, number, rounds)]
        first = number % len(active)
        for row in ROWS:
            for packager in (*active[first:], *active[:first]):
                took = _row(packager, row)
                times[packager.name].taken.setdefault(row, []).append(took)
                say(f"  round {number + 1} of {rounds}  {packager.name:<41} {row:<16} {took.wall:8.3f} s")
                if len(times[packager.name].taken[row]) == 1:
                    after(packager, row)
    return list(times.values())


def _takes_part(runs: int, number: int, rounds: int) -> bool:
    """Spread a tool's runs evenly over the rounds."""
    return number in {index * rounds // runs for index in range(runs)}


def _row(packager: Packager, row: str) -> Took:
    """Bring a tool's folder into the state that a row begins in, and measure one build."""
    if row == COLD:
        packager.begin()
        packager.forget()
    elif row == FRESH:
        packager.unbuild()
    elif row == EDITED:
        line = functions.edit(packager.handlers)
        took = packager.build()
        held = _read(packager.artefact(functions.EDITED), "app.py")
        assert held.decode().rstrip().endswith(line), f"{packager.name} packaged `{functions.EDITED}` as it was before"
        return took
    return packager.build()


def works(packager: Packager, python: Path, scratch: Path, names: Iterable[str]) -> None:
    """Unpack each artefact and call its handler, on the runtime's Python with nothing else installed.

    Compiled modules for the machine's processor are loaded on the way, so a wheel for elsewhere would fail.
    """
    for name in names:
        folder = scratch / name
        with zipfile.ZipFile(packager.artefact(name)) as zipped:
            assert zipped.testzip() is None
            zipped.extractall(folder)
        event = str(functions.SOURCES / functions.sort(name) / "event.json")
        done = subprocess.run(
            [python, "-c", _IMPORT.format(event=event)],
            cwd=folder,
            env={"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONNOUSERSITE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{packager.name}: `{name}` can't be imported and called\n{done.stderr}"
        assert functions.expected(name) in done.stdout, f"{packager.name}: `{name}` answers {done.stdout}"


def _read(artefact: Path, member: str) -> bytes:
    with zipfile.ZipFile(artefact) as zipped:
        return zipped.read(member)
