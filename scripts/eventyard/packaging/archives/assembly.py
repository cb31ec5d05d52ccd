"""What lies in one artefact: own files, dependencies, and no name twice."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from eventyard.packaging.archives import zips
from eventyard.packaging.model import Part
from eventyard.packaging.sources.members import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from eventyard.packaging.archives.entries import Entry
    from eventyard.packaging.archives.wheel import Wheel
    from eventyard.packaging.sources.members import Member, Source

# Names the runtime can import besides Python's own: boto3 and what it stands on.
RUNTIME_NAMES = frozenset({"awslambdaric", "boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"})

_PYTHON = (".py", ".pyc")
_CODE = (*_PYTHON, ".so")


class Brought(NamedTuple):
    """What a wheel brings, and how many bytes of it, unpacked, were left behind."""

    entries: tuple[Entry, ...]
    stripped: int


@dataclass(frozen=True)
class Contents:
    """An artefact's files, where they come from, and how many bytes were left behind."""

    entries: tuple[Entry, ...]
    parts: tuple[Part, ...]
    stripped: int


def assemble(
    source: Source,
    wheels: Iterable[Wheel],
    brought: Mapping[str, Brought],
    own: Mapping[Member, tuple[Entry, ...]],
    say: Callable[[str], object],
) -> Contents:
    """Put a function's files and its dependencies' together.

    Parameters
    ----------
    source
        The function.
    wheels
        Its dependencies, by name.
    brought
        What each wheel brings, by its hash.
    own
        Packed form of each of our own files, its bytecode with it.
    say
        Takes what a person should know.

    Raises
    ------
    SourceError
        A file of ours hides one of a dependency, or it imports what nothing provides.
    """
    _check_own(source)
    mine = [entry for member in source.members for entry in own[member]]
    files = {entry.path: entry for entry in mine}
    owners: dict[str, str] = {}
    parts = [Part("", "", "", sum(entry.size for entry in mine))]
    shared = False
    stripped = 0
    for wheel in sorted(wheels):
        entries, left_behind = brought[wheel.sha256]
        stripped += left_behind
        parts.append(Part(wheel.name, wheel.version, wheel.sha256, sum(entry.size for entry in entries)))
        for entry in entries:
            other = files.get(entry.path)
            if other is not None:
                shared = True
                if (other.crc, other.size) != (entry.crc, entry.size) and _source(entry.path) is None:
                    _clash(source, entry.path, wheel, owners.get(entry.path), say)
            files[entry.path] = entry
            owners[entry.path] = wheel.name
    if shared:
        _drop_others_bytecode(files, owners)
    _check_names(source, files, owners)
    return Contents(tuple(files.values()), tuple(parts), stripped)


def _clash(source: Source, path: str, wheel: Wheel, owner: str | None, say: Callable[[str], object]) -> None:
    """Refuse to let a dependency replace a file of ours; of two dependencies the later by name has its way."""
    if owner is None:
        raise SourceError(
            f"`{path}` of `{source.name}` and the dependency `{wheel.name}` are two different files",
            where=str(source.folder / path),
            fix="rename it",
        )
    say(f"`{source.name}`: `{owner}` and `{wheel.name}` both bring `{path}`; that of `{wheel.name}` is taken")


def _drop_others_bytecode(files: dict[str, Entry], owners: Mapping[str, str]) -> None:
    """Leave out bytecode whose source came from somewhere else: Python would not notice that the two differ."""
    for path in tuple(files):
        source = _source(path)
        if source in files and owners.get(source) != owners.get(path):
            del files[path]


def _source(path: str) -> str | None:
    """Return the file that a bytecode file was compiled from; None for other files."""
    folder, _, name = path.rpartition("/")
    if not name.endswith(".pyc") or folder.rpartition("/")[2] != "__pycache__":
        return None
    return f"{folder.removesuffix('__pycache__')}{name.partition('.')[0]}.py"


def _check_own(source: Source) -> None:
    """Refuse names that not every program that unpacks a zip would understand alike."""
    for member in source.members:
        try:
            member.path.encode()
            zips.check_name(member.path)
        except (UnicodeEncodeError, zips.NotSoundError):
            raise SourceError(
                f"The name of a file of `{source.name}` can't be in a zip",
                where=ascii(str(member.origin)),
                fix="rename it: in UTF-8, without backslashes",
            ) from None


def _check_names(source: Source, files: Mapping[str, Entry], owners: Mapping[str, str]) -> None:
    """Refuse files that are folders too, packages of ours that hide a dependency, and imports that nothing provides."""
    for path in sorted(_folders(files) & files.keys()):
        raise SourceError(
            f"`{path}` would be a file and a folder in the artefact of `{source.name}`",
            where=f"it comes from {_origin(owners.get(path))}",
            fix="rename it, or drop the dependency",
        )
    provided = _modules(owners)
    ours = _modules(path for path in files if path not in owners)
    for name in sorted(ours & _modules(owners, _PYTHON)):  # libraries alone, as in `lib`, are imported by nobody
        raise SourceError(
            f"`{name}` of `{source.name}` hides the dependency `{name}`",
            where=str(source.folder),
            fix="rename ours",
        )
    known = provided | RUNTIME_NAMES | sys.stdlib_module_names
    for reference in source.external:
        if not reference.optional and reference.module[0] not in known:
            raise SourceError(
                f"Nothing provides `{reference.module[0]}`, which `{source.name}` imports",
                where=reference.where,
                fix=f"name it in `{source.folder.name}/requirements.in` and run `eventyard lock "
                f"{source.name}`, or mend the import",
            )


def _origin(owner: str | None) -> str:
    return f"the dependency `{owner}`" if owner else "our own code"


def _folders(paths: Iterable[str]) -> set[str]:
    """Return every folder that files lie in."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _modules(paths: Iterable[str], code: tuple[str, ...] = _CODE) -> frozenset[str]:
    """Return the names under which files can be imported."""
    tops = (path.partition("/")[0] for path in paths if path.endswith(code))
    names = {top.partition(".")[0] if top.endswith(code) else top for top in tops}
    return frozenset(name for name in names if name.isidentifier() and name != "__pycache__")
