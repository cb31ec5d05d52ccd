"""What the embedded emulator's launcher adds, and what each emulator can show, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventyard import emulators
from eventyard.reference.refused import refused
from eventyard.reference.tables import table
from eventyard_localstack import registry as localstack
from eventyard_localstack.providers import PROVIDERS
from eventyard_ministack import registry as ministack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from eventyard_launcher.additions import Addition

_TARGETS = {"ministack": "MiniStack", "localstack": "LocalStack"}
_REGISTRIES: dict[str, Sequence[Addition]] = {
    "ministack": ministack.ADDITIONS,
    "localstack": localstack.ADDITIONS,
}
_FOLDER = "tests/"


def additions(kind: str) -> str:
    """Return the table of what AWS does and an emulator does not, in the order it is installed."""
    return table(
        ("addition", "without it", "documented by"),
        (
            (f"`{addition.name}`", f"{addition.reason.removesuffix('.')}.", f"[AWS]({addition.documented})")
            for addition in _REGISTRIES[kind]
        ),
    )


def providers() -> str:
    """Return the table of services that moto serves for LocalStack."""
    return table(
        ("service", "why"),
        ((f"`{provider.service}`", f"{provider.reason.removesuffix('.')}.") for provider in PROVIDERS),
    )


def untaken(root: Path) -> str:
    """Return the table of what MiniStack can't take of the modules, with its error."""
    return table(
        ("module", "resource", "its error"),
        ((f"`{entry.module}`", f"`{entry.type}`", f"`{entry.error}`") for entry in refused(root)),
    )


def capabilities() -> str:
    """Return the table of what each emulator can show; `-` where nobody has tried."""
    known = {kind: emulators.capabilities(kind) for kind in _TARGETS}
    names = sorted({name for found in known.values() for name in found})
    rows = ((name, [found.get(name) for found in known.values()]) for name in names)
    return table(
        ("capability", *(f"{title} {_version(kind)}" for kind, title in _TARGETS.items()), "tested by"),
        ((f"`{name}`", *(_said(one) for one in found), _tested(found)) for name, found in rows),
    )


def _version(kind: str) -> str:
    """Return the version an emulator is pinned to, of which everything is said that names no other."""
    return max(capability.since for capability in emulators.capabilities(kind).values())


def _said(capability: emulators.Capability | None) -> str:
    if capability is None:
        return "-"
    return f"{capability.works}: {capability.reason}" if capability.reason else capability.works


def _tested(capabilities: Iterable[emulators.Capability | None]) -> str:
    """Return the tests that show it on every run; the rest was tried once, as the data says."""
    evidence = {one.evidence for one in capabilities if one is not None and one.evidence.startswith(_FOLDER)}
    names = sorted(place.partition("::")[0].rpartition("/")[2] for place in evidence)
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names)) or "-"
