"""What flows out of packaging: platforms, artefacts and the manifest."""

from __future__ import annotations

import json
import os
import platform as machine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from eventyard.errors import EventyardError
from eventyard.packaging.cache import write_atomically

Architecture = Literal["arm64", "x86_64"]

MANIFEST_VERSION = 1
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
        name = machine.machine().lower()
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
        libc = "-".join(part for part in machine.libc_ver() if part) or "any"
        return f"host-{self.python}-{self.architecture}-{machine.system().lower()}-{libc}"

    def __str__(self) -> str:
        """Return the words a person reads."""
        where = "this machine" if self.host else "Lambda"
        return f"{where}, Python {self.python}, {self.architecture}"


@dataclass(frozen=True)
class Artefact:
    """One function's zip."""

    filename: Path
    hash: str
    handler: str
    runtime: str
    architecture: str
    size: int
    unpacked_size: int
    reused: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Manifest:
    """The artefacts of one run, by function, and the platform they were made for."""

    platform: Platform
    handlers: dict[str, Artefact]

    def write(self, path: Path) -> None:
        """Write the manifest as JSON; files are named relative to it, so that a build folder can be moved."""
        folder = path.parent.resolve()
        document = {
            "version": MANIFEST_VERSION,
            "platform": {
                "python": self.platform.python,
                "architecture": self.platform.architecture,
                "host": self.platform.host,
            },
            "handlers": {name: _entry(artefact, folder) for name, artefact in sorted(self.handlers.items())},
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, (json.dumps(document, indent=2) + "\n").encode())

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read a manifest that `write` wrote."""
        try:
            document = cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
            if document["version"] != MANIFEST_VERSION:
                raise ManifestError(
                    f"The manifest has version {document['version']}, this kit reads {MANIFEST_VERSION}",
                    where=str(path),
                    fix="run `eventyard package` again",
                )
            platform = Platform(**document["platform"])
            folder = path.parent.resolve()
            handlers = {name: _artefact(entry, folder) for name, entry in document["handlers"].items()}
        except FileNotFoundError:
            raise ManifestError(
                "Nothing has been packaged yet", where=str(path), fix="run `eventyard package`"
            ) from None
        except (KeyError, TypeError, ValueError) as error:
            raise ManifestError(
                f"The manifest can't be read: {error}", where=str(path), fix="run `eventyard package` again"
            ) from error
        return cls(platform=platform, handlers=handlers)

    def require(self, platform: Platform) -> None:
        """Refuse to go on when these artefacts are not made for `platform`, or are gone.

        Raises
        ------
        ManifestError
            Artefacts made for this machine are never right for AWS, nor are another runtime's or architecture's.
        """
        if self.platform.host and not platform.host:
            raise ManifestError(
                "The artefacts were made for this machine, and AWS would run them",
                where=", ".join(sorted(self.handlers)) or None,
                fix="run `eventyard package` for this environment",
            )
        if self.platform != platform:
            raise ManifestError(
                f"The artefacts were made for {self.platform}; this environment is {platform}",
                fix="run `eventyard package` for this environment",
            )
        for name, artefact in sorted(self.handlers.items()):
            if not artefact.filename.is_file():
                raise ManifestError(
                    f"The artefact of `{name}` is gone",
                    where=str(artefact.filename),
                    fix="run `eventyard package` again",
                )


def _entry(artefact: Artefact, folder: Path) -> dict[str, Any]:
    return {
        "filename": Path(os.path.relpath(artefact.filename.resolve(), folder)).as_posix(),
        "hash": artefact.hash,
        "handler": artefact.handler,
        "runtime": artefact.runtime,
        "architecture": artefact.architecture,
        "size": artefact.size,
        "unpacked_size": artefact.unpacked_size,
    }


def _artefact(entry: dict[str, Any], folder: Path) -> Artefact:
    return Artefact(**{**entry, "filename": Path(os.path.normpath(folder / entry["filename"]))})
