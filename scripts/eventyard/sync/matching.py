"""Which artefact belongs in which function, and what a plan will say of it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eventyard.packaging import Artefact

    from .deployed import Function

_HANDLER_PARTS = 4
"""`<stack>.<function>.app.handler`: handlers of another form are not packaged from the handlers' folder."""


@dataclass(frozen=True)
class Pair:
    """A function, and what belongs in it.

    Parameters
    ----------
    label
        The handler's folder, such as `ec2_control/stop`.
    function
        As the state has it.
    artefact
        As it was packaged.
    """

    label: str
    function: Function
    artefact: Artefact

    @cached_property
    def code_sha256(self) -> str:
        """What Lambda will say of the artefact's bytes; empty where they are not on this machine."""
        if self.artefact.filename is None:
            return ""
        with self.artefact.file.open("rb") as content:
            return base64.b64encode(hashlib.file_digest(content, "sha256").digest()).decode("ascii")


@dataclass(frozen=True)
class Pending:
    """A resource the next plan will change because of an edit, and the attributes that lead to it."""

    address: str
    attributes: tuple[str, ...]

    def __str__(self) -> str:
        """Return the line a person reads."""
        return f"{self.address}: {', '.join(self.attributes)}"


@dataclass(frozen=True)
class Matches:
    """The outcome of a comparison of artefacts and state.

    Parameters
    ----------
    pairs
        What can be served.
    notes
        What can't, and why: sentences.
    """

    pairs: tuple[Pair, ...]
    notes: tuple[str, ...]


def match(artefacts: Mapping[str, Artefact], functions: Sequence[Function], *, package: str, apply: str) -> Matches:
    """Pair artefacts with the functions they belong in: those with the same handler.

    Parameters
    ----------
    artefacts
        By the handler's folder.
    functions
        Of the state; several may have one handler.
    package
        The stack's folder below the handlers' folder.
    apply
        The command that settles what can't be served, in backticks.
    """
    pairs: list[Pair] = []
    notes: list[str] = []
    for label, artefact in sorted(artefacts.items()):
        its = [function for function in functions if function.handler == artefact.handler]
        if not its:
            notes.append(f"{label}: not deployed yet; {apply} makes it if the stack has it")
        for function in its:
            if (function.runtime, function.architecture) == (artefact.runtime, artefact.architecture):
                pairs.append(Pair(label, function, artefact))
            else:
                notes.append(
                    f"{label}: deployed for {function.runtime} on {function.architecture}, packaged for "
                    f"{artefact.runtime} on {artefact.architecture}; {apply} changes both at once"
                )
    handlers = {artefact.handler for artefact in artefacts.values()}
    for function in functions:
        parts = function.handler.split(".")
        if function.handler not in handlers and len(parts) == _HANDLER_PARTS and parts[0] == package:
            notes.append(
                f"{'/'.join(parts[:2])}: deployed as `{function.name}`, and its handler is gone; "
                f"it serves on until {apply}"
            )
    return Matches(tuple(pairs), tuple(notes))


def pending(pairs: Sequence[Pair]) -> tuple[Pending, ...]:
    """Return what the next plan will change because handlers are other than at the last apply.

    A function's artefact has another hash then, and the aliases that follow it get the version that is published.
    What `sync` has served makes no difference to that: reading the state again, Terraform finds the new version in
    the function and in its alias alike.
    """
    found: list[Pending] = []
    for pair in pairs:
        function = pair.function
        place = "s3_key" if function.from_bucket else "filename"
        attributes = (place,) if function.hash is None else ("source_code_hash", place)
        if function.hash == pair.artefact.hash or (function.hash is None and function.code_sha256 == pair.code_sha256):
            continue
        found.append(Pending(function.address, attributes))
        found.extend(Pending(alias.address, ("function_version",)) for alias in function.followers)
    return tuple(sorted(found, key=lambda one: one.address))
