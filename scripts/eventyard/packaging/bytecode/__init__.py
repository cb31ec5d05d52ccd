"""Compiled bytecode that is valid whatever dates its sources bear, and the same wherever it is made.

Lambda's file system is read-only, so what is not compiled here is compiled at every cold start. The zip's fixed
date would make time-stamped bytecode stale, so only bytecode with unchecked hashes (PEP 552) will do.

What a wheel compiles to is kept in the cache as one zip, packed already, and spliced into artefacts as the wheel is:
it is compiled once for a wheel and a release of Python, whatever the number of functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eventyard.packaging.archives.entries import PLAIN, STORED, Entry
from eventyard.packaging.identity import CODEC, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from eventyard.packaging.bytecode.compiling import Chunk
    from eventyard.packaging.cache import Cache
    from eventyard.packaging.model import Platform
    from eventyard.packaging.sources.members import Member

KIND = "bytecode"
INTERPRETERS = "interpreters"
_CHUNKS = 8  # a wheel is cut into about so many, that one wheel keeps several cores busy,
_LEAST_BYTES = 128 * 1024  # but not so small that forking takes longer than compiling,
_MOST_BYTES = 1024 * 1024  # nor so large that the others wait for the last
_MADE_BY = "1"  # raise it with any change to how sources are put into chunks or compiled
_WITHOUT = "artefacts carry no bytecode, and start slower"
_NOTHING = b"-\n"
_PATIENCE = 20  # seconds
_ANSWERS = 4
_ASK = (
    "import sys; print('%d.%d' % sys.version_info[:2], sys.implementation.name, sys.implementation.cache_tag, "
    "sys.hexversion, sys.executable)"
)


@dataclass(frozen=True)
class Compiler:
    """A Python of the runtime's own minor version.

    Parameters
    ----------
    interpreter
        The program.
    tag
        What its bytecode files are named by, such as `cpython-313`.
    release
        The exact release, its `sys.hexversion`; another may write other bytes.
    """

    interpreter: Path
    tag: str
    release: int

    def wheels(self, items: Mapping[str, Sequence[Entry]], cache: Cache) -> dict[str, tuple[Entry, ...]]:
        """Return the bytecode of some wheels, compiling what the cache lacks, all of it at once.

        Parameters
        ----------
        items
            Each wheel's files as they will lie in an artefact, by the wheel's SHA-256.
        cache
            Keeps the bytecode.

        Returns
        -------
        Each wheel's bytecode files, by its SHA-256. What does not compile (a template, code for another Python)
        has none, and travels as source only.

        Raises
        ------
        EventyardError
            The interpreter failed; it says how.
        """
        from eventyard.packaging.archives import archive  # noqa: PLC0415 - a run with nothing to do reads no zip

        sources = {sha256: self._sources(entries) for sha256, entries in items.items()}
        names = {sha256: self._bundle(sha256, found) for sha256, found in sources.items()}
        found = self._kept(names, cache)
        if len(found) < len(names):
            # One run takes every core; a second one beside it would mostly compile the same files.
            with cache.alone(KIND, f"{self.tag}-{self.release}"):
                found |= self._kept({sha256: name for sha256, name in names.items() if sha256 not in found}, cache)
                missing = {names[sha256]: sources[sha256] for sha256 in names if sha256 not in found}
                self._make(missing, cache)
            found |= {sha256: archive.read(cache.path(KIND, names[sha256])) for sha256 in names if sha256 not in found}
        return {sha256: found[sha256] for sha256 in items}

    def sources(self, members: Sequence[Member], cache: Cache) -> dict[Member, Entry]:
        """Return the bytecode of those of our own files that are Python, compiling what the cache lacks.

        Each file is compiled on its own, so that an edit compiles one. What does not compile has none.

        Raises
        ------
        EventyardError
            The interpreter failed, or a file changed since it was hashed.
        """
        names = {member: self._own(member) for member in members if member.path.endswith(".py")}
        unique = {name: member for member, name in names.items()}
        found = self._kept_own(unique, cache)
        if len(found) < len(unique):
            with cache.alone(KIND, f"own-{self.tag}-{self.release}"):
                found |= self._kept_own({name: unique[name] for name in unique if name not in found}, cache)
                found |= self._make_own({name: unique[name] for name in unique if name not in found}, cache)
        return {member: entry for member, name in names.items() if (entry := found[name]) is not None}

    def _sources(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return what is to be compiled, by name.

        Where a wheel brings its own bytecode, that stays. Tests travel as source only: no cold start reads them, and
        of pandas and numpy they are more than half.
        """
        from eventyard.packaging.archives import strip  # noqa: PLC0415 - a run with nothing to do looks at no wheel

        there = {entry.path for entry in entries}
        sources = (entry for entry in entries if entry.path.endswith(".py") and not strip.is_test(entry.path))
        return sorted((entry for entry in sources if self._beside(entry.path) not in there), key=_path)

    def _beside(self, path: str) -> str:
        folder, slash, name = path.rpartition("/")
        return f"{folder}{slash}__pycache__/{name.removesuffix('.py')}.{self.tag}.pyc"

    def _bundle(self, sha256: str, sources: Sequence[Entry]) -> str:
        # Which files are compiled is in the name: with some of them left out, the others' bytes may be others.
        key = digest([_MADE_BY, CODEC, [source.path for source in sources]])
        return f"{sha256}-{self.tag}-{self.release}-{key[:16]}.zip"

    def _own(self, member: Member) -> str:
        key = digest([_MADE_BY, CODEC, member.path, member.digest, self.tag, self.release])
        return f"own/{key[:2]}/{key}"

    def _kept(self, names: Mapping[str, str], cache: Cache) -> dict[str, tuple[Entry, ...]]:
        from eventyard.packaging.archives import archive, zips  # noqa: PLC0415 - a run with nothing to do reads no zip

        found: dict[str, tuple[Entry, ...]] = {}
        for sha256, name in names.items():
            path = cache.path(KIND, name)
            try:
                found[sha256] = archive.read(path)
            except (FileNotFoundError, zips.NotSoundError):
                continue
            cache.used(path)
        return found

    def _make(self, missing: Mapping[str, Sequence[Entry]], cache: Cache) -> None:
        """Compile wheels into bundles, the biggest first; each is kept as soon as its last chunk is done."""
        from eventyard.packaging.bytecode import compiling  # noqa: PLC0415 - a run with nothing to do compiles nothing

        biggest_first = sorted(missing, key=lambda name: -sum(source.size for source in missing[name]))
        chunks: list[Chunk] = []
        bundle_of: list[str] = []
        for name in biggest_first:
            for part in _chunks(missing[name]):
                chunks.append(compiling.Chunk(part, [self._beside(source.path) for source in part]))
                bundle_of.append(name)
        left = {name: bundle_of.count(name) for name in missing}
        done: dict[str, list[Entry]] = {name: [] for name in missing}
        with cache.scratch() as scratch:
            for name in (name for name in missing if not left[name]):
                _keep(name, [], scratch, cache)
            for number, entries in compiling.compiled(self.interpreter, self.release, chunks, scratch):
                name = bundle_of[number]
                done[name] += entries
                left[name] -= 1
                if not left[name]:
                    _keep(name, done.pop(name), scratch, cache)

    def _kept_own(self, names: Mapping[str, Member], cache: Cache) -> dict[str, Entry | None]:
        found: dict[str, Entry | None] = {}
        for name, member in names.items():
            path = cache.path(KIND, name)
            try:
                found[name] = _read_one(path, self._beside(member.path))
            except (FileNotFoundError, ValueError):
                continue
            cache.used(path)
        return found

    def _make_own(self, missing: Mapping[str, Member], cache: Cache) -> dict[str, Entry | None]:
        from eventyard.packaging.bytecode import compiling  # noqa: PLC0415 - as above

        chunks: list[Chunk] = []
        for member in missing.values():
            content = member.read()
            source = Entry(member.path, PLAIN, 0, len(content), len(content), STORED, content)
            chunks.append(compiling.Chunk([source], [self._beside(member.path)]))
        names = list(missing)
        found: dict[str, Entry | None] = {}
        with cache.scratch() as scratch:
            for number, entries in compiling.compiled(self.interpreter, self.release, chunks, scratch):
                entry = found[names[number]] = entries[0] if entries else None
                written = scratch / "entry"
                written.write_bytes(_one(entry))
                cache.keep(KIND, names[number], written)
        return found


