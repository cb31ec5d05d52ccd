"""Markdown tables, and the marked part of a file they live in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eventyard.reference.blocks import Variable, outputs, variables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

BEGIN = "<!-- begin generated: `make docs` -->"
END = "<!-- end generated -->"
_SHORT = 44


def between_markers(text: str, generated: str, name: str = "") -> str:
    """Return `text` with `generated` in its marked part, which is added at the end where there is none.

    Parameters
    ----------
    name
        Which part, in a file that has several.
    """
    begin, end = (f"<!-- BEGIN {name} -->", f"<!-- END {name} -->") if name else (BEGIN, END)
    part = f"{begin}\n\n{generated.strip()}\n\n{end}"
    marked = re.compile(re.escape(begin) + r".*?" + re.escape(end), re.DOTALL)
    if marked.search(text):
        return marked.sub(lambda _: part, text, count=1)
    return f"{text.rstrip()}\n\n{part}\n".lstrip()


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def of_module(module: Path) -> str:
    """Return the tables of a module's or stack's inputs and outputs, and below them the types too long for a cell."""
    inputs = variables(module)
    parts = [
        "## Inputs",
        table(
            ("name", "what", "type", "default"),
            ((f"`{v.name}`", v.description, _type(v), _default(v)) for v in inputs),
        ),
    ]
    parts.extend(_long_types(inputs))
    parts += ["## Outputs", table(("name", "what"), ((f"`{o.name}`", o.description) for o in outputs(module)))]
    return "\n\n".join(parts)


def _long_types(inputs: Iterable[Variable]) -> Iterator[str]:
    for variable in inputs:
        if len(_flat(variable.type)) > _SHORT:
            yield f"`{variable.name}`:\n\n```text\n{_dedented(variable.type)}\n```"


def _dedented(text: str) -> str:
    """Return an expression without the indent it has inside its block."""
    return "\n".join(line.removeprefix("  ") for line in text.splitlines())


def _type(variable: Variable) -> str:
    flat = _flat(variable.type)
    if len(flat) <= _SHORT:
        return f"`{flat}`"
    head = flat.split("({", 1)[0]
    return f"`{head}({{…}}){')' * head.count('(')}`, below"


def _default(variable: Variable) -> str:
    if variable.default is None:
        return "required"
    flat = _flat(variable.default)
    return f"`{flat}`" if len(flat) <= _SHORT else "see `variables.tf`"


def _flat(expression: str) -> str:
    return re.sub(r"\s+", " ", expression).replace("{ }", "{}")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
