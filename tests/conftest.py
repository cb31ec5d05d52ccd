"""What every run of the tests starts from, however it was started; and what it showed of the systems, row by row."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

from eventyard.testing.results import KEY

if TYPE_CHECKING:
    import pytest

    from eventyard.testing.results import Result


def pytest_configure(config: pytest.Config) -> None:
    """Take interrupts also where a shell has them ignored, in the background; and be as when called without make.

    Messages name the command a person would type: `make` where they came from there, which tests must not depend on.
    """
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        os.environ.pop(name, None)
    # Commands are started by the hundred: each would compile what it imports anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say which rows of `docs/systems.toml` this run showed, and of which it skipped something, and why."""
    results = config.stash[KEY].tests if KEY in config.stash else {}
    if not any(name.startswith("tests/integration/") for name in results):
        return
    from eventyard.reference import systems  # noqa: PLC0415 - only runs on a target ask

    terminalreporter.section("systems, row by row")
    shown: list[int] = []
    for row in systems.read(config.rootpath / "docs/systems.toml"):
        found = {name: result for proof in row.proof for name, result in results.items() if _proves(name, proof)}
        skipped = {name: result for name, result in found.items() if result.outcome == "skipped"}
        if found and not skipped:
            shown.append(row.number)
        for name, result in skipped.items():
            terminalreporter.line(f"{row.number:3} {row.name}: skipped {_test(name)}: {_why(result)}")
    terminalreporter.line(f"shown without a skip: {', '.join(str(number) for number in shown) or 'none'}")


def _proves(name: str, proof: str) -> bool:
    return name == proof or name.startswith((f"{proof}[", f"{proof}::"))


def _test(name: str) -> str:
    return name.rpartition("::")[2]


def _why(result: Result) -> str:
    return result.reason or "no reason given"
