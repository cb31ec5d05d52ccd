"""Run this repository's checks and tests, one after the other, and say what each took.

`python scripts/checks.py` is `make check`; with `all` it is `make test`; with `fmt` it formats instead of judging.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from eventyard import tools

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Check:
    """One command; its output is the person's to read."""

    name: str
    command: tuple[str, ...]
    accepted: tuple[int, ...] = (0,)


def static() -> list[Check]:
    """Lint, types, formatting: nothing is executed."""
    return [
        Check("ruff check", (str(BIN / "ruff"), "check", "--quiet", ".")),
        Check("ruff format", (str(BIN / "ruff"), "format", "--check", "--quiet", ".")),
        Check("mypy", (str(BIN / "mypy"),)),
        Check("terraform fmt", (_terraform(), "fmt", "-check", "-recursive", "terraform")),
        Check("generated docs", (sys.executable, "-m", "eventyard.reference", "--check")),
    ]


def layer(*names: str, arguments: tuple[str, ...] = ()) -> Check:
    """Return layers of tests that run together, on both processors."""
    folders = (f"tests/{name}" for name in names)
    # Tests that share an applied stack are one group, and stay on one worker.
    command = (sys.executable, "-m", "pytest", *folders, "-q", "-n", "2", "--dist", "loadgroup", *arguments)
    return Check(f"{' and '.join(names)} tests", command)


def formatting() -> list[Check]:
    """Format everything that has a formatter."""
    return [
        Check("ruff fix", (str(BIN / "ruff"), "check", "--quiet", "--fix", "."), accepted=(0, 1)),
        Check("ruff format", (str(BIN / "ruff"), "format", "--quiet", ".")),
        Check("terraform fmt", (_terraform(), "fmt", "-recursive", "terraform")),
    ]


def run(checks: list[Check]) -> int:
    """Run every check, also after a failure; return the number that failed."""
    rows: list[tuple[str, str, float]] = []
    environment = os.environ | tools.terraform_environment(ROOT / "build")
    for check in checks:
        sys.stderr.write(f"\n== {check.name}\n")
        sys.stderr.flush()
        begun = time.monotonic()
        code = subprocess.run(check.command, cwd=ROOT, check=False, env=environment).returncode
        rows.append((check.name, "ok" if code in check.accepted else f"FAILED ({code})", time.monotonic() - begun))
    sys.stderr.write("\n")
    for name, verdict, seconds in rows:
        sys.stderr.write(f"{name:<30} {verdict:<12} {seconds:7.1f} s\n")
    return sum(verdict != "ok" for _, verdict, _ in rows)


def main() -> int:
    """Choose what to run from the command line."""
    words = sys.argv[1:]
    if words[:1] == ["fmt"]:
        return run(formatting())
    if words[:1] == ["all"]:
        where = tuple(words[1:])
        return run([*static(), layer("unit"), layer("contract"), layer("integration", "browser", arguments=where)])
    return run([*static(), layer("unit")])


def _terraform() -> str:
    return str(tools.terraform("terraform", ROOT / "build"))


if __name__ == "__main__":
    raise SystemExit(main())
