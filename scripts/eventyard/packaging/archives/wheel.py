"""A wheel, and its files as they will lie in an artefact, packed as they came.

Where an installer puts a wheel's files: https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eventyard.errors import EventyardError
from eventyard.packaging.archives import archive, zips
from eventyard.packaging.archives.entries import DEFLATED, EXECUTABLE, PLAIN, STORED, Entry, pack
from eventyard.packaging.identity import CODEC, PACKAGER, digest

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from eventyard.packaging.archives.zips import Raw
    from eventyard.packaging.cache import Cache

KIND = "wheels"
_CHUNK = 1 << 20
_STORED_IS_FINE = 512  # bytes: below, deflate gains nothing worth a copy of the wheel

# What an installer leaves behind, or would: it differs from machine to machine and nothing reads it at run time.
_LEFTOVERS = frozenset({"RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED", "direct_url.json"})


class DamagedWheel(EventyardError):  # noqa: N818 - reads as what happened
    """A wheel is not what the lock says, or is no sound zip."""


@dataclass(frozen=True, order=True)
class Wheel:
    """One locked distribution, chosen for one platform; its file lies in the cache under its hash.

    Parameters
    ----------
    name
        Normalised name of the distribution.
    version
        Its version.
    filename
        The wheel's own file name, which says what it fits.
    sha256
        Of the file, in hex: it covers every member.
    """

    name: str
    version: str
    filename: str
    sha256: str

    def path(self, cache: Cache) -> Path:
        """Return where the cache keeps the file."""
        return cache.path(KIND, f"{self.sha256}.whl")


def entries(wheel: Wheel, cache: Cache) -> tuple[Entry, ...]:
    """Return a cached wheel's files, named as in an artefact.

    The file's hash is compared each time. What its directory says is read, and every member unpacked once to prove
    it, when the wheel is seen first; the cache keeps the list.

    Raises
    ------
    DamagedWheel
        The file is not what was locked, and is removed from the cache, so that it is fetched again; or what was
        locked is no sound wheel.
    """
    path = wheel.path(cache)
    _verify(wheel, path)
    listing = cache.path(KIND, f"{_read_as(wheel)}.json")
    document = _known(listing, _repacked(wheel, cache))
    if document is None:
        document = _listed(wheel, path, cache)
        with cache.writing(KIND, listing.name) as scratch:
            scratch.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")
    origin = _repacked(wheel, cache) if document["repacked"] else path
    return tuple(Entry._make((*row[:6], origin, row[6])) for row in document["entries"])


def _verify(wheel: Wheel, path: Path) -> None:
    found = _sha256(path)
    if found != wheel.sha256:
        path.unlink(missing_ok=True)
        raise DamagedWheel(
            f"The cached wheel of `{wheel.name}` {wheel.version} is not what was locked: its SHA-256 is "
            f"{found[:12]}…, not {wheel.sha256[:12]}…",
            where=str(path),
            fix="run the same command again: it has been removed and will be fetched anew",
        )


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def _known(listing: Path, repacked: Path) -> dict[str, Any] | None:
    """Return what `_listed` found before; None where that, or what it packed, is gone or damaged."""
    try:
        document: dict[str, Any] = json.loads(listing.read_bytes())
        if not document["entries"] or (document["repacked"] and document["repacked"] != _sha256(repacked)):
            return None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return document


def _listed(wheel: Wheel, path: Path, cache: Cache) -> dict[str, Any]:
    """Prove the wheel, and list its entries; what came packed in another way is packed anew beside it."""
    try:
        raws = zips.directory(path)
        zips.prove(path, raws)
        placed = list(_placed(raws, path))
        repacked = None if all(_as_it_came(raw) for _, _, raw in placed) else _repack(wheel, path, placed, cache)
    except zips.NotSoundError as error:
        raise DamagedWheel(
            f"The wheel of `{wheel.name}` {wheel.version} is damaged as it was published: {error}",
            where=wheel.filename,
            fix=f"lock another version of `{wheel.name}`",
        ) from None
    made = archive.read(repacked) if repacked else [_entry(target, mode, raw, path) for target, mode, raw in placed]
    return {
        "repacked": _sha256(repacked) if repacked else None,
        "entries": [(*entry[:6], entry.offset) for entry in made],
    }


def _as_it_came(raw: Raw) -> bool:
    return raw.method == DEFLATED or (raw.method == STORED and raw.size < _STORED_IS_FINE)


def _entry(target: str, mode: int, raw: Raw, path: Path) -> Entry:
    if not raw.size:  # stored, deflated, or nothing at all, as its writer liked: now the same
        return Entry(target, mode, 0, 0, 0, STORED, path, raw.offset)
    return Entry(target, mode, raw.crc, raw.size, raw.packed, raw.method, path, raw.offset)


def _repacked(wheel: Wheel, cache: Cache) -> Path:
    return cache.path(KIND, f"{_read_as(wheel)}.zip")


def _read_as(wheel: Wheel) -> str:
    """Name what is kept of a wheel: another packager lists other files, another compressor packs otherwise."""
    return f"{wheel.sha256}.{digest([PACKAGER, CODEC])[:16]}"


def _repack(wheel: Wheel, path: Path, placed: list[tuple[str, int, Raw]], cache: Cache) -> Path:
    """Pack what came stored, or in a way Lambda may not know, and return the copy."""
    target = _repacked(wheel, cache)
    import zipfile  # noqa: PLC0415 - most wheels are spliced, and never opened by it again

    with zipfile.ZipFile(path) as archived, cache.writing(KIND, target.name) as scratch:
        archive.write(scratch, (pack(name, mode, _content(archived, raw.name)) for name, mode, raw in placed))
    return target


def _content(archived: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archived.read(name)
    except Exception as error:  # noqa: BLE001 - each of zipfile's compressors has errors of its own
        raise zips.NotSoundError(f"`{name}` can't be unpacked: {error}") from None


def _placed(raws: Iterable[Raw], path: Path) -> Iterator[tuple[str, int, Raw]]:
    """Yield each file that travels: its name in the artefact, its mode, and where it is."""
    seen: dict[str, Raw] = {}
    sources = {raw.name for raw in raws}
    for raw in raws:
        target = _target(raw, path)
        if target is None or _is_leftover(raw.name, sources):
            continue
        twin = seen.setdefault(target, raw)
        if twin is not raw:
            if (twin.crc, twin.size) != (raw.crc, raw.size):
                raise zips.NotSoundError(f"it holds two different files `{target}`")
            continue
        runs = raw.executable or _scheme(raw.name)[0] == "scripts"
        yield target, EXECUTABLE if runs else PLAIN, raw


def _target(raw: Raw, path: Path) -> str | None:
    """Return a file's name in the artefact; None when it stays behind."""
    scheme, name = _scheme(raw.name)
    if not scheme:
        return raw.name
    if name and scheme in ("purelib", "platlib", "data"):
        return name
    if name and scheme == "scripts" and not _is_python_script(raw.name, path):
        return f"bin/{name}"
    return None  # headers; and scripts that would have to name an interpreter of this machine


def _scheme(name: str) -> tuple[str, str]:
    """Return which of an installer's folders a file goes to, and its name there; empty for the usual one."""
    first, _, rest = name.partition("/")
    if not first.endswith(".data") or not rest:
        return "", name
    scheme, _, inner = rest.partition("/")
    return scheme, inner


def _is_python_script(name: str, path: Path) -> bool:
    import zipfile  # noqa: PLC0415 - as above

    with zipfile.ZipFile(path) as archived:
        return _content(archived, name).startswith(b"#!python")


def _is_leftover(name: str, names: set[str]) -> bool:
    folder, _, last = name.rpartition("/")
    if folder.endswith(".dist-info") and "/" not in folder:
        return last in _LEFTOVERS
    # Compiled by somebody's Python; what has no source beside it is the module itself.
    return "__pycache__" in folder.split("/") or (name.endswith(".pyc") and name[:-1] in names)
