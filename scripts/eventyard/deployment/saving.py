"""The state is never lost: room is kept for it, and one that could not be saved is put in its place by the next run.

Terraform writes a local state over the former one, and so leaves a part of it where the disk is full. It prints the
whole then (https://developer.hashicorp.com/terraform/cli/state/recover), and that is kept here.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import tempfile
from typing import TYPE_CHECKING, Any, Final

from eventyard.errors import EventyardError
from eventyard.rendering.files import PRIVATE, write
from eventyard.terraform import TerraformError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .context import Context

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_LEAST_BYTES: Final = 1 << 20
_BACKUP: Final = ".backup"


class UnsavedStateError(EventyardError):
    """A state could not be saved, or can't be read; nothing was changed."""


def unsaved(context: Context) -> Path:
    """Return where Terraform, or `rescue`, leaves a state that could not be saved."""
    return context.paths.root / "errored.tfstate"


@contextlib.contextmanager
def room(context: Context) -> Iterator[None]:
    """Hold room for the state while the body changes things, and give it back where a disk fills up meanwhile.

    Raises
    ------
    UnsavedStateError
        There is no room: nothing was changed.
    """
    plan = context.paths.plan_json  # holds all that the state will, and more
    size = max(_LEAST_BYTES, plan.stat().st_size if plan.is_file() else 0)
    reserve = context.paths.state.with_name("reserve")
    try:
        reserve.parent.mkdir(parents=True, exist_ok=True)
        reserve.write_bytes(os.urandom(size))  # no file system makes this smaller
    except OSError as error:
        reserve.unlink(missing_ok=True)
        if error.errno not in FULL:
            raise
        raise UnsavedStateError(
            f"The disk has no room for the state ({size >> 20} MB is kept for it): nothing was applied",
            where=str(reserve.parent),
            fix="make room there, then run the same command again",
        ) from None
    try:
        yield
    finally:
        reserve.unlink(missing_ok=True)


def rescue(context: Context, state: dict[str, Any] | None) -> None:
    """Keep a state that Terraform could write nowhere, and printed; called after `room` was given back.

    Raises
    ------
    UnsavedStateError
        There was room nowhere in the project: it says where the state lies.
    """
    if state is None:
        return
    text = json.dumps(state, indent=2) + "\n"
    file = unsaved(context)
    try:
        file.unlink(missing_ok=True)  # what Terraform got to write of it
        write(file, text, mode=PRIVATE)
    except OSError as error:
        # Outside the project, against the rule that nothing is written there: a lost state is worse.
        handle, name = tempfile.mkstemp(prefix="errored-", suffix=".tfstate")
        with os.fdopen(handle, "w", encoding="utf-8") as elsewhere:
            elsewhere.write(text)
        raise UnsavedStateError(
            f"The state could be saved nowhere in the project: {error.strerror}",
            where=name,
            fix=f"make room, then `mv {name} {file}`, then {context.hint('apply')} goes on from there",
        ) from error
    context.console.warn(f"the state could not be saved in its place, and was kept: {file}")


def recover(context: Context) -> None:
    """Put a state that could not be saved in its place, unless another one has come there since.

    Raises
    ------
    UnsavedStateError
        It can't be put there: what lies there is newer or another's, or the file is no whole state. Or there is none
        that could not be saved, and what lies in its place is no whole state.
    """
    _recover(context, unsaved(context))
    if context.environment.state is None and context.paths.state.is_file():
        read(context.paths.state)


def _recover(context: Context, file: Path) -> None:
    if not file.is_file():
        return
    if not file.stat().st_size:  # a full disk: Terraform got to write nothing, and what it printed was lost with it
        file.unlink()
        return
    state = read(file)
    try:
        if context.environment.state:
            context.initialised().push(file)
        else:
            _put(context, state)
    except TerraformError as error:
        raise _refused(file, error.what) from error
    file.unlink()
    context.console.note("  the state that the last run could not save is in its place now")


def read(file: Path) -> dict[str, Any]:
    """Return a state's file.

    Raises
    ------
    UnsavedStateError
        It is cut off or otherwise no state: names the backup where that is whole.
    """
    try:
        return _parsed(file)
    except ValueError as error:
        backup = file.with_name(file.name + _BACKUP)
        fix = "a version of it that is whole has to come from wherever you keep one"
        with contextlib.suppress(OSError, ValueError):
            _parsed(backup)
            fix = f"the state before the last apply is whole: `cp {backup} {file}`; what was made since is not in it"
        raise UnsavedStateError(
            f"The state can't be read: {error}",
            where=str(file),
            fix=f"{fix}. On an emulator, `eventyard local down` empties it: then remove the file and apply",
        ) from None


def _put(context: Context, state: dict[str, Any]) -> None:
    place = context.paths.state
    there = None
    if place.is_file():
        with contextlib.suppress(ValueError):
            there = _parsed(place)
    newer = there is not None and int(there.get("serial", 0)) > int(state.get("serial", 0))
    if newer or (there is not None and there.get("lineage") != state.get("lineage")):
        raise _refused(unsaved(context), "the state has changed since")
    write(place, json.dumps(state, indent=2) + "\n", mode=PRIVATE)


def _parsed(file: Path) -> dict[str, Any]:
    document = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise ValueError("it holds no object")  # noqa: TRY004 - one kind for all that is no state
    return document


def _refused(file: Path, reason: str) -> UnsavedStateError:
    return UnsavedStateError(
        f"The last apply could not save its state, and it can't be put in its place: {reason}",
        where=str(file),
        fix=f"compare the two; in `{file.parent}`, `terraform state push -force errored.tfstate` takes this one; "
        "then remove the file",
    )
