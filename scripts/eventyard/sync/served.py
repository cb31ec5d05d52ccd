"""What `sync` put into a stack's functions: a small record, believed only as far as Lambda confirms it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

from eventyard.rendering.files import write

if TYPE_CHECKING:
    from pathlib import Path

    from .deployed import Function
    from .matching import Pair


KEPT: Final = 2
"""How many versions of `sync`'s own a function keeps: calls that began earlier still run on the one before."""


@dataclass(frozen=True)
class Served:
    """What `sync` put into one function last.

    Parameters
    ----------
    hash
        Identity of the artefact.
    code_sha256
        What Lambda said of its bytes.
    version
        The version it was published as; empty where the function has none.
    published
        The versions `sync` has made and not taken away again, oldest first.
    """

    hash: str = ""
    code_sha256: str = ""
    version: str = ""
    published: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """What `sync` put into each function of a stack, by physical name.

    Parameters
    ----------
    incarnation
        Of the emulator that was served; a record of another one describes nothing that exists.
    functions
        By physical name.
    """

    incarnation: str
    functions: dict[str, Served]

    @classmethod
    def read(cls, path: Path, incarnation: str) -> Record:
        """Return what was kept; nothing where there is none, none that can be read, or one of another emulator."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            found = {
                name: Served(**{**entry, "published": tuple(entry["published"])})
                for name, entry in document["functions"].items()
            }
            return cls(incarnation, found if document["incarnation"] == incarnation else {})
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return cls(incarnation, {})

    def write(self, path: Path) -> None:
        """Keep it, whole or not at all; forget it where there is nothing to remember."""
        if not self.functions:
            path.unlink(missing_ok=True)
            return
        entries = {name: asdict(served) for name, served in self.functions.items()}
        document = {"incarnation": self.incarnation, "functions": entries}
        write(path, json.dumps(document, indent=2, sort_keys=True) + "\n")

    def of(self, name: str) -> Served:
        """Return what was put into one function."""
        return self.functions.get(name, Served())

    def with_update(self, name: str, artefact: str, code_sha256: str, version: str) -> Record:
        """Return the record after one more update."""
        before = self.of(name)
        published = [one for one in before.published if one != version]
        served = Served(artefact, code_sha256, version, (*published, version) if version else tuple(published))
        return replace(self, functions={**self.functions, name: served})

    def settled(self) -> Record:
        """Return the record after an apply: only what still has versions to take away."""
        return replace(self, functions={name: one for name, one in self.functions.items() if one.published})

    def without_versions(self, name: str, gone: set[str]) -> Record:
        """Return the record after some versions were taken away."""
        before = self.of(name)
        left = tuple(one for one in before.published if one not in gone)
        return replace(self, functions={**self.functions, name: replace(before, published=left)})


def is_served(pair: Pair, served: Served, lambda_says: str) -> bool:
    """Tell whether a function serves its artefact already.

    Lambda knows the bytes of a zip, and we its identity, which is the same for other bytes of the same content. So
    what Lambda says is looked up in what the last apply left and in what `sync` put there last; then the bytes are
    compared.

    Parameters
    ----------
    pair
        The function as the state has it, and its artefact.
    served
        What the record says.
    lambda_says
        Hash of the bytes that are served now.
    """
    function = pair.function
    known = {(function.code_sha256, function.hash), (served.code_sha256, served.hash)}
    return bool(lambda_says) and ((lambda_says, pair.artefact.hash) in known or lambda_says == pair.code_sha256)


def superseded(function: Function, served: Served, keep: int = KEPT) -> set[str]:
    """Return the versions `sync` made that nothing needs any more: all but its newest `keep`, and Terraform's."""
    needed = {function.version, *(alias.version for alias in function.aliases)}
    newest = served.published[max(0, len(served.published) - keep) :]
    return {version for version in served.published if version not in needed | set(newest)}
