"""The variables and outputs of a module, as they are written.

Terraform has no command that says them, and a full HCL parser loses how a type is written. The files are formatted by
`terraform fmt`, so a block begins and ends in the first column and an argument begins after two spaces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BLOCK = re.compile(r'^(variable|output) "([^"]+)" \{\n(.*?)^\}$', re.MULTILINE | re.DOTALL)
_ARGUMENT = re.compile(r"^  (\w+)\s*=\s*", re.MULTILINE)
_HEREDOC = re.compile(r"<<-?(\w+)\n(.*?)^\s*\1$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"\s*(?:#|//).*$", re.MULTILINE)


class UnreadableModuleError(EventyardError):
    """A module's file is not as `terraform fmt` leaves it, or lacks what the tables need."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One input: `default` is None when it must be given."""

    name: str
    description: str
    type: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Output:
    """One output."""

    name: str
    description: str


def variables(module: Path) -> list[Variable]:
    """Read `variables.tf` and the `variables_….tf` of a module whose inputs fill more than one file; sorted by name."""
    files = [module / "variables.tf", *module.glob("variables_*.tf")]
    found = sorted((block for file in files for block in _blocks(file, "variable")), key=lambda block: block[0])
    return [
        Variable(name, _description(block, module, name), _type(block, module, name), block.get("default"))
        for name, block in found
    ]


def outputs(module: Path) -> list[Output]:
    """Read `outputs.tf`, in the order of the file."""
    return [Output(name, _description(found, module, name)) for name, found in _blocks(module / "outputs.tf", "output")]


def _blocks(file: Path, kind: str) -> Iterator[tuple[str, dict[str, str]]]:
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    for match in _BLOCK.finditer(text):
        if match[1] == kind:
            yield match[2], _arguments(match[3])


def _arguments(body: str) -> dict[str, str]:
    """Return argument → expression as written; nested blocks (`validation`) are no arguments."""
    found: dict[str, str] = {}
    at = 0
    while match := _ARGUMENT.search(body, at):
        end = _end(body, match.end())
        found[match[1]] = body[match.end() : end].strip()
        at = end
    return found


def _end(text: str, at: int) -> int:
    """Return where the expression that begins at `at` ends: at the end of a line with no bracket open."""
    if heredoc := _HEREDOC.match(text, at):
        return heredoc.end()
    depth, quoted = 0, False
    while at < len(text):
        char = text[at]
        if quoted:
            at += char == "\\"
            quoted = char != '"'
        elif char == '"':
            quoted = True
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "#":
            at = text.find("\n", at) - 1
        elif char == "\n" and depth == 0:
            return at
        at += 1
    return len(text)


def _description(found: dict[str, str], module: Path, name: str) -> str:
    text = found.get("description", "")
    if heredoc := _HEREDOC.match(text):
        return " ".join(heredoc[2].split())
    if not text.startswith('"'):
        raise UnreadableModuleError(f"`{name}` has no description", where=str(module), fix="add `description`")
    return text[1:-1].replace('\\"', '"').replace("$${", "${")


def _type(found: dict[str, str], module: Path, name: str) -> str:
    if "type" not in found:
        raise UnreadableModuleError(f"variable `{name}` has no type", where=str(module), fix="add `type`")
    return _COMMENT.sub("", found["type"])
