"""Terraform's own diagnostics, as errors a person can act on."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOCK_FIELDS: Final = ("ID", "Who", "Operation", "Created")


@dataclass(frozen=True)
class Diagnostic:
    """One error or warning of Terraform's."""

    severity: str
    summary: str
    detail: str = ""
    address: str = ""
    file: str = ""
    line: int = 0
    snippet: str = ""

    @classmethod
    def read(cls, document: dict[str, Any]) -> Diagnostic:
        """Return the diagnostic Terraform's JSON describes."""
        place = document.get("range") or {}
        return cls(
            severity=document.get("severity", "error"),
            summary=document.get("summary", ""),
            detail=document.get("detail", ""),
            address=document.get("address", ""),
            file=place.get("filename", ""),
            line=place.get("start", {}).get("line", 0),
            snippet=((document.get("snippet") or {}).get("code") or "").strip(),
        )

    def place(self, folder: Path) -> str:
        """Return file and line as seen from the current folder, then the resource and the line itself."""
        parts = []
        if self.file:
            parts.append(f"{_readable(folder, self.file)}:{self.line}")
        if self.address:
            parts.append(self.address.removeprefix("module.stack."))
        if self.snippet:
            parts.append(f"`{self.snippet.splitlines()[0].strip()}`")
        return ", ".join(parts)

    def __str__(self) -> str:
        """Return summary and detail in one paragraph."""
        return f"{self.summary}: {' '.join(self.detail.split())}" if self.detail else self.summary


class TerraformError(EventyardError):
    """Terraform failed; carries its diagnostics.

    Parameters
    ----------
    command
        The sub-command that failed, such as `apply`.
    diagnostics
        What Terraform said, errors first.
    folder
        Where it ran: its file names are relative to it.
    fix
        What to do next.
    """

    def __init__(
        self, command: str, diagnostics: Sequence[Diagnostic], *, folder: Path, fix: str | None = None
    ) -> None:
        self.command = command
        self.diagnostics = tuple(diagnostics)
        errors = [one for one in diagnostics if one.severity == "error"] or list(diagnostics)
        what = str(errors[0]) if errors else f"`terraform {command}` failed and gave no reason"
        more = "".join(f"\nalso: {one}\n  {one.place(folder)}".rstrip() for one in errors[1:])
        super().__init__(
            what,
            where=((errors[0].place(folder) if errors else str(folder)) + more).strip() or None,
            fix=fix or "mend what it names, then run the same command again",
        )


class StateLockedError(EventyardError):
    """Another run holds the state's lock; names who, since when and with what."""

    def __init__(self, diagnostic: Diagnostic, *, fix: str) -> None:
        self.lock = lock_info(diagnostic.detail)
        who = self.lock.get("Who", "somebody")
        operation = self.lock.get("Operation", "a run").removeprefix("OperationType")
        super().__init__(
            f"{who} holds the state's lock ({operation}, since {self.lock.get('Created', 'unknown')})",
            where=self.lock.get("Path"),
            fix=fix,
        )


def lock_info(text: str) -> dict[str, str]:
    """Read the `Lock Info` block of Terraform's message."""
    return dict(re.findall(r"^\s*([A-Z]\w+):\s+(.+?)\s*$", text, flags=re.MULTILINE))


def is_lock(diagnostic: Diagnostic) -> bool:
    """Tell whether this is about a lock somebody else holds."""
    return "state lock" in diagnostic.summary and all(
        field in lock_info(diagnostic.detail) for field in _LOCK_FIELDS[:2]
    )


def plain(stderr: str) -> list[Diagnostic]:
    """Read diagnostics printed for people, by commands that have no `-json`."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", stderr)
    lines = [line.lstrip("│╷╵ ").rstrip() for line in text.splitlines()]
    found: list[Diagnostic] = []
    summary, place = "", ("", 0)
    detail: list[str] = []

    def close() -> None:
        if summary:
            found.append(Diagnostic("error", summary, "\n".join(detail).strip(), file=place[0], line=place[1]))

    for line in lines:
        if line.startswith("Error: "):
            close()
            summary, detail, place = line.removeprefix("Error: "), [], ("", 0)
        elif summary and (match := re.match(r"on (\S+) line (\d+)", line)):
            place = (match[1], int(match[2]))
        elif summary and not re.match(r"^\d+: ", line):
            detail.append(line)
    close()
    return found or ([Diagnostic("error", text.strip().splitlines()[-1])] if text.strip() else [])


def from_events(documents: Sequence[dict[str, Any]]) -> list[Diagnostic]:
    """Return the diagnostics among streamed events, each once, errors first."""
    seen = {
        json.dumps(one["diagnostic"], sort_keys=True): one["diagnostic"] for one in documents if "diagnostic" in one
    }
    found = [Diagnostic.read(one) for one in seen.values()]
    return sorted(found, key=lambda one: one.severity != "error")


def _readable(folder: Path, file: str) -> str:
    path = (folder / file).resolve()
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
