"""Runs `eventyard package --handlers` as a shell does, for the tests of what it leaves."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

APP = "def handler(event, context):\n    return event\n"
MAIN = "from eventyard.cli import main; main()"
SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"


def packaged(
    here: Path, uv: Path, *words: object, code: int = 0, before: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Package `here/functions` and expect `code`; without bytecode, to be quick, unless words say otherwise."""
    quick = () if {"--python", "--bytecode"} & {*words} else ("--no-bytecode",)
    named = () if any(str(word).startswith("--handlers") for word in words) else ("--handlers", "functions")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EVENTYARD"))}
    done = subprocess.run(
        [sys.executable, "-c", before + MAIN, "package", *named, *quick, *map(str, words)],
        cwd=here,
        env=environment | {"PYTHONPATH": str(SCRIPTS), "EVENTYARD_UV": str(uv), "NO_COLOR": "1"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr if code == 0 else "") == (code, ""), done.stderr
    assert "Traceback" not in done.stderr
    return done


def out(tmp_path: Path) -> dict[str, tuple[bytes, int, int]]:
    """Return everything in the default folder: contents, dates and inodes."""
    return {
        file.name: (file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino)
        for file in (tmp_path / "build/package").iterdir()
    }


def members(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return archive.namelist()
