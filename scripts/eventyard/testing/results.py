"""What became of every test of a run, kept beside the results of earlier runs on the same target.

A skip without a reason proves nothing and hides everything: `--reasons` makes it a failure.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Outcome = Literal["passed", "failed", "skipped"]
KEY = pytest.StashKey["Results"]()
_NO_REASONS = ("", "unconditional skip", "Skipped")


@dataclass(frozen=True)
class Result:
    """What became of one test.

    Parameters
    ----------
    outcome
        `passed`, `failed` or `skipped`.
    on
        The day, as `2026-11-21`.
    seconds
        How long it took, its fixtures included.
    reason
        Why it was skipped.
    """

    outcome: Outcome
    on: str
    seconds: float = 0.0
    reason: str = ""


@dataclass(eq=False)  # pytest keeps its plugins in sets
class Results:
    """Collects what became of every test of a run; registered with pytest where the run is controlled from."""

    today: str = field(default_factory=lambda: datetime.now(UTC).date().isoformat())
    tests: dict[str, Result] = field(default_factory=dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in one phase of one test."""
        name = report.nodeid.partition("@")[0]  # with xdist, the group follows
        before = self.tests.get(name, Result("passed", self.today))
        seconds = round(before.seconds + report.duration, 2)
        if report.failed:
            self.tests[name] = Result("failed", self.today, seconds)
        elif report.skipped:
            self.tests[name] = Result("skipped", self.today, seconds, reason_of(report))
        else:
            self.tests[name] = Result(before.outcome, self.today, seconds, before.reason)

    @property
    def unexplained(self) -> list[str]:
        """Tests that were skipped and don't say why."""
        return [
            name
            for name, result in self.tests.items()
            if result.outcome == "skipped" and result.reason.strip() in _NO_REASONS
        ]

    def keep(self, file: Path) -> None:
        """Write the results to `file`, whole or not at all; those of tests that did not run now stay as they were."""
        known = read(file) | self.tests
        file.parent.mkdir(parents=True, exist_ok=True)
        scratch = file.with_suffix(".new")
        text = json.dumps({name: asdict(result) for name, result in sorted(known.items())}, indent=1)
        scratch.write_text(text + "\n", encoding="utf-8")
        scratch.replace(file)


def read(file: Path) -> dict[str, Result]:
    """Return results that were kept, by the test's name; none when there are none that can be read."""
    try:
        found: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return {name: Result(**result) for name, result in found.items()}
    except (OSError, ValueError, TypeError):
        return {}


def reason_of(report: pytest.TestReport) -> str:
    """Return why a test was skipped; empty when it doesn't say."""
    if hasattr(report, "wasxfail"):
        return str(report.wasxfail)
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr or "")
    return str(told).removeprefix("Skipped: ")
