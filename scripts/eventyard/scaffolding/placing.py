"""Writing a scaffold: beside its place first, then all of it at once, or nothing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from eventyard.scaffolding.kinds import Scaffold


class TakenError(EventyardError):
    """Something is there already; nothing was written."""


def place(root: Path, scaffold: Scaffold) -> list[Path]:
    """Put a scaffold below `root`; return its folders and files.

    Raises
    ------
    TakenError
        One of them is there already.
    """
    for target in scaffold.targets:
        if (root / target).exists():
            raise TakenError(
                f"`{target}` is there already, and nothing was written",
                where=str(root / target),
                fix="take another name, or move away what is there",
            )
    with tempfile.TemporaryDirectory(prefix=".new-", dir=root) as made:
        part = Path(made)
        for name, text in scaffold.files.items():
            file = part / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        _move(part, root, scaffold.targets)
    return [root / target for target in scaffold.targets]


def _move(part: Path, root: Path, targets: tuple[str, ...]) -> None:
    """Put each target in its place; when one can't be, take away again what was put there before."""
    made: list[Path] = []
    try:
        for name in targets:
            target = root / name
            absent = [folder for folder in target.parents if not folder.exists()]
            for folder in reversed(absent):
                folder.mkdir()
                made.append(folder)
            (part / name).rename(target)
            made.append(target)
    except BaseException:
        for path in reversed(made):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
