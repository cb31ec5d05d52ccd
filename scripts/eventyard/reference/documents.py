"""Which files hold generated parts, and writing or checking them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eventyard.plans.policy import RULES
from eventyard.reference import comparison, controls, emulator, faults, grants, results, systems
from eventyard.reference.tables import between_markers, of_module, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_POLICY = """# The plan policy

Rules that `eventyard plan` and `eventyard apply` judge a plan by, before anything is made. A finding stops `apply`.
What the plan does not show yet is `unknown until apply`, never passed, and judged again on the state after the apply.

A finding that is right as it is gets a written reason in `eventyard.toml`, by its rule and address (`*` stands for
anything):

```toml
[environments.prod.policy]
"log-retention:module.stack.module.audit.*" = "the auditors want them for ever"
```

It stays visible, as suppressed. An entry with no reason, or for a rule there isn't, is an error.

What another state owns is judged with that state's plan: a mapping of a queue that isn't in the plan says nothing of
the queue's visibility timeout.
"""
_SYSTEMS = """# Systems

What the kit is to provide, row by row, and where each stands. `done` runs in the tests named; `part` says what is
missing; `planned` is to come. The data is in `systems.toml`.

For each target the table says what became of the row's tests when they last ran there (`make docs ARGS=--results`
takes the results over). `needs none`: proved by plans and unit tests, which know no target. Nobody has run them on AWS
yet.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One file with a generated part."""

    file: Path
    fresh: bool
    text: str


def check(root: Path) -> list[Outcome]:
    """Return every file with a generated part, and whether it is up to date."""
    return list(_outcomes(root))


def write(root: Path) -> list[Path]:
    """Write what is out of date, and return it."""
    stale = [outcome for outcome in _outcomes(root) if not outcome.fresh]
    for outcome in stale:
        outcome.file.parent.mkdir(parents=True, exist_ok=True)
        outcome.file.write_text(outcome.text, encoding="utf-8")
    return [outcome.file for outcome in stale]


def _outcomes(root: Path) -> Iterator[Outcome]:
    for file, opening, parts in _documents(root):
        text = file.read_text(encoding="utf-8") if file.is_file() else opening
        wanted = text
        for name, generated in parts.items():
            wanted = between_markers(wanted, generated, name)
        yield Outcome(file, file.is_file() and wanted == text, wanted)


def _documents(root: Path) -> Iterator[tuple[Path, str, dict[str, str]]]:
    """Give each file, what a new one opens with, and its generated parts by name."""
    for module in sorted(path.parent for path in root.glob("terraform/*/*/variables.tf")):
        yield module / "README.md", f"# {module.name}\n", {"": of_module(module)}
    docs = root / "docs"
    if (docs / "systems.toml").is_file():
        yield docs / "policy.md", _POLICY, {"": _rules()}
        rows = systems.read(docs / "systems.toml")
        yield docs / "systems.md", _SYSTEMS, {"": systems.rendered(rows, results.kept(root))}
    if (docs / "emulator.md").is_file():
        parts = {"additions": emulator.additions("ministack"), "capabilities": emulator.capabilities()}
        yield docs / "emulator.md", "", {**parts, "refused": emulator.untaken(root)}
    if (docs / "localstack.md").is_file():
        parts = {"additions": emulator.additions("localstack"), "providers": emulator.providers()}
        yield docs / "localstack.md", "", parts
    if (docs / "faults.md").is_file():
        yield docs / "faults.md", "", {"faults": faults.rendered(root)}
    if (root / comparison.DATA).is_file():
        sizes = {"modules": comparison.modules(root), "defaults": comparison.defaults(root)}
        yield docs / "modules.md", "", {**sizes, "tasks": comparison.tasks(root)}
        yield docs / "grants.md", "", {"grants": grants.grants(root)}
        skipped = {"skipped": controls.left_to_the_caller(root)}
        yield docs / "controls.md", "", {"controls": controls.controls(root), **skipped}


def _rules() -> str:
    return table(
        ("rule", "holds that", "because", "source"),
        ((f"`{rule.id}`", rule.says, rule.reason, f"[AWS]({rule.source})") for rule in RULES),
    )
