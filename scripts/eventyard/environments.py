"""The Python environments beside the kit's own: an emulator's, the functions', checkov's.

Each is made from a lock with hashes on first use, kept under `build/envs`, and made again when its lock changes.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final, Literal

from filelock import FileLock

from eventyard import resources, tools
from eventyard.errors import EventyardError

Name = Literal["ministack", "workers", "localstack", "runtime", "checkov"]

PYTHON: Final = "3.13"
"""The Python of the Lambda runtime: emulator and functions run on it, and checkov's old pins have wheels for it."""

_RUNTIMES: Final = ("workers", "runtime")
"""Environments of functions: one for each Python version a stack asks for."""

_LOCKS: Final = ("build", "uv", "kit", "dev", "ministack", "workers", "localstack", "runtime", "checkov")


def ensure(name: Name, *, build: Path, python: str | None = None) -> Path:
    """Return the interpreter of environment `name`, making the environment when it is missing or out of date.

    Parameters
    ----------
    name
        Which environment; its lock is `requirements/<name>.txt`.
    build
        The project's build folder.
    python
        Another version than 3.13, such as a stack's own Lambda runtime.

    Raises
    ------
    EventyardError
        uv could not make it; carries uv's last line.
    """
    wanted = python or PYTHON
    folder = build / "envs" / (f"{name}-{wanted}" if name in _RUNTIMES else name)
    program = folder / "bin/python"
    lock = resources.data("requirements") / f"{name}.txt"
    stamp = hashlib.sha256(f"{wanted}\n".encode() + lock.read_bytes()).hexdigest()
    if _is_fresh(folder, stamp):
        return program
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f".{folder.name}.lock"):
        if not _is_fresh(folder, stamp):
            sys.stderr.write(f"Making the environment `{name}` (once, and when its lock changes)\n")
            shutil.rmtree(folder, ignore_errors=True)
            interpreter = tools.interpreter(wanted, build)
            _uv(build, "venv", "--quiet", "--no-project", "--python", str(interpreter.path), str(folder))
            # Functions write no bytecode of their own: what they import is compiled once, here.
            compiled = ("--compile-bytecode",) if name in _RUNTIMES else ()
            _uv(build, "pip", "sync", "--quiet", *compiled, "--require-hashes", "--python", str(program), str(lock))
            (folder / "eventyard.stamp").write_text(stamp)
    return program


def lock(requirements: Path, *, build: Path) -> None:
    """Resolve every `requirements/*.in` again, with hashes and with no host named."""
    for name in _LOCKS:
        _uv(
            build,
            *("pip", "compile", "--quiet", "--no-header", "--universal"),
            *("--python-version", PYTHON if name == "localstack" else "3.11"),
            *("--generate-hashes", "--upgrade", f"{name}.in", "-o", f"{name}.txt"),
            cwd=requirements,
        )


def _is_fresh(folder: Path, stamp: str) -> bool:
    mark = folder / "eventyard.stamp"
    return mark.is_file() and mark.read_text() == stamp and (folder / "bin/python").exists()


def _uv(build: Path, *arguments: str, cwd: Path | None = None) -> None:
    got = subprocess.run(
        [str(tools.uv(build)), *arguments],
        env=tools.uv_environment(build),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    if got.returncode != 0:
        raise EventyardError(
            f"`uv {' '.join(arguments[:2])}` failed: {got.stderr.strip() or 'no reason given'}",
            where=arguments[-1],
            fix="check the network and uv's settings, then run the same command again",
        )


def main() -> None:
    """Make every environment, or with the word `lock` resolve the locks again."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("what", nargs="?", choices=("make", "lock"), default="make")
    root = Path.cwd()
    if parser.parse_args().what == "lock":
        lock(root / "requirements", build=root / "build")
        return
    for name in ("ministack", "workers", "checkov"):
        ensure(name, build=root / "build")


if __name__ == "__main__":
    main()
