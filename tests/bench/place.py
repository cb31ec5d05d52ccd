"""Where the bench works: `build/bench`, with the wheels of the corpus and an environment for each tool."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name
from tests.bench import functions

from eventyard import tools
from eventyard.packaging.dependencies.requirements import LOCK

ROOT = Path(__file__).resolve().parents[2]
LOCKS = Path(__file__).with_name("requirements")
PYTHON = "3.13"
ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64"}
# Wheels for these run on Lambda (Amazon Linux 2023, glibc 2.34), and every tool here takes them. pip's platforms do not
# take in the lower ones by themselves.
GLIBC = ("2_28", "2_27", "2_26", "2_24", "2_17", "2_12", "2_5")


@dataclass(frozen=True)
class Place:
    """What every tool is handed."""

    folder: Path
    uv: Path
    python: Path
    """Python 3.13 itself: the runtime's minor."""
    machine: str
    """This machine's processor, as wheels name it: `x86_64` or `aarch64`."""

    @property
    def architecture(self) -> str:
        """The same, as Lambda names it."""
        return ARCHITECTURES[self.machine]

    @property
    def wheels(self) -> Path:
        """The folder that the index serves."""
        return self.folder / "wheels"

    def environment(self, name: str) -> Path:
        """Return the folder of a tool's own environment, made from its lock when it is missing or out of date."""
        folder = self.folder / "envs" / name
        lock = LOCKS / f"{name}.txt"
        stamp = hashlib.sha256(lock.read_bytes() + str(self.python).encode()).hexdigest()
        mark = folder / "stamp"
        if not (mark.is_file() and mark.read_text() == stamp):
            say(f"Making the environment `{name}` (once, and when its lock changes)")
            shutil.rmtree(folder, ignore_errors=True)
            self._uv("venv", "--quiet", "--no-project", "--python", str(self.python), str(folder))
            # Compiled now: otherwise the first of its runs alone would pay for it.
            program = str(folder / "bin/python")
            self._uv("pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", "--python", program, str(lock))
            mark.write_text(stamp)
        return folder

    def fetch(self) -> None:
        """Fetch the wheels of the corpus that are not there yet, one of each, with the person's own settings of pip."""
        pip = self.environment("pip") / "bin/python"
        self.wheels.mkdir(parents=True, exist_ok=True)
        wanted = [lock for lock in sorted(functions.SOURCES.glob(f"*/{LOCK}")) if not self._has(lock)]
        for lock in wanted:
            say(f"Fetching the wheels of {lock.parent.name}/{LOCK} (once)")
            run(
                pip,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--dest",
                self.wheels,
                *self.platform(),
                "-r",
                lock,
            )

    def platform(self) -> list[str]:
        """Return pip's options for Lambda's platform."""
        platforms = [f"--platform=manylinux_{glibc}_{self.machine}" for glibc in GLIBC]
        older = [f"--platform=manylinux{year}_{self.machine}" for year in ("2014", "2010", "1")]
        only = ("--only-binary=:all:", "--implementation=cp", f"--python-version={PYTHON}")
        return [*only, *platforms, *older]

    def _has(self, lock: Path) -> bool:
        """Tell whether every pin of a lock has its wheel, without asking an index."""
        pins = [line.split(" ", 1)[0] for line in lock.read_text().splitlines() if line[:1].isalnum()]
        held = {"==".join(_named(wheel)) for wheel in self.wheels.glob("*.whl")}
        return all(pin in held for pin in pins)

    def _uv(self, *words: str) -> None:
        run(self.uv, *words, variables=tools.uv_environment(ROOT / "build"))


def _named(wheel: Path) -> tuple[str, str]:
    name, version = wheel.name.split("-")[:2]
    return canonicalize_name(name), version


def find() -> Place:
    """Return the place on this machine.

    Raises
    ------
    LookupError
        This machine can't run the comparison; says why.
    """
    if sys.platform != "linux" or platform.machine() not in ARCHITECTURES:
        raise LookupError(f"{sys.platform} on {platform.machine()}: artefacts for Lambda can't be imported here")
    interpreter = tools.interpreter(PYTHON, ROOT / "build")
    if interpreter.version != PYTHON:
        raise LookupError(f"there is no Python {PYTHON}, the runtime the corpus is for")
    if not shutil.which("zip"):
        raise LookupError("there is no `zip`, which half of what is compared needs")
    return Place(ROOT / "build/bench", tools.uv(ROOT / "build").resolve(), interpreter.path, platform.machine())


def run(*words: object, variables: dict[str, str] | None = None) -> str:
    """Run a program that is not measured; its output is shown when it fails."""
    done = subprocess.run(
        [str(word) for word in words],
        env=os.environ if variables is None else variables,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{' '.join(str(word) for word in words[:4])} …\n{done.stdout}{done.stderr}"
    return done.stdout


def say(line: str) -> None:
    """Tell the person who waits."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
