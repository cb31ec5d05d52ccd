"""What flows out of packaging: platforms, artefacts and the manifest."""

from __future__ import annotations

import contextlib
import functools
import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from eventyard.errors import EventyardError
from eventyard.packaging.cache import write_atomically

Architecture = Literal["arm64", "x86_64"]

MANIFEST_VERSION = 2
_AGAIN = "run `eventyard package` again"
_FOR_IT = "run `eventyard package` for this environment"
_ARCHITECTURES: dict[str, Architecture] = {
    "aarch64": "arm64",
    "amd64": "x86_64",
    "arm64": "arm64",
    "x86_64": "x86_64",
}


class ManifestError(EventyardError):
    """A manifest is missing, damaged, or does not fit where it should go."""


@dataclass(frozen=True)
class Platform:
    """Where an artefact runs.

    Parameters
    ----------
    python
        Minor version of the runtime, such as `3.13`.
    architecture
        `arm64` or `x86_64`, in Lambda's words.
    host
        True for the machine this runs on: local environments only, never AWS.
    """

    python: str = "3.13"
    architecture: Architecture = "arm64"
    host: bool = False

    def __post_init__(self) -> None:
        major, _, minor = self.python.partition(".")
        if major != "3" or not minor.isdigit():
            raise EventyardError(
                f"Python `{self.python}` is no runtime of Lambda", fix="name a minor version, such as `3.13`"
            )
        if self.architecture not in _ARCHITECTURES.values():
            raise EventyardError(
                f"Architecture `{self.architecture}` is none of Lambda's", fix="use `arm64` or `x86_64`"
            )

    @classmethod
    def of_host(cls, python: str = "3.13") -> Platform:
        """Return the machine this runs on, with the given Python."""
        name = os.uname().machine.lower()
        if name not in _ARCHITECTURES:
            raise EventyardError(
                f"This machine's architecture `{name}` is none of Lambda's",
                fix="run on an arm64 or x86_64 machine",
            )
        return cls(python=python, architecture=_ARCHITECTURES[name], host=True)

    @property
    def runtime(self) -> str:
        """Lambda's name of the runtime."""
        return f"python{self.python}"

    @property
    def minor(self) -> int:
        """The minor version as a number."""
        return int(self.python.partition(".")[2])

    @property
    def tag(self) -> str:
        """A name that differs wherever wheels may differ; part of every cache key."""
        if not self.host:
            return f"lambda-{self.python}-{self.architecture}"
        return f"host-{self.python}-{self.architecture}-{os.uname().sysname.lower()}-{_libc()}"

    def __str__(self) -> str:
        """Return the words a person reads."""
        where = "this machine" if self.host else "Lambda"
        return f"{where}, Python {self.python}, {self.architecture}"


@dataclass(frozen=True)
class Options:
    """What a project chooses of its artefacts.

    Parameters
    ----------
    bytecode
        Compiled bytecode travels along: larger artefacts, faster starts.
    strip
        Tests, type stubs and headers of dependencies stay behind.
    from_source
        Normalised names of the dependencies that may be built from source where no wheel is published.
    """

    bytecode: bool = True
    strip: bool = False
    from_source: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Part:
    """What one distribution adds to an artefact.

    Parameters
    ----------
    name
        Normalised name of the distribution; empty for the function's own code.
    version
        Its version.
    sha256
        Of the wheel it came from.
    size
        Bytes, unpacked, bytecode included.
    """

    name: str
    version: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Artefact:
    """One function's zip.

    Parameters
    ----------
    filename
        The zip; None where it was never on this machine, and a bucket keeps it under its hash.
    hash
        Identity of what is in it, in hex; the same wherever the same inputs are packaged.
    handler, runtime, architecture
        As Lambda names them.
    size, unpacked_size
        Bytes of the zip, and of its files.
    parts
        What it consists of: our own code first, then the distributions by name.
    stripped
        Bytes of its dependencies, unpacked, that were left behind.
    reused
        True when the cache had it.
    """

    filename: Path | None
    hash: str
    handler: str
    runtime: str
    architecture: str
    size: int
    unpacked_size: int
    parts: tuple[Part, ...] = ()
    stripped: int = 0
    reused: bool = field(default=False, compare=False)

    @property
    def file(self) -> Path:
        """The zip on this machine.

        Raises
        ------
        ManifestError
            It was never here, or is gone.
        """
        if self.filename is None or not self.filename.is_file():
            raise ManifestError(
                f"The artefact of `{self.handler}` is {'gone' if self.filename else 'not on this machine'}",
                where=str(self.filename or self.hash),
                fix="run `eventyard package` again",
            )
        return self.filename


