"""What Terraform files use of the provider, held beside what a release of it takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import hcl2

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.contract.provider_majors.schema import Takes

# Terraform's own, in any resource
META = {"count", "depends_on", "for_each", "provider"}
META_BLOCKS = {"connection", "lifecycle", "provisioner"}
# as `terraform fmt` leaves them; the parser need not know the rest of a file
BLOCKS = re.compile(r'^(?:resource|data) "aws_\w+" "\w+" \{(?:\}|\n.*?^\})$', re.MULTILINE | re.DOTALL)
AGAIN = "python -m tests.contract.provider_majors"


def refused(text: str, types: Mapping[str, Takes]) -> list[str]:
    """Return what of a Terraform file the provider would not take, by address."""
    return [
        f"{address}: {what}"
        for block in BLOCKS.findall(text)
        for address, type_, body in _read(block + "\n")
        for what in _of_type(type_, body, types)
    ]


def files(terraform: Path) -> list[Path]:
    """Return the files of all modules and stacks."""
    return sorted(terraform.glob("*/*/*.tf"))


def _read(block: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield a block's address, its type (`data.` before a data source's) and what is in it."""
    for kind, entries in hcl2.loads(block).items():
        for type_, named in ((_bare(type_), named) for entry in entries for type_, named in entry.items()):
            whole = f"data.{type_}" if kind == "data" else type_
            for name, body in named.items():
                yield f"{whole}.{_bare(name)}", whole, body


def _of_type(name: str, body: Mapping[str, Any], types: Mapping[str, Takes]) -> Iterator[str]:
    if name not in types:
        yield f"`{name}` is not in provider-6.txt; when `KEPT` has its prefix, `{AGAIN}` adds it if the provider has it"
        return
    known = types[name]
    own = {key: value for key, value in body.items() if key not in META | META_BLOCKS}
    yield from _inside(own, known, "")


def _inside(body: Mapping[str, Any], known: Takes, path: str) -> Iterator[str]:
    for key, value in body.items():
        name = _bare(key)
        if name.startswith("__"):
            continue  # the parser's own notes
        if name == "dynamic":
            for label, dynamic in (pair for entry in value for pair in entry.items()):
                for content in dynamic["content"]:
                    yield from _block(_bare(label), content, known, path)
        elif _is_block(value):
            for one in value:
                yield from _block(name, one, known, path)
        elif name not in known.arguments:
            yield (
                f"`{path}{name}` is a block, not an argument" if name in known.blocks else f"no argument `{path}{name}`"
            )


def _block(name: str, body: Mapping[str, Any], known: Takes, path: str) -> Iterator[str]:
    if name in known.blocks:
        yield from _inside(body, known.blocks[name], f"{path}{name}.")
    elif name not in known.arguments:
        yield f"no block `{path}{name}`"
    # a list of objects may be written as blocks; of what is in them the schema says nothing


def _is_block(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) and "__is_block__" in one for one in value)


def _bare(text: str) -> str:
    return text.strip('"')
