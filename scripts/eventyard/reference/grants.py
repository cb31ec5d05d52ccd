"""Every ready grant of every module, as their `outputs.tf` writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eventyard.reference.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OUTPUT = re.compile(r'^output "grants" \{\n(.*?)^\}$', re.MULTILINE | re.DOTALL)
_GRANT = re.compile(
    r"^    ([\w-]+)\s*= (?:\{|merge\(|local\.)(.*?)(?=^    [\w-]+\s*= |^  \}|\Z)", re.MULTILINE | re.DOTALL
)
_ACTION = re.compile(r'"([a-z0-9-]+:[A-Za-z*]+)"')


def grants(root: Path) -> str:
    """Return the table of grants: module, what to hand over, its actions, and whether the key's come with it."""
    rows = []
    for module in _modules(root):
        body = _OUTPUT.search((module / "outputs.tf").read_text(encoding="utf-8"))
        for name, text in _GRANT.findall(body[1]) if body else []:
            actions = _actions(module, text)
            own = [action for action in actions if not action.startswith("kms:") or module.name == "key"]
            key = "yes" if "key" in text and module.name != "key" else "-"
            rows.append((f"`{module.name}`", f"`grants.{name}`", ", ".join(f"`{a}`" for a in own) or "as given", key))
    return table(("module", "hand over", "what it allows", "with its key's actions"), rows)


def _actions(module: Path, text: str) -> list[str]:
    """Return the actions a grant names, those in the locals it refers to included."""
    said = text.partition("resources")[0]
    everything = "\n".join(file.read_text(encoding="utf-8") for file in sorted(module.glob("*.tf")))
    for name in re.findall(r"local\.(\w+)", said):
        said += "".join(re.findall(rf"^  {name}\s*= (.*?)(?=^  \w+\s*= |^\}})", everything, re.MULTILINE | re.DOTALL))
    return sorted(set(_ACTION.findall(said)))


def _modules(root: Path) -> Iterator[Path]:
    yield from sorted(path.parent for path in root.glob("terraform/modules/*/outputs.tf"))
