"""Reads and judges a function's locked dependencies."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from eventyard.errors import EventyardError
from eventyard.packaging.identity import digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCE = "requirements.in"
LOCK = "requirements.txt"

# What Lambda's runtime brings itself. It is left out unless `requirements.in` asks for a version of it: it weighs
# more than most functions, and a copy costs every cold start.
RUNTIME_HAS = frozenset({"boto3", "botocore", "s3transfer"})

_HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})(?=\s|$)")
_VIA = re.compile(r"^\s*#\s*(?:via\s+)?(\S.*?)\s*$")


class LockError(EventyardError):
    """Dependencies are not locked, or not as they should be."""


@dataclass(frozen=True)
class Pin:
    """One locked dependency: its line as uv takes it, and who asked for it."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    line: int
    via: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the line a resolver reads; hashes sorted, comments gone."""
        marker = f" ; {self.marker}" if self.marker else ""
        return f"{self.name}=={self.version}{marker} " + " ".join(f"--hash={value}" for value in self.hashes)


@dataclass(frozen=True)
class Lock:
    """The dependencies that travel with a function."""

    file: Path
    pins: tuple[Pin, ...]

    @property
    def digest(self) -> str:
        """The same for two locks that install the same, whatever their comments, order and name."""
        return digest(sorted(str(pin) for pin in self.pins))

    def text(self) -> str:
        """Return what uv installs."""
        return "".join(f"{pin}\n" for pin in self.pins)


def read(folder: Path) -> Lock | None:
    """Return a function's lock, or None when it depends on nothing.

    Raises
    ------
    LockError
        `requirements.in` has no lock or a stale one, or a line of the lock has no exact version or no hash.
    """
    source, file = folder / SOURCE, folder / LOCK
    mend = f"run `eventyard lock {folder.parent.name}/{folder.name}`"
    if (folder.parent / "_shared" / SOURCE).exists() or (folder.parent / "_shared" / LOCK).exists():
        raise LockError(
            "`_shared` can't have dependencies of its own",
            where=str(folder.parent / "_shared"),
            fix=f"name them in the `{SOURCE}` of each function that needs them",
        )
    if not file.is_file():
        if source.is_file() and any(_wanted(source)):
            raise LockError("The dependencies are not locked", where=str(source), fix=mend)
        return None
    pins = tuple(_pins(file, mend))
    if source.is_file():
        pins = _needed(pins, _judged(source, pins, mend))
    return Lock(file, pins) if pins else None


def _pins(file: Path, mend: str) -> Iterator[Pin]:
    pin: Pin | None = None
    for line, text in _lines(file):
        if text.lstrip().startswith("#"):
            found = _VIA.match(text)
            if pin and found and found[1] != "via":
                pin = replace(pin, via=(*pin.via, found[1]))
            continue
        if pin:
            yield pin
        pin = _pin(text, file, line, mend)
    if pin:
        yield pin


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """Yield logical lines with the number they begin at."""
    joined, start = "", 0
    for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        start = start if joined else number
        if text.endswith("\\") and not text.lstrip().startswith("#"):
            joined += text[:-1] + " "
            continue
        if (joined + text).strip():
            yield start, joined + text
        joined = ""
    if joined.strip():
        yield start, joined


def _pin(text: str, file: Path, line: int, mend: str) -> Pin:
    where = f"{file}:{line}"
    if text.lstrip().startswith("-"):
        raise LockError(
            f"A lock holds pinned packages only, not `{text.split(maxsplit=1)[0]}`",
            where=where,
            fix=f"name indexes in uv's own settings; then {mend}",
        )
    code = re.split(r"\s#", text, maxsplit=1)[0]
    hashes = tuple(sorted(set(_HASH.findall(code))))
    try:
        requirement = Requirement(re.split(r"\s--hash[=\s]", code, maxsplit=1)[0].strip())
    except InvalidRequirement as error:
        raise LockError(f"Not a requirement: {str(error).splitlines()[0]}", where=where, fix=mend) from None
    specifiers = list(requirement.specifier)
    pinned = len(specifiers) == 1 and specifiers[0].operator == "==" and "*" not in specifiers[0].version
    if not pinned or requirement.url:
        raise LockError(f"`{requirement.name}` has no exact version", where=where, fix=mend)
    if not hashes:
        raise LockError(f"`{requirement.name}` has no hash", where=where, fix=mend)
    marker = str(requirement.marker) if requirement.marker else ""
    return Pin(canonicalize_name(requirement.name), specifiers[0].version, marker, hashes, line)


def _wanted(source: Path) -> Iterator[tuple[int, Requirement]]:
    """Yield the plain requirements of a `requirements.in`; uv alone knows its options."""
    for line, text in _lines(source):
        code = re.split(r"(?:^|\s)#", text, maxsplit=1)[0].strip()
        if not code or code.startswith("-"):
            continue
        try:
            yield line, Requirement(code)
        except InvalidRequirement as error:
            raise LockError(
                f"Not a requirement: {str(error).splitlines()[0]}",
                where=f"{source}:{line}",
                fix="mend the line, and run `eventyard lock`",
            ) from None


def _judged(source: Path, pins: tuple[Pin, ...], mend: str) -> set[str]:
    """Refuse a stale lock; return what of the runtime's own the function asks to bring along."""
    locked: dict[str, list[Pin]] = {}
    for pin in pins:
        locked.setdefault(pin.name, []).append(pin)
    wanted = list(_wanted(source))
    for line, requirement in wanted:
        versions = locked.get(canonicalize_name(requirement.name), [])
        if not versions and requirement.marker:
            continue  # it may be for no Python that the lock is for
        if not any(requirement.specifier.contains(pin.version, prereleases=True) for pin in versions):
            held = ", ".join(pin.version for pin in versions) or "none"
            raise LockError(
                f"The lock is stale: `{requirement}` is wanted, {held} is locked",
                where=f"{source}:{line}",
                fix=mend,
            )
    names = {canonicalize_name(requirement.name) for _, requirement in wanted}
    for pin in pins:
        if pin.via == (f"-r {SOURCE}",) and pin.name not in names:
            raise LockError(
                f"The lock is stale: `{pin.name}` is locked, nothing wants it",
                where=f"{source.parent / LOCK}:{pin.line}",
                fix=mend,
            )
    return {canonicalize_name(requirement.name) for _, requirement in wanted if requirement.specifier}


def _needed(pins: tuple[Pin, ...], asked: set[str]) -> tuple[Pin, ...]:
    """Leave out what the runtime has, and what only that needs, going by the lock's `via` comments."""
    gone = {pin.name for pin in pins if pin.name in RUNTIME_HAS}
    # botocore comes with a boto3 that is asked for: one without the other would not fit.
    gone = set() if gone & asked else gone
    while True:
        more = {
            pin.name
            for pin in pins
            if pin.name not in gone and pin.via and all(canonicalize_name(name) in gone for name in pin.via)
        }
        if not more:
            return tuple(pin for pin in pins if pin.name not in gone)
        gone |= more
