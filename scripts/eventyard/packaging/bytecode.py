"""Compiled bytecode that is valid whatever dates its sources bear, and the same wherever it is made.

Lambda's file system is read-only, so what is not compiled here is compiled at every cold start. The zip's fixed
date would make time-stamped bytecode stale, so only bytecode with unchecked hashes will do.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError
from eventyard.packaging.identity import PACKAGER, digest
from eventyard.packaging.members import Member, member

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventyard.packaging.cache import Cache
    from eventyard.packaging.model import Platform

KIND = "bytecode"
TASK_ROOT = "/var/task"  # where Lambda unpacks an artefact: tracebacks name it
_COMPILER = Path(__file__).with_name("_compile.py")
_ASK = "import sys; print(*sys.version_info[:2], sys.implementation.cache_tag, sys.hexversion)"


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
        The exact release; another may write other bytes.
    """

    interpreter: Path
    tag: str
    release: str

    def compile(self, members: Sequence[Member], cache: Cache) -> list[Member]:
        """Return the bytecode files of those members that are Python, compiling what the cache lacks.

        What does not compile (a template, code for another Python) travels as source only.
        """
        sources = {self._name(source): source for source in members if source.path.endswith(".py")}
        if self._missing(sources, cache):
            # One run takes every core; a second one beside it would mostly compile the same files.
            with cache.alone(KIND, self.tag):
                missing = self._missing(sources, cache)
                if missing:
                    self._run(missing, cache)
        return [
            member(cache.path(KIND, name), _beside(source.path, self.tag))
            for name, source in sources.items()
            if cache.path(KIND, name).is_file()
        ]

    def _missing(self, sources: dict[str, Member], cache: Cache) -> dict[str, Member]:
        return {name: source for name, source in sources.items() if not cache.path(KIND, name).is_file()}

    def _name(self, source: Member) -> str:
        key = digest([source.path, source.digest, self.tag, self.release, PACKAGER])
        return f"{key[:2]}/{key}.pyc"

    def _run(self, missing: dict[str, Member], cache: Cache) -> None:
        with cache.scratch() as scratch:
            jobs = [
                (str(source.origin), f"{TASK_ROOT}/{source.path}", str(scratch / PurePosixPath(name).name))
                for name, source in missing.items()
            ]
            done = subprocess.run(
                [str(self.interpreter), "-S", "-s", "-P", "-B", "-W", "ignore", str(_COMPILER)],
                input=json.dumps(jobs),
                env={"PATH": os.defpath, "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise EventyardError(
                    f"Python can't compile bytecode: {done.stderr.strip()}",
                    where=str(self.interpreter),
                    fix="run `eventyard doctor`",
                )
            for name in missing:
                written = scratch / PurePosixPath(name).name
                if written.is_file():
                    written.chmod(0o644)  # it may have been compiled under any umask
                    cache.keep(KIND, name, written)


def compiler(interpreter: Path | None, platform: Platform) -> Compiler | str:
    """Return the compiler for a platform, or the reason why there is none, in one line."""
    if interpreter is None:
        return f"No Python {platform.python} found: artefacts carry no bytecode, and start slower"
    try:
        done = subprocess.run([str(interpreter), "-I", "-S", "-c", _ASK], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        return f"`{interpreter}` can't be run ({error}): artefacts carry no bytecode, and start slower"
    major, minor, tag, release = done.stdout.split()
    if f"{major}.{minor}" != platform.python:
        return (
            f"`{interpreter}` is Python {major}.{minor}, the runtime {platform.python}: "
            "artefacts carry no bytecode, and start slower"
        )
    return Compiler(interpreter, tag, release)


def _beside(path: str, tag: str) -> str:
    source = PurePosixPath(path)
    return str(source.parent / "__pycache__" / f"{source.stem}.{tag}.pyc")