def compiler(interpreter: Path | None, platform: Platform, cache: Cache) -> Compiler | str:
    """Return the compiler for a platform, or the reason why there is none, in one line.

    What the interpreter answers is kept in the cache until its file changes, so that it is not started to ask again.
    """
    if interpreter is None:
        return f"No Python {platform.python} found: {_WITHOUT}"
    try:
        answer = _answer(interpreter, cache)
    except OSError as error:
        return f"`{interpreter}` can't be run ({error}): {_WITHOUT}"
    version, implementation, tag, release = answer
    if version != platform.python or implementation != "cpython":
        return f"`{interpreter}` is {implementation} {version}, the runtime cpython {platform.python}: {_WITHOUT}"
    return Compiler(interpreter, tag, int(release))


def _answer(interpreter: Path, cache: Cache) -> list[str]:
    """Return what an interpreter says of itself, or said before: version, implementation, tag and release."""
    there = interpreter.stat()
    key = digest([str(interpreter.absolute()), there.st_mtime_ns, there.st_size, _ASK])
    kept = cache.path(INTERPRETERS, key)
    try:
        answer = kept.read_text(encoding="utf-8").split()
    except FileNotFoundError:
        answer = []
    if len(answer) == _ANSWERS:
        return answer
    *answer, program = _asked(interpreter)
    # A shim's answer may change while the shim stays as it is: only the program itself is taken at its word for long.
    if Path(program).exists() and interpreter.samefile(program):
        with cache.writing(INTERPRETERS, key) as written:
            written.write_text(" ".join(answer), encoding="utf-8")
    return answer


