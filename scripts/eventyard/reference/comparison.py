"""Our modules beside the public ones a team would otherwise pick, and ten tasks in the HCL of both.

Ours are counted as they are now; theirs were counted once, in the release that `docs/comparison.toml` names.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eventyard.errors import EventyardError
from eventyard.reference import examples
from eventyard.reference.counting import Counted, count
from eventyard.reference.tables import table

if TYPE_CHECKING:
    from pathlib import Path

DATA = "docs/comparison.toml"
TASKS = "docs/tasks"
_TITLE = re.compile(r"\A# (.+)\n")
_META = re.compile(r"^\s*(?:source|version)\s*=")


class ComparisonError(EventyardError):
    """The data does not fit the modules there are."""


@dataclass(frozen=True, slots=True)
class Task:
    """One common task in the HCL of both: lines, and values typed."""

    title: str
    ours: tuple[int, int]
    public: tuple[int, int]


def modules(root: Path) -> str:
    """Return the table of every module beside its public counterpart.

    Raises
    ------
    ComparisonError
        A module has no entry.
    """
    entries = {one["name"]: one for one in tomllib.loads((root / DATA).read_text(encoding="utf-8"))["module"]}
    folders = {path.parent.name: path.parent for path in root.glob("terraform/modules/*/README.md")}
    if missing := set(folders) - set(entries):
        raise ComparisonError(
            f"no entry for {', '.join(sorted(missing))}",
            where=str(root / DATA),
            fix='add one: the public module a team would otherwise take, or none (`public = "-"`)',
        )
    head = ("module", "inputs (leaves)", "refusals", "native tests", "examples", "instead of", "inputs (leaves)")
    return table(
        (*head, "of these `any`", "refusals", "native tests"),
        (_row(folders[name], entries[name]) for name in sorted(folders)),
    )


def defaults(root: Path) -> str:
    """Return the table of what is on without being asked for, in ours and in the public ones."""
    entries = tomllib.loads((root / DATA).read_text(encoding="utf-8"))["module"]
    entries.sort(key=lambda one: str(one["name"]))
    rows = ((f"`{one['name']}`", one["here"], one["there"]) for one in entries)
    return table(("module", "on by default here", "there"), rows)


def tasks(root: Path) -> str:
    """Return the table of common tasks: lines of HCL and values typed, ours beside the public modules'."""
    found = [_task(file.parent) for file in sorted((root / TASKS).glob("*/ours.tf"))]
    head = ("task", "lines, ours", "public modules", "values typed, ours", "public modules")
    return table(
        head,
        ((f"{one.title}", str(one.ours[0]), str(one.public[0]), str(one.ours[1]), str(one.public[1])) for one in found),
    )


def size(text: str) -> tuple[int, int]:
    r"""Return the lines of a file that are neither empty nor comment, and the values a person types in them.

    Where a module comes from is no value: `source` and `version` are left out of the second figure.

    Examples
    --------
    >>> size('module "a" {\n  source = "x"\n  name   = "a"\n  b = { c = 1, d = [2, 3] }\n}\n')
    (5, 3)
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    return len(lines), sum(len(_values(line)) for line in lines if not _META.match(line))


def _values(line: str) -> list[str]:
    """Return the assignments of a line whose right side is a value, not the beginning of an object."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)
    return re.findall(r'(?:[\w-]+|"")\s*=(?![=>{]|\s*\{)', bare)


def _row(folder: Path, entry: dict[str, Any]) -> tuple[str, ...]:
    ours = count(folder)
    theirs = Counted(**entry["counted"]) if "counted" in entry else None
    said = ("-", "-", "-", "-")
    if theirs:
        figures = (theirs.untyped, theirs.validations, theirs.tests)
        said = (f"{theirs.inputs} ({theirs.leaves})", *(str(figure) for figure in figures))  # type: ignore[assignment]
    return (
        f"[`{folder.name}`](../terraform/modules/{folder.name})",
        f"{ours.inputs} ({ours.leaves})",
        str(ours.validations),
        str(ours.tests),
        str(len(examples.read(folder / "README.md"))),
        f"{entry['public']} {entry.get('version', '')}".strip(),
        *said,
    )


def _task(folder: Path) -> Task:
    ours, public = ((folder / name).read_text(encoding="utf-8") for name in ("ours.tf", "public.tf"))
    title = _TITLE.match(ours)
    if not title:
        raise ComparisonError("no first line says the task", where=str(folder / "ours.tf"), fix="begin it with `# …`")
    return Task(title[1], size(ours), size(public))
