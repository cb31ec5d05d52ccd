"""What a release of the provider takes, read from the bindings its schema was published in.

The release itself is not needed: the bindings (`@cdktn/provider-aws` on npm, or its predecessor `@cdktf/provider-aws`)
hold the names of the arguments and blocks of every resource and data source, as Terraform spells them. What a release
has removed is not there. What it only deprecates is there without a mark: of that `terraform validate` warns.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import tarfile
from typing import TYPE_CHECKING

from tests.contract.provider_majors.schema import Source, Takes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = "@cdktn/provider-aws"
VERSION = "25.7.0"

_CODE = re.compile(r"package/lib/(?P<resource>(?!ephemeral-)[^/]+)/(?:index|index-structs/structs\d+)\.js")
_TYPE = re.compile(r'^(?:    static |\w+\.)tfResourceType = "(aws_\w+)";$', re.MULTILINE)
_BODY = re.compile(
    r"^(?:function (?P<struct>\w+)ToHclTerraform\(struct\)|    synthesizeHclAttributes\(\)) \{\n"
    r".*?^ +const attrs = \{(?P<entries>\n.*?^ +)?\};$",
    re.MULTILINE | re.DOTALL,
)
_ENTRY = re.compile(
    r'^ +"?(?P<name>\w+)"?: \{\n +value: (?P<value>.*?),\n +isBlock: (?P<block>true|false),\n +type: "(?P<type>\w+)",$',
    re.MULTILINE | re.DOTALL,
)
_STRUCT = re.compile(r"(?<!cdktn\.)(?<!cdktf\.)\b(\w+)ToHclTerraform\b")
_LIST_OF_OBJECTS = "ToHclTerraform, false)"
"""Says of what looks like a block that it is an argument, `ingress = [{…}]`."""


def fetch(package: str, version: str, folder: Path) -> Path:
    """Download a release of the bindings with npm's own client: some 50 MB."""
    done = subprocess.run(
        ["npm", "pack", f"{package}@{version}", "--silent", "--pack-destination", str(folder)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
    )
    return folder / done.stdout.split()[-1]


def read(tarball: Path) -> tuple[Source, dict[str, Takes]]:
    """Return where the schema of a tarball comes from, and what each type takes; `data.` begins a data source."""
    described = {}
    texts: dict[str, str] = {}
    for name, text in _files(tarball):
        if code := _CODE.fullmatch(name):
            texts[code["resource"]] = texts.get(code["resource"], "") + text
        else:
            described = json.loads(text)
    found = {}
    for resource, text in texts.items():
        if named := _TYPE.search(text):
            found[f"data.{named[1]}" if resource.startswith("data-") else named[1]] = _takes(text)
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    provider = described["cdktf"]["provider"]["version"]
    return Source(described["name"], described["version"], provider, f"sha512-{digest}"), found


def _files(tarball: Path) -> Iterator[tuple[str, str]]:
    """Yield what there is to read, without the source maps that are most of it."""
    with tarfile.open(tarball) as archive:
        for member in archive:
            file = archive.extractfile(member) if _CODE.fullmatch(member.name) or _described(member.name) else None
            if file is not None:
                yield member.name, file.read().decode().partition("//# sourceMappingURL")[0]


def _described(name: str) -> bool:
    return name == "package/package.json"


def _takes(text: str) -> Takes:
    """Return what one type takes: the entries its class hands on, with those of its structs below them."""
    bodies = {body["struct"]: list(_ENTRY.finditer(body["entries"] or "")) for body in _BODY.finditer(text)}

    def of(struct: str | None, above: tuple[str | None, ...]) -> Takes:
        takes = Takes(set(), {})
        for entry in bodies[struct]:
            objects = _LIST_OF_OBJECTS in entry["value"]
            # of a single struct nothing says which of the two it is
            if entry["block"] == "false" or objects or entry["type"] == "struct":
                takes.arguments.add(entry["name"])
            if entry["block"] == "true" and not objects:
                inner = next(one for one in _STRUCT.findall(entry["value"]) if one in bodies)
                takes.blocks[entry["name"]] = of(inner, (*above, inner)) if inner not in above else Takes(set(), {})
        return takes

    return of(None, (None,))