def _asked(interpreter: Path) -> list[str]:
    import subprocess  # noqa: PLC0415 - a run with nothing to do starts no process

    try:
        done = subprocess.run(
            [str(interpreter), "-I", "-S", "-c", _ASK], capture_output=True, text=True, check=True, timeout=_PATIENCE
        )
    except subprocess.SubprocessError as error:
        raise OSError(str(error)) from None
    answer = done.stdout.rstrip("\n").split(" ", _ANSWERS)
    if len(answer) != _ANSWERS + 1 or not answer[_ANSWERS - 1].isdigit():
        raise OSError("it does not answer as Python does")
    return answer


def _chunks(sources: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Cut a wheel's sources into chunks: by their order and sizes alone, never by this machine's cores."""
    enough = min(max(sum(source.size for source in sources) // _CHUNKS, _LEAST_BYTES), _MOST_BYTES)
    part: list[Entry] = []
    size = 0
    for source in sources:
        part.append(source)
        size += source.size
        if size >= enough:
            yield part
            part, size = [], 0
    if part:
        yield part


def _keep(name: str, entries: Sequence[Entry], scratch: Path, cache: Cache) -> None:
    from eventyard.packaging.archives import archive  # noqa: PLC0415 - as above

    written = scratch / "bundle"
    archive.write(written, entries)
    cache.keep(KIND, name, written)


def _one(entry: Entry | None) -> bytes:
    """Return one file's bytecode as it is kept: a line of numbers, then the packed bytes; a dash where it has none."""
    if entry is None or not isinstance(entry.origin, bytes):
        return _NOTHING
    return f"{entry.crc} {entry.size} {entry.packed} {entry.method}\n".encode() + entry.origin


def _read_one(path: Path, name: str) -> Entry | None:
    """Return what `_one` wrote, under its name in the artefact.

    Raises
    ------
    ValueError
        It is damaged.
    """
    content = path.read_bytes()
    if content == _NOTHING:
        return None
    head, _, packed = content.partition(b"\n")
    crc, size, length, method = map(int, head.split())
    if len(packed) != length:
        raise ValueError(name)
    return Entry(name, PLAIN, crc, size, length, method, packed)


def _path(entry: Entry) -> str:
    return entry.path
