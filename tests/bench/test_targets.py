"""What each local target costs: the same stack on MiniStack and on LocalStack, side by side in one run.

Times are of the machine it runs on, and of what else that is doing: read them as ratios. Nothing is asserted of them.
The environments are there before; the first use of a target makes them.

- *up*: from nothing to an emulator that answers.
- *apply*: the stack, from nothing; *again*: with nothing to do.
- *reset*: emptied, and answering again; *down*: stopped.
- *MB*: what the emulator and its processes hold of the memory (what they share is divided), with the stack applied.
- *on disk*: its environment.
"""

from __future__ import annotations

import re
import shutil
import statistics
import sys
import time
from pathlib import Path

from tests.bench.tables import table
from tests.integration.support.processes import family
from tests.integration.support.projects import CHECKOUT, Project

from eventyard import environments

STACK = "ec2-control"
TARGETS = ("ministack", "localstack")
STEPS = {
    "up": ("local", "up"),
    "apply": ("apply",),
    "again": ("apply",),
    "reset": ("local", "reset"),
    "down": ("local", "down"),
}


def test_targets_side_by_side(tmp_path: Path, knobs) -> None:
    projects = {target: _project(tmp_path / target, target) for target in TARGETS}
    measured: dict[str, list[dict[str, float]]] = {target: [] for target in TARGETS}
    for _ in range(min(knobs.runs, 3)):
        for target, project in projects.items():
            measured[target].append(_run(project, target))
    names = measured[TARGETS[0]][0]
    found = {
        target: {name: statistics.median(run[name] for run in runs) for name in names}
        for target, runs in measured.items()
    }
    lines = [
        [
            name,
            *(f"{found[target][name]:.1f}" for target in TARGETS),
            f"{found['localstack'][name] / found['ministack'][name]:.1f}",
        ]
        for name in names
    ]
    sys.stdout.write("\n" + table(("seconds, MB", *TARGETS, "times"), lines))


def _project(folder: Path, target: str) -> Project:
    made = Project(folder)
    made.write(
        "eventyard.toml",
        f'[project]\nname = "bench"\ndefault_stack = "{STACK}"\n[environments.local]\ntarget = "{target}"\nport = 0\n',
    )
    for name in ("terraform/modules", f"terraform/stacks/{STACK}", "handlers/ec2_control"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns(".terraform*", "__pycache__"))
    made.run("package")
    return made


def _run(project: Project, target: str) -> dict[str, float]:
    """Go through the steps once; return their seconds and the megabytes."""
    found = {}
    try:
        for name, words in STEPS.items():
            begun = time.monotonic()
            project.run(*words)
            found[name] = time.monotonic() - begun
            if name == "again":
                memory = sum(_held(pid) for pid in family(project.emulator().pid)) / 1e6
    finally:
        project.run("local", "down", code=0)
    found["MB"] = memory
    found["MB on disk"] = _on_disk(environments.ensure(target, build=CHECKOUT / "build").parents[1])
    return found


def _held(pid: str) -> float:
    """Return the bytes a process holds, its part of what is shared included; 0 for one that has ended."""
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0.0
    return int(found[1]) * 1024.0 if found else 0.0


def _on_disk(folder: Path) -> float:
    files = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return sum(file.stat().st_size for file in files) / 1e6
