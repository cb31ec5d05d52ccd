"""What `sync` left, when Terraform has its turn.

Terraform compares the hash of an artefact with the one it applied. A handler that was edited, synced, and put back as
it was has the hash Terraform knows, and no plan shows that its function serves the edit still.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eventyard.deployment.running import NotAppliedError

from .rounds import Sync

if TYPE_CHECKING:
    from eventyard.deployment import Context
    from eventyard.packaging import Manifest


def warn(context: Context, manifest: Manifest) -> None:
    """Say which functions serve what `sync` left and no plan shows.

    Parameters
    ----------
    context
        Stack and environment.
    manifest
        The artefacts that were planned.
    """
    try:
        labels = Sync(context, manifest).remains(manifest)
    except NotAppliedError:
        return  # the emulator has lost the functions, and with them what was left in them
    for label in labels:
        context.console.warn(
            f"{label} serves an edit that `sync` left, which no plan shows: {context.hint('apply')} puts it right"
        )


def settle(context: Context, manifest: Manifest) -> None:
    """After an apply, give every function the code that was applied, and take away what `sync` has made.

    Parameters
    ----------
    context
        Stack and environment, applied.
    manifest
        The artefacts that were applied.

    Raises
    ------
    UpdateError
        Lambda refuses or fails.
    """
    sync = Sync(context, manifest)
    try:
        done = sync.round()
    except NotAppliedError:
        context.paths.synced.unlink()  # the functions are gone, and what was in them
        return
    for update in done.updates:
        context.console.note(f"  {update.label}: serves what was applied again, not what `sync` left")
    for failure in done.failures:
        raise failure.error
    sync.tidy(keep=0)
