"""The functions a stack has deployed, by the names people know: those of their handlers' folders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eventyard.config.errors import ConfigError, nearest

from . import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .context import Context


@dataclass(frozen=True)
class DeployedFunction:
    """One function as the state knows it."""

    label: str
    name: str
    alias: str | None


def deployed(context: Context) -> list[DeployedFunction]:
    """Return the stack's functions; none when it isn't applied."""
    terraform = context.initialised() if context.environment.state else context.terraform()
    state = record.state_of(context, terraform) or {}
    aliases = {one["function_name"]: one["name"] for _, one in instances(state, "aws_lambda_alias")}
    return sorted(
        (
            DeployedFunction(_label(one), one["function_name"], aliases.get(one["function_name"]))
            for _, one in instances(state, "aws_lambda_function")
        ),
        key=lambda function: function.label,
    )


def choose(context: Context, label: str | None) -> Sequence[DeployedFunction]:
    """Return the function of that label or physical name; all without one.

    Raises
    ------
    ConfigError
        There is no such function; names the nearest.
    """
    found = deployed(context)
    if label is None:
        return found
    chosen = [one for one in found if label in (one.label, one.name)]
    if not chosen:
        raise ConfigError(
            f"`{context.stack}` has no function `{label}` in `{context.environment.name}`",
            where=str(context.paths.folder),
            fix=nearest(label, [one.label for one in found]) if found else f"run {context.hint('apply')} first",
        )
    return chosen


def instances(state: Mapping[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the managed resources of a type in Terraform's raw state: address as a plan has it, and attributes."""
    for entry in state.get("resources", []):
        if entry["type"] == kind and entry["mode"] == "managed":
            for instance in entry["instances"]:
                if "deposed" not in instance:
                    yield _address(entry, instance), instance["attributes"]


def _address(entry: Mapping[str, Any], instance: Mapping[str, Any]) -> str:
    parts = [entry["module"]] if entry.get("module") else []
    key = instance.get("index_key")
    index = "" if key is None else f'["{key}"]' if isinstance(key, str) else f"[{key}]"
    return ".".join([*parts, entry["type"], entry["name"] + index])


def _label(attributes: dict[str, Any]) -> str:
    """`ec2_control.stop.app.handler` is known as `stop`; a function without such a handler by its own name."""
    parts = str(attributes.get("handler") or "").split(".")
    return parts[-3] if len(parts) > 2 else str(attributes["function_name"])  # noqa: PLR2004 - folder.app.handler
