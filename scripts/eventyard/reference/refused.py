"""What the embedded emulator can't take of a module: the first lines of `tests/integration/modules/refused`.

Each is `# refused: ADDRESS | ERROR`, and a test applies them and expects just that error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "tests/integration/modules/refused"
_ENTRY = re.compile(r"^# refused: (\S+) \| (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Refused:
    """One resource of a module, and the error it ends with on the emulator."""

    module: str
    address: str
    error: str

    @property
    def type(self) -> str:
        """Return the resource's type."""
        found = re.findall(r"aws_\w+", self.address)
        return str(found[-1]) if found else self.address


def refused(root: Path) -> list[Refused]:
    """Return every entry, by module.

    Raises
    ------
    EventyardError
        A file there says nothing.
    """
    found = []
    for file in sorted((root / FOLDER).glob("*.tf")):
        entries = _ENTRY.findall(file.read_text(encoding="utf-8"))
        if not entries:
            raise EventyardError(
                "no line says what is refused", where=str(file), fix="begin it with `# refused: ADDRESS | ERROR`"
            )
        found += [Refused(file.stem, address, error) for address, error in entries]
    return found
