"""Packaging, in order: look what is there, then install, compile and splice together what is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError
from eventyard.packaging import recipes
from eventyard.packaging.cache import Cache
from eventyard.packaging.identity import CODEC, digest, identity
from eventyard.packaging.model import Manifest, Options, Platform
from eventyard.packaging.recipes import ARTEFACTS, Recipe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from eventyard.packaging.archives.assembly import Brought
    from eventyard.packaging.archives.entries import Entry
    from eventyard.packaging.archives.wheel import Wheel
    from eventyard.packaging.bytecode import Compiler
    from eventyard.packaging.sources.members import Member, Source
    from eventyard.packaging.toolbox import Toolbox

_ATTEMPTS = 3


def build(
    sources: Sequence[Source],
    *,
    platform: Platform,
    options: Options,
    tools: Toolbox,
    strict: bool,
    all_compile: bool = False,
) -> Manifest:
    """Make the artefacts of some functions, reusing every one whose inputs have not changed.

    Parameters
    ----------
    sources
        The functions.
    platform
        Where they will run.
    options
        What travels along.
    tools
        Cache, resolver, compiler.
    strict
        True for AWS: artefacts made for this machine are refused, and so are dependencies without hashes.
    all_compile
        Whether a file of ours that the runtime's Python can't compile is refused; else it travels as it is.

    Raises
    ------
    EventyardError
        What is wrong, at which file and line, and the command or edit that mends it.
    """
    _check_platform(platform, strict=strict)
    cache = Cache(tools.cache)
    compiler = _compiler(platform, options, tools, cache)
    keys = {source.name: recipes.key(source, platform, options, compiler, strict=strict) for source in sources}
    found = {source.name: recipes.find(cache, keys[source.name], tools.say) for source in sources}
    missing = [source for source in sources if found[source.name] is None]
    made: Mapping[str, Recipe] = {}
    if missing:
        maker = _Maker(platform, options, tools, cache, compiler, strict, all_compile)
        made = maker.make_all(missing)
        for name, recipe in made.items():
            recipes.keep(cache, keys[name], recipe)
    return Manifest(
        platform,
        {
            name: (reused or made[name]).artefact(cache, platform, reused=reused is not None)
            for name, reused in found.items()
        },
        bytecode=compiler.tag if compiler else None,
    )


def _check_platform(platform: Platform, *, strict: bool) -> None:
    if not platform.host:
        return
    if strict:
        raise EventyardError(
            "Artefacts for this machine are for local environments; this one is on AWS",
            fix="package for Lambda: leave `host` out of the platform",
        )
    if platform.architecture != Platform.of_host(platform.python).architecture:
        raise EventyardError(
            f"This machine can't make {platform.architecture} artefacts of its own packages",
            where="architecture",
            fix="leave `architecture` out of the local environment",
        )


def _compiler(platform: Platform, options: Options, tools: Toolbox, cache: Cache) -> Compiler | None:
    if not options.bytecode:
        return None
    from eventyard.packaging.bytecode import compiler  # noqa: PLC0415 - not needed without bytecode

    found = compiler(tools.interpreter(platform.python), platform, cache)
    if isinstance(found, str):
        tools.say(found)
        return None
    return found


@dataclass(frozen=True)
class _Maker:
    """Makes what the cache lacks."""

    platform: Platform
    options: Options
    tools: Toolbox
    cache: Cache
    compiler: Compiler | None
    strict: bool
    all_compile: bool

    def make_all(self, sources: Sequence[Source]) -> dict[str, Recipe]:
        """Make the functions' artefacts; once more where the cache was trimmed under our feet."""
        for _ in range(_ATTEMPTS):
            try:
                return self._made(sources)
            except FileNotFoundError as error:
                if not str(error.filename or "").startswith(str(self.cache.folder)):
                    raise
            except OSError as error:
                raise EventyardError(
                    f"The artefacts can't be made: {error.strerror or error}",
                    where=str(error.filename or self.cache.folder),
                    fix="make room, or mend what is in the way, and run the same command again",
                ) from error
        raise EventyardError(
            "The cache is emptied while it is used",
            where=str(self.cache.folder),
            fix="let whoever empties it come to an end, and run the same command again",
        )

    def _made(self, sources: Sequence[Source]) -> dict[str, Recipe]:
        from eventyard.packaging.dependencies.install import install  # noqa: PLC0415 - a run with nothing to do needs none

        wheels = install(
            [source.folder for source in sources],
            platform=self.platform,
            cache=self.cache,
            uv=self.tools.uv,
            interpreter=lambda: self.tools.interpreter(self.platform.python),
            strict=self.strict,
            from_source=self.options.from_source,
            say=self.tools.say,
        )
        brought = self._wheels({wheel.sha256: wheel for found in wheels.values() for wheel in found}.values())
        own = self._own(sources)
        return {source.name: self._one(source, wheels[source.folder], brought, own) for source in sources}

    def _wheels(self, wheels: Iterable[Wheel]) -> dict[str, Brought]:
        """Return what each wheel brings, with its bytecode."""
        from eventyard.packaging.archives import wheel  # noqa: PLC0415 - as above
        from eventyard.packaging.archives.assembly import Brought  # noqa: PLC0415 - as above

        files = {one.sha256: wheel.entries(one, self.cache) for one in wheels}
        kept = files
        if self.options.strip:
            from eventyard.packaging.archives import strip  # noqa: PLC0415 - as above

            kept = {sha256: strip.stripped(entries) for sha256, entries in files.items()}
        compiled = self.compiler.wheels(kept, self.cache) if self.compiler else {}
        return {
            sha256: Brought(
                (*entries, *compiled.get(sha256, ())),
                sum(entry.size for entry in files[sha256]) - sum(entry.size for entry in entries),
            )
            for sha256, entries in kept.items()
        }

    def _own(self, sources: Sequence[Source]) -> dict[Member, tuple[Entry, ...]]:
        """Return our own files, packed, each with its bytecode."""
        from eventyard.packaging.archives.entries import pack  # noqa: PLC0415 - as above

        members = list(dict.fromkeys(member for source in sources for member in source.members))
        compiled = self.compiler.sources(members, self.cache) if self.compiler else {}
        if self.compiler and self.all_compile:
            self._check_compiled(self.compiler, members, compiled)
        return {
            member: (
                pack(member.path, member.mode, member.read()),
                *((compiled[member],) if member in compiled else ()),
            )
            for member in members
        }

    def _check_compiled(self, compiler: Compiler, members: Sequence[Member], compiled: Mapping[Member, Entry]) -> None:
        for member in members:
            if member.path.endswith(".py") and member not in compiled:
                raise EventyardError(
                    f"Python {self.platform.python} can't compile it, and would have to run it",
                    where=str(member.origin),
                    fix=f"write it for {self.platform.python}: `{compiler.interpreter} -m py_compile {member.origin}` "
                    "names the line",
                )

    def _one(
        self,
        source: Source,
        wheels: tuple[Wheel, ...],
        brought: Mapping[str, Brought],
        own: Mapping[Member, tuple[Entry, ...]],
    ) -> Recipe:
        """Make one function's artefact."""
        from eventyard.packaging import limits  # noqa: PLC0415 - as above
        from eventyard.packaging.archives import archive, assembly  # noqa: PLC0415 - as above
        from eventyard.packaging.sources import folders  # noqa: PLC0415 - as above

        contents = assembly.assemble(source, wheels, brought, own, self.tools.say)
        unpacked_size = limits.check_unpacked(source.name, contents.entries)
        handler = source.handler or folders.handler(source.members)
        name = identity(
            source.members,
            wheels,
            handler=handler,
            platform=self.platform,
            bytecode=self.compiler.tag if self.compiler else None,
            strip=self.options.strip,
        )
        release = self.compiler.release if self.compiler else None
        file = f"{digest([name, CODEC, release])}.zip"
        with self.cache.writing(ARTEFACTS, file) as scratch:
            size = archive.write(scratch, contents.entries)
        return Recipe(file, name, handler, size, unpacked_size, contents.parts, contents.stripped)
