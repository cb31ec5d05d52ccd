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
    variables: tuple[tuple[str, str], ...] = ()


def static() -> list[Check]:
    """Lint, types, formatting: nothing is executed."""
    return [
        Check("ruff check", (str(BIN / "ruff"), "check", "--quiet", ".")),
        Check("ruff format", (str(BIN / "ruff"), "format", "--check", "--quiet", ".")),
        Check("mypy", (str(BIN / "mypy"),)),
        terraform_fmt("-check"),
        Check("generated docs", (sys.executable, "-m", "eventyard.reference", "--check")),
    ]


def terraform_fmt(*options: str) -> Check:
    """Return the formatter of Terraform files, with the kit's own CLI configuration."""
    build = ROOT / "build"
    command = (str(tools.terraform("terraform", build)), "fmt", *options, "-recursive", "terraform")
    return Check("terraform fmt", command, variables=tuple(tools.terraform_environment(build).items()))


def layer(*names: str, workers: int = 2, arguments: tuple[str, ...] = ()) -> Check:
    """Return layers of tests that run together, on both processors."""
    folders = (f"tests/{name}" for name in names)
    # Tests that share an applied stack are one group, and stay on one worker.
    command = (sys.executable, "-m", "pytest", *folders, "-q", "-n", str(workers), "--dist", "loadgroup", *arguments)
    return Check(f"{' and '.join(names)} tests", command)


def formatting() -> list[Check]:
    """Format everything that has a formatter."""
    return [
        Check("ruff fix", (str(BIN / "ruff"), "check", "--quiet", "--fix", "."), accepted=(0, 1)),
        Check("ruff format", (str(BIN / "ruff"), "format", "--quiet", ".")),
        terraform_fmt(),
    ]


def run(checks: list[Check]) -> int:
    """Run every check, also after a failure; return the number that failed."""
    rows: list[tuple[str, str, float]] = []
    for check in checks:
        sys.stderr.write(f"\n== {check.name}\n")
        sys.stderr.flush()
        begun = time.monotonic()
        code = subprocess.run(check.command, cwd=ROOT, check=False, env=os.environ | dict(check.variables)).returncode
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
        # With a worker a processor, a quarter of these tests' time nothing was computed: they waited for emulators.
        systems = layer("integration", "browser", workers=3, arguments=where)
        return run([*static(), layer("unit"), layer("contract"), systems])
    return run([*static(), layer("unit")])


if __name__ == "__main__":
    raise SystemExit(main())
