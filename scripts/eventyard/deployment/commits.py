"""Which commit the files of a project are."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def current(root: Path) -> str:
    """Return the commit checked out in `root`, with a `+` where files were edited since; empty when it isn't known."""
    commit = _git(root, "rev-parse", "HEAD")
    if not commit:
        return ""
    return f"{commit}+" if _git(root, "status", "--porcelain", "--", ".") else commit


def _git(root: Path, *words: str) -> str:
    """Return what git says; nothing where there is no git, or no commit."""
    try:
        ran = subprocess.run(["git", "-C", str(root), *words], check=False, capture_output=True, text=True)
    except OSError:
        return ""
    return ran.stdout.strip() if ran.returncode == 0 else ""
