"""What a saved plan was made from, and whether that still is so."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from eventyard.errors import EventyardError
from eventyard.rendering.files import PRIVATE, write
from eventyard.rendering.root import ENDPOINTS, TEMPLATES, VALUES

from . import saving

if TYPE_CHECKING:
    from pathlib import Path

    from eventyard.terraform import Terraform

    from .carried import Prepared
    from .context import Context


class StalePlanError(EventyardError):
    """The saved plan describes what is no longer so; names the reason."""


@dataclass(frozen=True)
class Record:
    """The identities of everything a plan was made from."""

    handlers: dict[str, str]
    inputs: dict[str, str]
    code: str
    root: str
    serial: int
    lineage: str
    incarnation: str
    planned: str
    changes: bool
    bucket: str = ""
    manifest: str = ""
    sources: str = ""

    def write(self, path: Path) -> None:
        """Keep the record beside its plan."""
        write(path, json.dumps(asdict(self), indent=2, sort_keys=True) + "\n", mode=PRIVATE)

    @classmethod
    def read(cls, path: Path) -> Record | None:
        """Return the record; None when there is none, or another version wrote it."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


def take(context: Context, terraform: Terraform, prepared: Prepared, *, changes: bool) -> Record:
    """Return the record of this moment, with what was `prepared` for it."""
    values = json.loads((context.paths.root / VALUES).read_text(encoding="utf-8"))
    artefacts = values.pop("handlers", {})
    state = state_of(context, terraform) or {}
    kept = context.environment.artefacts
    return Record(
        handlers={name: artefact["hash"] for name, artefact in artefacts.items()},
        inputs={name: _digest(json.dumps(value, sort_keys=True).encode()) for name, value in values.items()},
        code=context.source.digest(),
        root=_root(context.paths.root),
        serial=state.get("serial", 0),
        lineage=state.get("lineage", ""),
        incarnation=context.target.incarnation,
        planned=datetime.now(UTC).isoformat(timespec="seconds"),
        changes=changes,
        bucket=f"{kept.bucket}/{kept.folder}" if kept else "",
        manifest=prepared.origin,
        sources=prepared.sources,
    )


def check(then: Record, now: Record, *, fix: str, where: Path) -> None:
    """Refuse a plan that is stale.

    Raises
    ------
    StalePlanError
        Names what changed since: the manifest, handlers, inputs, code, settings, state or the emulator.
    """
    reason = _reason(then, now)
    if reason:
        raise StalePlanError(f"The saved plan of {then.planned} is stale: {reason}", where=str(where), fix=fix)


def _reason(then: Record, now: Record) -> str | None:
    handlers, inputs = _differing(then.handlers, now.handlers), _differing(then.inputs, now.inputs)
    reasons = (
        (then.manifest != now.manifest, f"it was made from {then.manifest or 'no kept manifest'}"),
        (bool(handlers), f"handlers changed since ({', '.join(handlers)})"),
        (bool(inputs), f"inputs changed since ({', '.join(inputs)})"),
        (then.code != now.code, "Terraform code of the stack or its modules changed since"),
        (then.incarnation != now.incarnation, "the emulator was started anew or emptied since"),
        ((then.root, then.bucket) != (now.root, now.bucket), "the environment's settings changed since"),
        (
            (then.serial, then.lineage) != (now.serial, now.lineage),
            f"the state went from serial {then.serial} to {now.serial}: somebody applied since",
        ),
    )
    return next((reason for changed, reason in reasons if changed), None)


def state_of(context: Context, terraform: Terraform) -> dict[str, Any] | None:
    """Return the raw state, read where it lies."""
    if context.environment.state:
        return terraform.pull()
    file = context.paths.state
    return saving.read(file) if file.is_file() else None


def _differing(then: dict[str, str], now: dict[str, str]) -> list[str]:
    return sorted(name for name in {*then, *now} if then.get(name) != now.get(name))


def _root(folder: Path) -> str:
    files = [folder / name for name in (*TEMPLATES, ENDPOINTS)]
    return _digest(*(file.read_bytes() for file in files if file.is_file()))


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
