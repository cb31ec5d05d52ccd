"""Reads and judges a function's locked dependencies."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.requirements import Requirement

SOURCE = "requirements.in"
LOCK = "requirements.txt"
PROJECT = "pyproject.toml"
PROJECT_LOCK = "uv.lock"

# What Lambda's runtime brings itself. It is left out unless a version of it is asked for: it weighs more than most
# functions, and a copy costs every cold start.
RUNTIME_HAS = frozenset({"boto3", "botocore", "s3transfer"})

_HASH = re.compile(r"--hash[=\s]\s*sha256:([0-9a-fA-F]{64})(?=\s|$)")
_VIA = re.compile(r"^\s*#\s*(?:via\s+)?(\S.*?)\s*$")
# What uv and pip-tools write; it is read without the library that reads all that people write, which takes longer to
# load than uv takes to resolve a lock.
_CLAUSE = r"[a-z_]+ (?:[<>=!~]=|<|>|in|not in) '[^'\"]*'"
_USUAL = re.compile(
    rf"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)==(?P<version>\d[A-Za-z0-9.!+_-]*)"
    rf"(?: ?; (?P<marker>{_CLAUSE}(?: (?:and|or) {_CLAUSE})*))?"
)
_INDEXES = ("-i", "-f", "--index-url", "--extra-index-url", "--find-links", "--no-index", "--trusted-host")


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
    extras: tuple[str, ...] = ()
    via: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the line a resolver reads; hashes sorted, comments gone."""
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        marker = f" ; {self.marker}" if self.marker else ""
        return f"{self.name}{extras}=={self.version}{marker}" + "".join(f" --hash=sha256:{it}" for it in self.hashes)


@dataclass(frozen=True)
class Lock:
    """The dependencies that travel with a function.

    Parameters
    ----------
    file
        Where they are written down.
    pins
        Each with its exact version.
    """

    file: Path
    pins: tuple[Pin, ...]

    @property
    def whole(self) -> bool:
        """True when every pin has a hash: then the pins are all; else what they need is still to be found."""
        return all(pin.hashes for pin in self.pins)

    @property
    def digest(self) -> str:
        """The same for two locks that install the same, whatever their comments, order and name."""
        lines = json.dumps(sorted({str(pin) for pin in self.pins}))
        return hashlib.sha256(lines.encode("ascii")).hexdigest()

    def text(self) -> str:
        """Return what uv resolves."""
        return "".join(f"{pin}\n" for pin in self.pins)

    def left_out(self) -> frozenset[str]:
        """Return what must not travel even if something needs it: what the runtime has, unless a version is pinned."""
        return frozenset() if any(pin.name in RUNTIME_HAS for pin in self.pins) else RUNTIME_HAS

    def where(self, name: str) -> str:
        """Return the file, and the line if `name` stands on one."""
        line = next((pin.line for pin in self.pins if pin.name == name), None)
        return f"{self.file}:{line}" if line else str(self.file)


def deciding_files(folder: Path) -> tuple[Path, ...]:
    """Return the files beside a handler that say what it depends on: those that are there, in a fixed order.

    A `pyproject.toml` is one only with its `uv.lock`: without it, it holds a linter's settings.
    """
    plain = tuple(path for path in (folder / SOURCE, folder / LOCK) if path.is_file())
    if not (folder / PROJECT_LOCK).is_file():
        return plain
    return (*plain, *(path for path in (folder / PROJECT, folder / PROJECT_LOCK) if path.is_file()))


def command(folder: Path) -> str:
    """Return the command that locks the dependencies in `folder`, as it can be typed here."""
    here = Path.cwd()
    named = folder.resolve()
    shown = named.relative_to(here) if named.is_relative_to(here) and named != here else named
    return f"`eventyard lock {shown}`"


