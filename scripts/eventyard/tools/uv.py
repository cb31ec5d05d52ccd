"""uv, which makes every environment and resolves every dependency."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from eventyard import resources
from eventyard.errors import EventyardError


def uv(build: Path) -> Path:
    """Find uv: `EVENTYARD_UV`, PATH, `build/tools` here and where the kit itself lies; else fetch the pinned.

    Raises
    ------
    EventyardError
        There is neither uv nor pip, or pip could not fetch it.
    """
    import shutil  # noqa: PLC0415 - a run with nothing to resolve needs no uv

    own = build / "tools/uv/bin/uv"
    kits = Path(sys.prefix).parents[1] / "tools/uv/bin/uv"  # the kit's environment is `build/envs/kit`
    for candidate in (os.environ.get("EVENTYARD_UV"), shutil.which("uv"), str(own), str(kits)):
        if candidate and _answers(candidate):
            return Path(candidate)
    return _fetch(own)


def uv_environment(build: Path) -> dict[str, str]:
    """Return the process environment for uv: its cache and its Pythons under `build/`, unless set otherwise."""
    defaults = {
        "UV_CACHE_DIR": str(build / "cache/uv"),
        "UV_PYTHON_INSTALL_DIR": str(build / "tools/python"),
        "UV_LINK_MODE": "copy",
        "UV_NO_PROGRESS": "1",
    }
    return defaults | dict(os.environ)


def _answers(candidate: str) -> bool:
    import subprocess  # noqa: PLC0415 - as above

    try:
        return subprocess.run([candidate, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _fetch(own: Path) -> Path:
    import shutil  # noqa: PLC0415 - as above
    import subprocess  # noqa: PLC0415 - as above

    python = next((p for p in (sys.executable, shutil.which("python3")) if p and _has_pip(p)), None)
    if python is None:
        raise EventyardError(
            "neither uv nor pip was found",
            where="PATH",
            fix="install `uv`, or the package `python3-pip` (Debian, Ubuntu, Fedora)",
        )
    lock = resources.data("requirements") / "uv.txt"
    target = own.parents[1]
    target.parent.mkdir(parents=True, exist_ok=True)
    got = subprocess.run(
        [
            *(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir"),
            *("--no-deps", "--require-hashes", "--only-binary", ":all:", "--upgrade"),
            *("--target", str(target), "-r", str(lock)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if got.returncode != 0:
        raise EventyardError(
            f"pip could not fetch uv: {got.stderr.strip() or 'no reason given'}",
            where=str(lock),
            fix="check the network and pip's settings, or install uv yourself and put it on PATH",
        )
    return own


def _has_pip(python: str) -> bool:
    import subprocess  # noqa: PLC0415 - as above

    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
