"""What is secure by default, control by control, and what scanners are told to leave to the caller."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from eventyard.reference.tables import table

if TYPE_CHECKING:
    from pathlib import Path

DATA = "docs/controls.toml"
_RESOURCE = re.compile(r'^resource "(\w+)" "([\w-]+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
_SKIP = re.compile(r"#checkov:skip=(CKV\w+):?(.*)$", re.MULTILINE)


def read(root: Path) -> list[dict[str, Any]]:
    """Return the controls: what each says, in which modules, and its ids at checkov and Security Hub."""
    return list(tomllib.loads((root / DATA).read_text(encoding="utf-8"))["control"])


def controls(root: Path) -> str:
    """Return the table of what is on without being asked for."""
    rows = (
        (
            one["says"],
            ", ".join(f"`{name}`" for name in one["modules"]),
            ", ".join(f"`{name}`" for name in one["checkov"]) or "-",
            ", ".join(one["hub"]) or "-",
        )
        for one in read(root)
    )
    return table(("control", "module", "checkov", "Security Hub"), rows)


def skipped(module: Path) -> dict[tuple[str, str], str]:
    """Return the reasons written beside a module's resources, by resource (`aws_sqs_queue.this`) and check."""
    return {
        (f"{type_}.{name}", check): reason.strip()
        for file in sorted(module.glob("*.tf"))
        for type_, name, body in _RESOURCE.findall(file.read_text(encoding="utf-8"))
        for check, reason in _SKIP.findall(body)
    }


def left_to_the_caller(root: Path) -> str:
    """Return the table of checks that modules skip, each with the reason written beside the resource."""
    found: dict[tuple[str, str], set[str]] = {}
    for module in sorted(path.parent for path in root.glob("terraform/modules/*/main.tf")):
        for (_, check), reason in skipped(module).items():
            found.setdefault((check, reason), set()).add(module.name)
    rows = (
        (f"`{check}`", ", ".join(f"`{name}`" for name in sorted(modules)), reason)
        for (check, reason), modules in sorted(found.items(), key=lambda one: (_number(one[0][0]), one[0][1]))
    )
    return table(("checkov", "module", "why it is the caller's, or does not apply"), rows)


def _number(check: str) -> tuple[str, int]:
    prefix, _, digits = check.rpartition("_")
    return prefix, int(digits)
