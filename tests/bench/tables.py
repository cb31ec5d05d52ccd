"""Figures as Markdown, and where they are put."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from tests.bench import rows
from tests.bench.place import ROOT

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.bench.first_calls import FirstCalls
    from tests.bench.limits import Limits
    from tests.bench.rows import Times

DOCUMENTS = ("README.md", "docs/performance.md")
"""What `--record` writes into, between `<!-- bench: NAME -->` and `<!-- /bench -->`."""


TIMES = "\u00d7"


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, rule, *lines))


def seconds(value: float) -> str:
    """Return seconds with as many digits as mean something.

    Examples
    --------
    >>> [seconds(0.0987), seconds(1.234), seconds(15.84)]
    ['0.10', '1.23', '15.8']
    """
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def times(ratio: float) -> str:
    """Return a ratio, with one digit behind the point below ten."""
    return f"{ratio:.1f} {TIMES}" if ratio < 10 else f"{ratio:.0f} {TIMES}"


def packaging(measured: Sequence[Times], ours: Times) -> str:
    """Return seconds, and how many times ours each is."""
    head = ("tool", *rows.ROWS, "same bytes again", "MB", "runs")
    return table(
        head,
        ([one.name, *_cells(one, ours), again(one), f"{one.size / 1e6:.0f}", str(_runs(one))] for one in measured),
    )


def short(measured: Sequence[Times], ours: Times) -> str:
    """Return the same for the README: no runs, no reproducibility."""
    return table(("tool", *rows.ROWS), ([one.name, *_cells(one, ours)] for one in measured))


def ratios(measured: Sequence[Times], ours: Times) -> str:
    """Return how many times ours each of the others takes."""
    lines = (
        [one.name, *(times(one.median(row) / ours.median(row)) for row in rows.ROWS)]
        for one in measured
        if one is not ours
    )
    return table((f"how many times {ours.name}", *rows.ROWS), lines)


def again(one: Times) -> str:
    """Say whether a tool's bytes are the same again."""
    return f"no: {', '.join(sorted(one.differs))}" if one.differs else "yes"


def limits(found: Limits) -> str:
    """Return what the machine needs for the corpus's files."""
    megabytes = f"{found.size / 1e6:.0f} MB in {found.files:,} files"
    lines = (
        ("read", seconds(found.read), ""),
        ("SHA-256", seconds(found.sha256), ""),
        ("deflate, zlib level 6", seconds(found.zlib), f"{found.zlib_size / 1e6:.1f} MB"),
        ("deflate, libdeflate level 6", seconds(found.libdeflate), f"{found.libdeflate_size / 1e6:.1f} MB"),
    )
    return table((megabytes, "seconds, one core", "gives"), lines)


def scaling(found: dict[int, float]) -> str:
    """Return what nothing changed costs, by how many functions there are."""
    lines = ((f"{count}", seconds(took), f"{took / count * 1000:.2f}") for count, took in found.items())
    return table(("functions", "nothing changed, seconds", "ms a function"), lines)


def first_calls(found: Sequence[FirstCalls]) -> str:
    """Return the first calls on the emulator."""
    lines = (
        (
            *(one.name, f"{one.artefact_bytes / 1e6:.1f}", f"{one.median_call:.0f}"),
            *(f"{min(one.calls):.0f} to {max(one.calls):.0f}", f"{one.median_import:.0f}", f"{len(one.calls)}"),
        )
        for one in found
    )
    return table(("Powertools and pydantic", "artefact, MB", "first call, ms", "from, to", "import, ms", "runs"), lines)


def publish(name: str, text: str, data: Any, *, record: bool) -> None:
    """Print a table, write it to `build/bench/NAME.md` and its figures to `.json`, and into the documents if asked."""
    sys.stdout.write(f"\n{text}\n")
    folder = ROOT / "build/bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / f"{name}.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    if record:
        for document in DOCUMENTS:
            into(document, name, text)


def into(document: str, name: str, text: str) -> bool:
    """Put a table between a document's marks; says whether it has them.

    Raises
    ------
    EventyardError
        A mark has no end.
    """
    file = ROOT / document
    if not file.is_file():
        return False
    old = file.read_text(encoding="utf-8")
    mark, end = f"<!-- bench: {name} -->\n", "<!-- /bench -->"
    if mark not in old:
        return False
    pattern = re.compile(re.escape(mark) + r"((?!<!-- bench:).)*?" + re.escape(end), re.DOTALL)
    if not pattern.search(old):
        raise EventyardError(f"`{mark.strip()}` has no end", where=document, fix=f"add a line `{end}` where it ends")
    file.write_text(pattern.sub(lambda _: f"{mark}{text.strip()}\n{end}", old), encoding="utf-8")
    return True


def _cells(one: Times, ours: Times) -> list[str]:
    if one is ours:
        return [f"**{seconds(one.median(row))}**" for row in rows.ROWS]
    return [f"{seconds(one.median(row))} ({times(one.median(row) / ours.median(row))})" for row in rows.ROWS]


def _runs(one: Times) -> int:
    return min(len(taken) for taken in one.taken.values())
