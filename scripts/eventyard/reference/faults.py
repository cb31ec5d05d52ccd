"""What became of every message of the last run of the suite of faults, on each target.

`tests/integration/faults` writes the rows, of which those under `docs/results` are kept with the docs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eventyard.errors import EventyardError
from eventyard.reference.tables import table
from eventyard.reference.targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RESULTS = "docs/results"
_MISSING = "not shown"


class FaultsError(EventyardError):
    """A file of results does not hold what the suite writes."""


def rendered(root: Path) -> str:
    """Return the table: a row for each fault, and for each target how many were sent, done, given up and lost.

    Parameters
    ----------
    root
        The repository.

    Raises
    ------
    FaultsError
        A file of results can't be read.
    """
    runs = {title: rows for target, title in TARGETS.items() if (rows := _rows(root, target))}
    if not runs:
        return "No run is recorded yet."
    head = ["fault", "injected", *(f"{title}: sent / done / dead-lettered / lost" for title in runs)]
    names = dict.fromkeys(name for rows in runs.values() for name in rows)
    return table(
        head, ([name, _injected(name, runs), *(_cell(rows.get(name)) for rows in runs.values())] for name in names)
    )


def _rows(root: Path, target: str) -> dict[str, dict[str, Any]]:
    """Return a target's rows by fault, in the order of the file."""
    file = root / RESULTS / f"faults-{target}.json"
    if not file.is_file():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): {**row, "counts": [int(row[key]) for key in _COUNTS]} for name, row in found.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FaultsError(
            f"The results can't be read: {error!r}",
            where=str(file),
            fix="copy `build/results` anew, after a run of `tests/integration/faults`",
        ) from error


_COUNTS = ("sent", "done", "dead_lettered", "lost", "withheld")


def _injected(name: str, runs: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """Return how it was injected; once where it was alike everywhere."""
    told = dict.fromkeys(str(rows[name]["injected"]) for rows in runs.values() if name in rows)
    return "; ".join(told)


def _cell(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return _MISSING
    sent, done, dead, lost, withheld = row["counts"]
    text = " / ".join(f"{count:,}" for count in (sent, done, dead, lost))
    return f"{text} ({withheld:,} filtered out)" if withheld else text
