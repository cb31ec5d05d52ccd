"""Packaging, in order: collect, install, name, and build only what is not there yet."""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError
from eventyard.packaging import archive, dependencies, limits, requirements
from eventyard.packaging.bytecode import Compiler, compiler
from eventyard.packaging.cache import Cache
from eventyard.packaging.identity import identity
from eventyard.packaging.imports import SourceError
from eventyard.packaging.model import Artefact, Manifest, Platform
from eventyard.packaging.sources import ImportRoot, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from eventyard.packaging.members import Member

KIND = "artefacts"
# Names the runtime can import besides Python's own: boto3 and what it stands on.
RUNTIME_NAMES = frozenset({"awslambdaric", "boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"})


def package(
    source: Path,
    *,
    functions: Sequence[str],
    platform: Platform,
    cache: Path,
    uv: Path,
    strict: bool,
    interpreter: Path | None = None,
    say: Callable[[str], object] | None = None,
) -> Manifest:
    """Make the artefacts of some functions, reusing every one whose inputs have not changed.

    Parameters
    ----------
    source
        The import root: `<stack>/<function>/app.py` lie in it.
    functions
        Their names, such as `ec2_control/stop`.
    platform
        Where they will run.
    cache
        Folder that keeps artefacts, dependency sets and bytecode by their content; safe to share.
    uv
        The program that installs dependencies.
    strict
        True for AWS: what is made for this machine is refused before it is made.
    interpreter
        A Python of the platform's version, to compile bytecode; None leaves bytecode out.
    say
        Takes what a person should know; standard error when None.

    Raises
    ------
    EventyardError
        What is wrong, at which file and line, and the command or edit that mends it.
    """
    if strict and platform.host:
        raise EventyardError(
            "Artefacts for this machine are for local environments; this one is on AWS",
            fix="package for Lambda: leave `host` out of the platform",
        )
    if platform.host and platform.architecture != Platform.of_host(platform.python).architecture:
        raise EventyardError(
            f"This machine can't make {platform.architecture} artefacts of its own packages",
            where="architecture",
            fix="leave `architecture` out of the local environment",
        )
    root = ImportRoot(source)
    sources = [root.collect(name) for name in dict.fromkeys(functions)]
    found = compiler(interpreter, platform)
    if isinstance(found, str):
        (say or _to_stderr)(found)
    chosen = found if isinstance(found, Compiler) else None
    builder = _Builder(platform, Cache(cache), uv, interpreter, chosen)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        artefacts = list(pool.map(builder.build, sources))
    return Manifest(platform, {item.name: artefact for item, artefact in zip(sources, artefacts, strict=True)})


@dataclass(frozen=True)
class _Builder:
    """Makes one artefact after another with the same tools."""

    platform: Platform
    cache: Cache
    uv: Path
    interpreter: Path | None
    compiler: Compiler | None

    def build(self, source: Source) -> Artefact:
        """Return a function's artefact, built if the cache lacks it."""
        lock = requirements.read(source.folder)
        installed: tuple[Member, ...] = ()
        if lock:
            installed = dependencies.install(
                lock, platform=self.platform, cache=self.cache, uv=self.uv, interpreter=self.interpreter
            )
        _check_names(source, installed)
        members = [*source.members, *installed]
        name = identity(
            members,
            handler=source.handler,
            platform=self.platform,
            lock=lock.digest if lock else None,
            bytecode=self.compiler.tag if self.compiler else None,
        )
        found = self._found(source, name)
        if found:
            return found
        with self.cache.alone(KIND, name):
            return self._found(source, name) or self._made(source, name, members)

    def _found(self, source: Source, name: str) -> Artefact | None:
        """Return an artefact that is there, whole."""
        path = self.cache.path(KIND, f"{name}.zip")
        try:
            sizes = json.loads(self.cache.path(KIND, f"{name}.json").read_text(encoding="utf-8"))
            if path.stat().st_size != sizes["size"]:
                return None
        except (FileNotFoundError, ValueError, KeyError):
            return None
        return self._artefact(source, name, sizes["size"], sizes["unpacked_size"], reused=True)

    def _made(self, source: Source, name: str, members: list[Member]) -> Artefact:
        compiled = self.compiler.compile(members, self.cache) if self.compiler else []
        members = [*members, *compiled]
        unpacked = limits.check_unpacked(source.name, members)
        with self.cache.writing(KIND, f"{name}.zip") as path:
            archive.write(path, members)
            path.chmod(0o644)
            size = path.stat().st_size
            limits.check_packed(source.name, size, members)
        with self.cache.writing(KIND, f"{name}.json") as path:
            path.write_text(json.dumps({"size": size, "unpacked_size": unpacked}), encoding="utf-8")
        return self._artefact(source, name, size, unpacked, reused=False)

    def _artefact(self, source: Source, name: str, size: int, unpacked: int, *, reused: bool) -> Artefact:
        return Artefact(
            filename=self.cache.path(KIND, f"{name}.zip"),
            hash=name,
            handler=source.handler,
            runtime=self.platform.runtime,
            architecture=self.platform.architecture,
            size=size,
            unpacked_size=unpacked,
            reused=reused,
        )


def _check_names(source: Source, installed: Sequence[Member]) -> None:
    """Refuse imports that nothing provides, and packages of ours that hide a dependency."""
    provided = dependencies.tops(installed)
    for name in sorted(dependencies.tops(source.members) & provided):
        raise SourceError(
            f"The folder `{name}` hides the dependency `{name}` of `{source.name}`",
            where=str(source.folder / requirements.LOCK),
            fix="rename the folder",
        )
    known = provided | RUNTIME_NAMES | sys.stdlib_module_names
    for reference in source.external:
        if not reference.optional and reference.module[0] not in known:
            raise SourceError(
                f"Nothing provides `{reference.module[0]}`, which `{source.name}` imports",
                where=reference.where,
                fix=f"name it in `{source.folder.name}/{requirements.SOURCE}` and run `eventyard lock "
                f"{source.name}`, or mend the import",
            )


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")