@dataclass(frozen=True)
class Manifest:
    """The artefacts of one run, by function, and the platform they were made for.

    Parameters
    ----------
    platform
        Where they run.
    handlers
        The artefacts.
    bytecode
        Which Python's bytecode travels along, such as `cpython-313`; None where none does.
    """

    platform: Platform
    handlers: dict[str, Artefact]
    bytecode: str | None = None

    def write(self, path: Path) -> None:
        """Write the manifest as JSON; files are named relative to it, so that a build folder can be moved."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, (json.dumps(self.as_json(path.parent.resolve()), indent=2) + "\n").encode())

    def as_json(self, folder: Path | None = None) -> dict[str, Any]:
        """Return the manifest as JSON has it, files named relative to `folder`; without one, no file is named."""
        return {
            "version": MANIFEST_VERSION,
            "platform": {
                "python": self.platform.python,
                "architecture": self.platform.architecture,
                "host": self.platform.host,
            },
            "bytecode": self.bytecode,
            "handlers": {name: _entry(artefact, folder) for name, artefact in sorted(self.handlers.items())},
        }

    def without_files(self) -> Manifest:
        """Return the same for another machine, where no file of it is."""
        handlers = {name: replace(artefact, filename=None) for name, artefact in self.handlers.items()}
        return replace(self, handlers=handlers)

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read a manifest that `write` wrote."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ManifestError(
                "Nothing has been packaged yet", where=str(path), fix="run `eventyard package`"
            ) from None
        except ValueError as error:
            raise _unreadable(error, str(path), _AGAIN) from error
        return cls.from_json(document, where=str(path), folder=path.parent.resolve())

    @classmethod
    def previous(cls, path: Path) -> Manifest | None:
        """Return what was packaged last time, to compare with; None where that can't be told, whatever the reason."""
        with contextlib.suppress(EventyardError, OSError):
            return cls.read(path)
        return None

    @classmethod
    def from_json(
        cls, document: dict[str, Any], *, where: str, folder: Path | None = None, fix: str = _AGAIN
    ) -> Manifest:
        """Return the manifest that `as_json` wrote.

        Parameters
        ----------
        document
            What it wrote; keys beside its own are left alone.
        where, fix
            What an error says of the document's place, and of what to do.
        folder
            What the files are relative to; without one, no artefact is on this machine.

        Raises
        ------
        ManifestError
            Another version wrote it, or it is damaged.
        """
        try:
            if document["version"] != MANIFEST_VERSION:
                raise ManifestError(
                    f"The manifest has version {document['version']}, this kit reads {MANIFEST_VERSION}",
                    where=where,
                    fix=fix,
                )
            platform = Platform(**document["platform"])
            bytecode = None if document["bytecode"] is None else str(document["bytecode"])
            handlers = {name: _artefact(entry, folder) for name, entry in document["handlers"].items()}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _unreadable(error, where, fix) from error
        return cls(platform=platform, handlers=handlers, bytecode=bytecode)

    def require(self, platform: Platform, *, files: bool = True, fix: str = _FOR_IT) -> None:
        """Refuse to go on when these artefacts are not made for `platform`, or are gone.

        Parameters
        ----------
        platform
            Where they are to run.
        files
            False where a bucket has them, and no file is needed.
        fix
            What an error says to do about the wrong platform.

        Raises
        ------
        ManifestError
            Artefacts made for this machine are never right for AWS, nor are another runtime's or architecture's.
        """
        if self.platform.host and not platform.host:
            raise ManifestError(
                "The artefacts were made for this machine, and AWS would run them",
                where=", ".join(sorted(self.handlers)) or None,
                fix=fix,
            )
        if self.platform != platform:
            raise ManifestError(
                f"The artefacts were made for {self.platform}; this environment is {platform}",
                fix=fix,
            )
        for name, artefact in sorted(self.handlers.items() if files else ()):
            if artefact.filename is None or not artefact.filename.is_file():
                raise ManifestError(
                    f"The artefact of `{name}` is gone",
                    where=str(artefact.filename or artefact.hash),
                    fix="run `eventyard package` again",
                )


@functools.cache
def _libc() -> str:
    """Return the C library and its version: where they differ, wheels do. Empty answers are macOS's."""
    with contextlib.suppress(ValueError, OSError):
        version = os.confstr("CS_GNU_LIBC_VERSION")
        if version:
            return version.replace(" ", "-")
    import platform  # noqa: PLC0415 - it starts programs where the C library does not answer

    return "-".join(part for part in platform.libc_ver() if part) or "any"


def _entry(artefact: Artefact, folder: Path | None) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "hash": artefact.hash,
        "handler": artefact.handler,
        "runtime": artefact.runtime,
        "architecture": artefact.architecture,
        "size": artefact.size,
        "unpacked_size": artefact.unpacked_size,
        "parts": [asdict(part) for part in artefact.parts],
        "stripped": artefact.stripped,
    }
    if folder is None or artefact.filename is None:
        return entry
    return {"filename": Path(os.path.relpath(artefact.filename.resolve(), folder)).as_posix(), **entry}


def _artefact(entry: dict[str, Any], folder: Path | None) -> Artefact:
    named = entry.get("filename") if folder else None
    return Artefact(
        **{
            **entry,
            "filename": Path(os.path.normpath(folder / named)) if folder and named else None,
            "size": int(entry["size"]),
            "unpacked_size": int(entry["unpacked_size"]),
            "parts": tuple(_part(part) for part in entry["parts"]),
        }
    )


def _part(row: dict[str, Any]) -> Part:
    return Part(str(row["name"]), str(row["version"]), str(row["sha256"]), int(row["size"]))


def _unreadable(error: Exception, where: str, fix: str) -> ManifestError:
    return ManifestError(f"The manifest can't be read: {error}", where=where, fix=fix)
