"""The last results of the tests that prove a system, by target: kept in the repository, so that the docs can say them.

A run leaves every test's result in `build/results/<environment>.json`; `make docs ARGS=--results` takes over those that
a row of `docs/systems.toml` names, and what the suite of faults counted.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from eventyard.config import load
from eventyard.reference.targets import ON_A_TARGET, TARGETS
from eventyard.testing.results import Result, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eventyard.reference.systems import System

_FOLDER = "docs/results"


def take_over(root: Path, systems: Iterable[System]) -> list[Path]:
    """Take over, from `build/results`, the results of the tests that prove a system; return the files written."""
    wanted = {proof for system in systems for proof in system.proof if proof.startswith(ON_A_TARGET)}
    written = []
    for name, environment in load(root).environments.items():
        found = read(root / "build/results" / f"{name}.json")
        results = {proof: told for proof in sorted(wanted) if (told := _of_proof(proof, found)) is not None}
        if results:
            file = root / _FOLDER / f"{environment.target}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            kept = {name: result for name, result in read(file).items() if name in wanted} | results
            file.write_text(json.dumps({name: asdict(kept[name]) for name in sorted(kept)}, indent=1) + "\n")
            written.append(file)
    for target in TARGETS:
        rows = root / "build/results" / f"faults-{target}.json"
        if rows.is_file():
            written.append(Path(shutil.copy(rows, root / _FOLDER / rows.name)))
    return written


def kept(root: Path) -> dict[str, dict[str, Result]]:
    """Return the last results by target and proof."""
    return {target: read(root / _FOLDER / f"{target}.json") for target in TARGETS}


def _of_proof(proof: str, results: Mapping[str, Result]) -> Result | None:
    """Return what became of a proof, which is a test, all variants of one, or a file of them."""
    within = [
        result
        for name, result in results.items()
        if name == proof or name.startswith((f"{proof}[", f"{proof}::")) or proof == name.partition("::")[0]
    ]
    if not within:
        return None
    outcomes = Counter(result.outcome for result in within)
    outcome = "failed" if outcomes["failed"] else "passed" if outcomes["passed"] else "skipped"
    # Seconds differ from run to run and say nothing here.
    reason = next((result.reason for result in within if result.outcome == outcome), "")
    return Result(outcome, max(result.on for result in within), 0.0, reason)  # type: ignore[arg-type]