def read(folder: Path, *, strict: bool) -> Lock | None:
    """Return what a function's `requirements.txt` locks, or None when it depends on nothing.

    Parameters
    ----------
    folder
        The function's own.
    strict
        True for AWS: each pin must have a hash.

    Raises
    ------
    LockError
        There is more than one kind of lock, `requirements.in` has no lock or a stale one, or a line of the lock has no
        exact version or, if `strict`, no hash.
    """
    check_kind(folder)
    source, file = folder / SOURCE, folder / LOCK
    if not file.is_file():
        if source.is_file() and any(_wanted(source)):
            raise LockError("The dependencies are not locked", where=str(source), fix=_mend(folder))
        return None
    pins = tuple(parse(file, content(file), _mend(folder)))
    if source.is_file():
        pins = needed(pins, _judged(source, pins, _mend(folder)))
    unhashed = next((pin for pin in pins if not pin.hashes), None)
    if strict and unhashed:
        raise LockError(f"`{unhashed.name}` has no hash", where=f"{file}:{unhashed.line}", fix=_mend(folder))
    return Lock(file, pins) if pins else None


def check_kind(folder: Path) -> None:
    """Refuse a folder with two kinds of lock, and dependencies where no function is.

    Raises
    ------
    LockError
        Names what is one too many.
    """
    shared = folder.parent / "_shared"
    if (shared / SOURCE).exists() or (shared / LOCK).exists():
        raise LockError(
            "`_shared` can't have dependencies of its own",
            where=str(shared),
            fix=f"name them in the `{SOURCE}` of each function that needs them",
        )
    if not (folder / PROJECT_LOCK).is_file():
        return
    for name in (LOCK, SOURCE):
        if (folder / name).is_file():
            raise LockError(
                f"There are two kinds of lock: `{PROJECT_LOCK}` and `{name}`",
                where=str(folder),
                fix=f"keep `{PROJECT}` and `{PROJECT_LOCK}`, or `{SOURCE}` and `{LOCK}`",
            )


def content(file: Path) -> str:
    """Return a requirement file's text.

    Raises
    ------
    LockError
        It is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise LockError(f"The file is not UTF-8: {error.reason}", where=str(file), fix="save it as UTF-8") from error


def parse(file: Path, text: str, mend: str) -> Iterator[Pin]:
    """Yield the pins of a lock's text.

    Parameters
    ----------
    file
        Where errors point.
    text
        In pip's format.
    mend
        What errors say to do next.

    Raises
    ------
    LockError
        A line is no pinned requirement.
    """
    pin: Pin | None = None
    for line, written in _lines(text):
        if written.lstrip().startswith("#"):
            found = _VIA.match(written)
            if pin and found and found[1] != "via":
                pin = replace(pin, via=(*pin.via, found[1]))
            continue
        if pin:
            yield pin
        pin = _pin(written, f"{file}:{line}", line, mend)
    if pin:
        yield pin


def needed(pins: tuple[Pin, ...], asked: frozenset[str]) -> tuple[Pin, ...]:
    """Leave out what the runtime has, and what only that needs, going by the lock's `via` comments.

    Parameters
    ----------
    pins
        All of a lock.
    asked
        Normalised names of which the function asks for a version.
    """
    gone = {pin.name for pin in pins if pin.name in RUNTIME_HAS}
    # botocore comes with a boto3 that is asked for: one without the other would not fit.
    gone = set() if gone & asked else gone
    while True:
        more = {
            pin.name
            for pin in pins
            if pin.name not in gone and pin.via and all(_normalised(name) in gone for name in pin.via)
        }
        if not more:
            return tuple(pin for pin in pins if pin.name not in gone)
        gone |= more


def asked(requirements: list[Requirement]) -> frozenset[str]:
    """Return the normalised names of those requirements that ask for a version."""
    return frozenset(_normalised(it.name) for it in requirements if it.specifier)


def _mend(folder: Path) -> str:
    if (folder / SOURCE).is_file():
        return f"run {command(folder)}"
    return f"name what is wanted in a `{SOURCE}` beside it, and run {command(folder)}"


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield logical lines with the number they begin at."""
    joined, start = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        start = start if joined else number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            joined += line[:-1] + " "
            continue
        if (joined + line).strip():
            yield start, joined + line
        joined = ""
    if joined.strip():
        yield start, joined


