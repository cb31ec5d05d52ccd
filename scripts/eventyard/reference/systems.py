"""`docs/systems.toml` → the table of systems: what provides each, what proves it, where it stands."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast, get_args

from eventyard.errors import EventyardError
from eventyard.reference.tables import table
from eventyard.reference.targets import ON_A_TARGET, TARGETS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from eventyard.testing.results import Result

_OUTCOMES = ("passed", "failed", "skipped", "not run")
State = Literal["done", "part", "planned"]


class SystemsError(EventyardError):
    """`docs/systems.toml` says something it can't mean."""


@dataclass(frozen=True, slots=True)
class System:
    """One row.

    Parameters
    ----------
    number
        Its number in the list of systems; never given twice, never dropped.
    group
        The heading it stands under.
    name
        What it is.
    provided_by
        Modules and stacks, by name.
    proof
        Test files or tests (`path::name`) that run it.
    state
        `done`: all of it runs in a test. `part`: what `note` says is missing. `planned`: nothing yet.
    note
        What a reader has to know: what is missing, or what AWS alone can prove.
    """

    number: int
    group: str
    name: str
    provided_by: tuple[str, ...]
    state: State
    proof: tuple[str, ...] = ()
    note: str = ""


def read(file: Path) -> list[System]:
    """Read the rows and check that what is done is proved.

    Raises
    ------
    SystemsError
        A row is double, unknown in its state, or done without a proof.
    """
    rows = [
        _row(group["name"], row, file) for group in tomllib.loads(file.read_text())["group"] for row in group["row"]
    ]
    doubled = [number for number, times in Counter(row.number for row in rows).items() if times > 1]
    if doubled:
        raise SystemsError(f"rows {doubled} stand there twice", where=str(file), fix="give each its own number")
    return sorted(rows, key=lambda row: row.number)


def rendered(systems: list[System], results: Mapping[str, Mapping[str, Result]]) -> str:
    """Return the page's generated part.

    Parameters
    ----------
    systems
        The rows.
    results
        The last results, by target and proof.
    """
    states = Counter(system.state for system in systems)
    said = ", ".join(f"{states[state]} {state}" for state in get_args(State) if states[state])
    parts = [f"{len(systems)} rows: {said}."]
    for group in dict.fromkeys(system.group for system in systems):
        rows = (
            (
                str(system.number),
                system.name,
                ", ".join(f"`{name}`" for name in system.provided_by),
                ", ".join(_linked(proof) for proof in system.proof) or "-",
                *(_shown(system, results.get(target, {})) for target in TARGETS),
                system.state,
                system.note or "-",
            )
            for system in systems
            if system.group == group
        )
        head = ("#", "what", "module or stack", "proved by", *TARGETS.values(), "state", "note")
        parts += [f"## {group}", table(head, rows)]
    return "\n\n".join([*parts, "## What was skipped, and why", _skipped(systems, results)])


def _shown(system: System, results: Mapping[str, Result]) -> str:
    """Say how many of a row's tests ran on a target; those that need none are the same on each."""
    wanted = [proof for proof in system.proof if proof.startswith(ON_A_TARGET)]
    if not wanted:
        return "needs none" if system.proof else "-"
    counts = Counter(results[proof].outcome if proof in results else "not run" for proof in wanted)
    if counts["not run"] == len(wanted):
        return "not run"
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in _OUTCOMES if counts[outcome])


def _skipped(systems: list[System], results: Mapping[str, Mapping[str, Result]]) -> str:
    rows = [
        (str(system.number), TARGETS[target], _linked(proof), found[proof].reason)
        for system in systems
        for target, found in results.items()
        for proof in system.proof
        if proof in found and found[proof].outcome == "skipped"
    ]
    return table(("#", "on", "test", "because it"), rows) if rows else "Nothing."


def _linked(proof: str) -> str:
    """Return a test's name, linked to its file as seen from `docs/`."""
    path, _, name = proof.partition("::")
    return f"[`{name or path}`](../{path})"


def _row(group: str, row: Mapping[str, object], file: Path) -> System:
    state = cast("State", row.get("state", "planned"))
    number = row["number"]
    if state not in get_args(State):
        raise SystemsError(f"row {number} is `{state}`", where=str(file), fix=f"one of {', '.join(get_args(State))}")
    proof = row.get("proof", [])
    if state != "planned" and not proof:
        raise SystemsError(f"row {number} is `{state}` with no proof", where=str(file), fix="name the test in `proof`")
    if state == "part" and not row.get("note"):
        raise SystemsError(f"row {number} is `part`", where=str(file), fix="say in `note` what is missing")
    provided = row["by"]
    assert isinstance(number, int) and isinstance(provided, list) and isinstance(proof, list)  # noqa: S101, PT018
    return System(
        number=number,
        group=group,
        name=str(row["name"]),
        provided_by=tuple(provided),
        state=state,
        proof=tuple(proof),
        note=str(row.get("note", "")),
    )
