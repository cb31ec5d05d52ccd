"""How large a module is to its user: inputs, counted down to the leaf, and what is checked of them.

A leaf is what a person types a value for: an attribute of an object at any depth, or an input that is no object. `any`
is one leaf, and counted apart: what may be given is not said.

`python -m eventyard.reference.counting FOLDER` prints the figures of any module, ours or somebody else's.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

_VARIABLE = re.compile(r'^variable\s+"([^"]+)"\s*\{(.*?)^\}', re.MULTILINE | re.DOTALL)
_TYPE = re.compile(r"^\s+type\s*=\s*", re.MULTILINE)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Za-z_][\w-]*|[^\s\w]')
_COMMENT = re.compile(r"(?:^|\s)(?:#|//).*$|/\*.*?\*/", re.MULTILINE)
_COLLECTIONS = frozenset({"list", "map", "set"})


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of one module: its root folder alone, no submodules."""

    inputs: int
    leaves: int
    untyped: int
    validations: int
    tests: int


def count(module: Path) -> Counted:
    """Count a module's inputs, leaves, inputs with `any` in them, validations and native test runs.

    Parameters
    ----------
    module
        Its folder; every `*.tf` directly in it is read, and every `*.tftest.hcl` there or in `tests`.
    """
    text = "\n".join(file.read_text(encoding="utf-8") for file in sorted(module.glob("*.tf")))
    bodies = [body for _, body in _VARIABLE.findall(text)]
    types = [_written(body) for body in bodies]
    tests = "\n".join(
        file.read_text(encoding="utf-8") for file in (*module.glob("*.tftest.hcl"), *module.glob("tests/*.tftest.hcl"))
    )
    return Counted(
        inputs=len(bodies),
        leaves=sum(leaves(written) for written in types),
        untyped=sum("any" in _TOKEN.findall(written) for written in types),
        validations=sum(len(re.findall(r"^\s+validation\s*\{", body, re.MULTILINE)) for body in bodies),
        tests=len(re.findall(r'^run "', tests, re.MULTILINE)),
    )


def leaves(written: str) -> int:
    """Return the leaves of a type expression; an input without a type is one.

    Examples
    --------
    >>> leaves("map(object({ a = string, b = optional(object({ c = number, d = list(string) })) }))")
    3
    """
    tokens = _TOKEN.findall(_COMMENT.sub("", written))
    found, _ = _leaves(tokens, 0) if tokens else (1, 0)
    return found


def _leaves(tokens: list[str], at: int) -> tuple[int, int]:
    """Return the leaves of the type that begins at `at`, and where it ends."""
    word = tokens[at]
    if word == "object":
        return _attributes(tokens, at + 3)  # object ( {
    if word in _COLLECTIONS and tokens[at + 1 : at + 2] == ["("]:
        found, end = _leaves(tokens, at + 2)
        return found, end + 1
    if word == "optional":
        found, end = _leaves(tokens, at + 2)
        return found, _closed(tokens, end)
    if word == "tuple":
        return 1, _closed(tokens, at + 2)
    return 1, at + 1


def _attributes(tokens: list[str], at: int) -> tuple[int, int]:
    """Return the leaves of an object's attributes from `at` on, and where the object ends."""
    total = 0
    while tokens[at] != "}":
        if tokens[at] == ",":
            at += 1
            continue
        found, at = _leaves(tokens, at + 2)  # name =
        total += found
    return total, at + 2  # } )


def _closed(tokens: list[str], at: int) -> int:
    """Return the place after the bracket that closes what is open at `at`."""
    depth = 1
    while depth:
        depth += (tokens[at] in "([{") - (tokens[at] in ")]}")
        at += 1
    return at


def _written(body: str) -> str:
    """Return the type expression of a variable's body, or nothing."""
    match = _TYPE.search(body)
    if not match:
        return "any"
    rest, depth, end = body[match.end() :], 0, 0
    for line in rest.splitlines(keepends=True):
        bare = _COMMENT.sub("", line)
        depth += sum(bare.count(char) for char in "([{") - sum(bare.count(char) for char in ")]}")
        end += len(line)
        if depth == 0:
            break
    return rest[:end]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(count(Path(sys.argv[1])))) + "\n")
