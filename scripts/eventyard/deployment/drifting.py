"""Whether reality moved away from the state; nothing is changed."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from eventyard.plans import Difference, differences

from . import planning, saving

if TYPE_CHECKING:
    from .context import Context

EXIT_DRIFT = 2


def drift(context: Context) -> list[Difference]:
    """Return what somebody, or something, changed outside Terraform."""
    planning.forget_lost_state(context)
    saving.recover(context)
    terraform = context.initialised()
    file = context.paths.folder / "plan/drift.tfplan"
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        terraform.plan(file, refresh_only=True)
        document = terraform.show(file)
    finally:
        file.unlink(missing_ok=True)
    moved = [_as_change(one) for one in document.get("resource_drift", [])]
    real = [one for one in moved if one["change"]["before"] != one["change"]["after"]]
    return differences({"resource_changes": real}, _tolerated(context))


def as_json(found: list[Difference]) -> list[dict[str, Any]]:
    """Return what `--json` prints."""
    return [asdict(one) for one in found]


def _as_change(entry: dict[str, Any]) -> dict[str, Any]:
    """Return a drifted resource as a change, in which nothing and an empty value are the same.

    A refresh reads back `{}` and `[]` for what was never set; no one has changed anything.
    """
    change = entry["change"]
    sides = {side: _without_empty(change.get(side)) for side in ("before", "after")}
    return {"mode": "managed", **entry, "change": {**change, **sides}}


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _without_empty(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None} or None
    if isinstance(value, list):
        return [_without_empty(item) for item in value] or None
    return None if value == "" else value


def _tolerated(context: Context) -> list[Any]:
    environment = context.environment
    if not environment.local:
        return []
    from eventyard import emulators  # noqa: PLC0415 - heavy, and AWS environments never need it

    return list(emulators.tolerated(environment.target))
