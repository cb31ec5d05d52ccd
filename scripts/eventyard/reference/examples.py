"""The HCL examples of READMEs: what each promises to make, and the root they are planned in.

All blocks of one README are one module, and the READMEs' modules one root, which a provider starts once for. The first
line of each example counts what it makes: `# modules=1 resources=7`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_EXAMPLE = re.compile(r"^```hcl\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROMISE = re.compile(r"# modules=(\d+) resources=(\d+)\n")
_MODULE = re.compile(r'^module "([^"]+)"', re.MULTILINE)
_RESOURCE = re.compile(r'^resource "([^"]+)" "([^"]+)"', re.MULTILINE)
# what a README shows (a tag of this repository), or a path beside the module
_SOURCE = re.compile(
    r'^(\s+source\s*=\s*)"(?:git::[^"]+//terraform/modules|(?:\.\./)+(?:terraform/)?(?:modules)?|\./modules)/?'
    r'([\w-]+)(?:\?[^"]*)?"',
    re.MULTILINE,
)
_REQUIRED = """terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
"""
_PROVIDER = """
provider "aws" {
  s3_use_path_style = true
}
"""


class ExampleError(EventyardError):
    """A README's example does not say what it makes, or uses what is not ours."""


@dataclass(frozen=True, slots=True)
class Example:
    """One HCL block of a README, with the number of module calls and resources it promises."""

    number: int
    text: str
    modules: int
    resources: int

    def rooted(self, modules: str) -> str:
        """Return its text with every source a folder under `modules`."""
        text = _SOURCE.sub(lambda match: f'{match[1]}"{modules}/{match[2]}"', self.text)
        if "git::" in text:
            raise ExampleError(f"example {self.number} has a source that is none of our modules")
        return text

    def makes(self, plan: Mapping[str, Any], readme: str) -> tuple[int, int]:
        """Return how many module calls it has, and how many resources the plan makes for them and beside them."""
        calls = _MODULE.findall(self.text)
        own = {f"{type_}.{name}" for type_, name in _RESOURCE.findall(self.text)}
        counted = Counter(_made(plan, readme))
        return len(calls), sum(counted[name] for name in {*calls, *own})


def _made(plan: Mapping[str, Any], readme: str) -> Iterator[str]:
    """Yield, for each resource of a README, the module call it comes from, or what it is called itself."""
    home = f"module.{readme}"
    for entry in plan["resource_changes"]:
        module = entry.get("module_address", "")
        if entry["mode"] == "managed" and (module == home or module.startswith(f"{home}.")):
            call = re.split(r"[.\[]", module.removeprefix(home).removeprefix(".module."))[0]
            yield call or f"{entry['type']}.{entry['name']}"


def read(readme: Path) -> list[Example]:
    """Return the HCL examples of a README, in order.

    Raises
    ------
    ExampleError
        One has no first line that counts what it makes.
    """
    found = []
    for number, text in enumerate(_EXAMPLE.findall(readme.read_text(encoding="utf-8")), start=1):
        promise = _PROMISE.match(text)
        if not promise:
            raise ExampleError(
                f"HCL example {number} does not say what it makes",
                where=str(readme),
                fix="begin it with `# modules=N resources=M`; fence what is no whole example as `text`",
            )
        found.append(Example(number, text, int(promise[1]), int(promise[2])))
    return found


def write_root(readmes: Mapping[str, Sequence[Example]], folder: Path, *, modules: str) -> None:
    """Write one root with a provider and a module for each README, by its name; each example in a file of its own.

    Parameters
    ----------
    readmes
        Name → its examples.
    folder
        The root.
    modules
        Where the modules are that examples call, as seen from `folder`.
    """
    calls = (f'\nmodule "{name}" {{\n  source = "./{name}"\n}}\n' for name in readmes)
    files = {"main.tf": "".join((_REQUIRED, _PROVIDER, *calls))}
    for name, examples in readmes.items():
        files[f"{name}/versions.tf"] = _REQUIRED
        files |= {f"{name}/example_{e.number}.tf": e.rooted(f"../{modules}") for e in examples}
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
