"""What each emulator can show, as data with evidence."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from eventyard.emulators.errors import EmulatorError

Works = Literal["yes", "partly", "no"]


@dataclass(frozen=True)
class Capability:
    """Whether a target can show one behaviour of AWS.

    Parameters
    ----------
    works
        `partly` is a limit a test has to know; the reason names it.
    reason
        What is missing, or how far it goes; empty where nothing is.
    evidence
        The test or trial that showed it.
    since
        Version of the target it is said of, or in which it came to work.
    """

    works: Works
    reason: str
    evidence: str
    since: str


@dataclass(frozen=True)
class Tolerated:
    """An attribute the target forgets, so that a second plan would change it."""

    type: str
    path: str
    reason: str


def capabilities(kind: str) -> dict[str, Capability]:
    """Return what `kind` can show, by name.

    Raises
    ------
    EmulatorError
        No emulator of that kind is known.
    """
    return {name: _capability(kind, name, entry) for name, entry in _data(kind)["capabilities"].items()}


def tolerated(kind: str) -> list[Tolerated]:
    """Return the differences a second plan may still hold on `kind`.

    Raises
    ------
    EmulatorError
        No emulator of that kind is known.
    """
    return [Tolerated(**entry) for entry in _data(kind).get("tolerated", [])]


def unapplied(kind: str) -> dict[str, str]:
    """Return the kit's modules that `kind` can't take, with the reason of each.

    Raises
    ------
    EmulatorError
        No emulator of that kind is known.
    """
    return {entry["module"]: entry["reason"] for entry in _data(kind).get("unapplied", [])}


@cache
def _data(kind: str) -> dict[str, Any]:
    source = files("eventyard.emulators") / "data" / f"{kind}.toml"
    if not source.is_file():
        raise EmulatorError(f"No emulator is called `{kind}`", fix="Name `ministack` or `localstack`")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _capability(kind: str, name: str, entry: dict[str, str]) -> Capability:
    capability = Capability(**{"reason": "", "since": _data(kind)["version"], **entry})
    if capability.works not in get_args(Works):
        raise EmulatorError(f"`works` is `{capability.works}`", where=f"{kind}.toml, capabilities.{name}")
    return capability
