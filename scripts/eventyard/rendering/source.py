"""What a stack's Terraform files declare: its variables, its outputs, and the modules it is made of."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import hcl2

from .engine import RenderingError

if TYPE_CHECKING:
    from pathlib import Path

_LOCAL_SOURCE = re.compile(r'^\s*source\s*=\s*"(\.\.?/[^"]*)"', re.MULTILINE)
_DECLARES = re.compile(r'^\s*(variable|output)\s+"', re.MULTILINE)
_NEEDS_INIT = re.compile(r"^\s*(source|version)\s*=.*$", re.MULTILINE)
_NOT_CODE = ("README.md", ".tftest.hcl")


@dataclass(frozen=True)
class Variable:
    """One input of a stack."""

    name: str
    type: str
    required: bool
    sensitive: bool


@dataclass(frozen=True)
class StackSource:
    """A stack's folder, read as text: nothing is started.

    Parameters
    ----------
    folder
        Where its `.tf` files are.
    """

    folder: Path

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """Return what the stack takes, by name."""
        found = {}
        for name, block in self._blocks("variable"):
            found[name] = Variable(
                name=name,
                type=_expression(block.get("type", "string")),
                required="default" not in block,
                sensitive=block.get("sensitive") is True,
            )
        return found

    @cached_property
    def outputs(self) -> dict[str, bool]:
        """Return what the stack gives: name, and whether it says that it is secret."""
        return {name: block.get("sensitive") is True for name, block in self._blocks("output")}

    @cached_property
    def folders(self) -> tuple[Path, ...]:
        """Return the stack's folder and those of every local module it reaches."""
        found: list[Path] = []
        waiting = [self.folder.resolve()]
        while waiting:
            folder = waiting.pop()
            if folder in found:
                continue
            found.append(folder)
            for file in sorted(folder.glob("*.tf")):
                waiting += [(folder / source).resolve() for source in _LOCAL_SOURCE.findall(file.read_text())]
        return tuple(found)

    def digest(self) -> str:
        """Return the identity of all code a plan of this stack depends on."""
        digest = hashlib.sha256()
        for folder in sorted(self.folders):
            for file in sorted(folder.rglob("*")):
                parts = file.relative_to(folder).parts
                if file.is_file() and not file.name.endswith(_NOT_CODE) and ".terraform" not in parts:
                    digest.update("/".join((folder.name, *parts)).encode() + b"\0")
                    digest.update(hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()

    def needs(self) -> str:
        """Return the identity of what `init` reads: module sources, provider sources and versions."""
        digest = hashlib.sha256()
        for folder in sorted(self.folders):
            for file in sorted(folder.glob("*.tf")):
                for match in _NEEDS_INIT.finditer(file.read_text()):
                    digest.update(f"{folder.name}/{file.name}: {match.group()}\n".encode())
        return digest.hexdigest()

    def _blocks(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        return [
            (_unquoted(name), block)
            for document in self._documents
            for entry in document.get(kind, [])
            for name, block in entry.items()
        ]

    @cached_property
    def _documents(self) -> list[dict[str, Any]]:
        found = []
        for file in sorted(self.folder.glob("*.tf")):
            text = file.read_text(encoding="utf-8")
            if not _DECLARES.search(text):
                continue
            try:
                found.append(hcl2.loads(text))
            except Exception as error:
                # The grammar's library raises many kinds; to a person they are one.
                raise RenderingError(
                    f"The file can't be read as HCL: {str(error).strip().splitlines()[0]}",
                    where=str(file),
                    fix="run `terraform fmt` on it, which names the line",
                ) from error
        return found


def _unquoted(text: str) -> str:
    return text[1:-1] if text[:1] == '"' else text


def _expression(text: str) -> str:
    """Return a type as `terraform fmt` writes it on one line."""
    bare = text[2:-1] if text.startswith("${") else text
    # What is quoted stays: every second part of a split at the quotes.
    parts = re.split(r'("(?:[^"\\]|\\.)*")', bare)
    return "".join(
        part if at % 2 else re.sub(r"\{(?=\S)|(?<=\S)\}", _with_space, part) for at, part in enumerate(parts)
    )


def _with_space(brace: re.Match[str]) -> str:
    return "{ " if brace.group() == "{" else " }"