def _pin(text: str, where: str, line: int, mend: str) -> Pin:
    if text.lstrip().startswith("-"):
        raise _option(text.split(maxsplit=1)[0].partition("=")[0], where, mend)
    code = re.split(r"\s#", text, maxsplit=1)[0]
    hashes = tuple(sorted({value.lower() for value in _HASH.findall(code)}))
    written = re.split(r"\s--[a-z]", code, maxsplit=1)[0].strip()
    usual = _USUAL.fullmatch(written)
    if usual:
        marker = (usual["marker"] or "").replace("'", '"')
        return Pin(_normalised(usual["name"]), usual["version"], marker, hashes, line)
    return _unusual(written, where, line, mend, hashes)


def _unusual(written: str, where: str, line: int, mend: str, hashes: tuple[str, ...]) -> Pin:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - it takes long to load

    try:
        requirement = Requirement(written)
    except InvalidRequirement as error:
        raise LockError(f"Not a requirement: {str(error).splitlines()[0]}", where=where, fix=mend) from None
    specifiers = list(requirement.specifier)
    pinned = len(specifiers) == 1 and specifiers[0].operator == "==" and "*" not in specifiers[0].version
    if not pinned or requirement.url:
        raise LockError(f"`{requirement.name}` has no exact version", where=where, fix=mend)
    marker = str(requirement.marker) if requirement.marker else ""
    # With hashes nothing but what stands in the lock travels, so extras say nothing there.
    extras = () if hashes else tuple(sorted(requirement.extras))
    return Pin(_normalised(requirement.name), specifiers[0].version, marker, hashes, line, extras)


def _normalised(name: str) -> str:
    """Return a distribution's one name (https://packaging.python.org/en/latest/specifications/name-normalization/)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _option(name: str, where: str, mend: str) -> LockError:
    if name in _INDEXES:
        fix = "take the line out, and name indexes in uv's own settings: `[[index]]` in `uv.toml`, or `UV_INDEX`"
    elif name in ("-r", "-c", "--requirement", "--constraint"):
        fix = f"one lock holds all of a function's packages: {mend}"
    else:
        fix = f"take the line out, or {mend}"
    return LockError(f"A lock holds pinned packages only, not `{name}`", where=where, fix=fix)


def _wanted(source: Path) -> Iterator[tuple[int, Requirement]]:
    """Yield the plain requirements of a `requirements.in`; uv alone knows its options."""
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - as above

    for line, text in _lines(content(source)):
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


def _judged(source: Path, pins: tuple[Pin, ...], mend: str) -> frozenset[str]:
    """Refuse a stale lock; return what of the runtime's own the function asks to bring along."""
    locked: dict[str, list[Pin]] = {}
    for pin in pins:
        locked.setdefault(pin.name, []).append(pin)
    wanted = list(_wanted(source))
    for line, requirement in wanted:
        versions = locked.get(_normalised(requirement.name), [])
        if not versions and requirement.marker:
            continue  # it may be for no Python that the lock is for
        if not any(requirement.specifier.contains(pin.version, prereleases=True) for pin in versions):
            held = ", ".join(pin.version for pin in versions) or "none"
            raise LockError(
                f"The lock is stale: `{requirement}` is wanted, {held} is locked",
                where=f"{source}:{line}",
                fix=mend,
            )
    names = {_normalised(requirement.name) for _, requirement in wanted}
    for pin in pins:
        if pin.via == (f"-r {SOURCE}",) and pin.name not in names:
            raise LockError(
                f"The lock is stale: `{pin.name}` is locked, nothing wants it",
                where=f"{source.parent / LOCK}:{pin.line}",
                fix=mend,
            )
    return asked([requirement for _, requirement in wanted])
