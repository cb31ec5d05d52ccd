"""Step: what the stack tells, with secrets masked and addresses that open from here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from eventyard.console import command
from eventyard.errors import EventyardError

from . import record

if TYPE_CHECKING:
    from .context import Context

MASK: Final = "(secret)"


@dataclass(frozen=True)
class Outputs:
    """A stack's outputs."""

    values: dict[str, Any]
    """As they are, secrets included: for handing on, never for showing."""
    secrets: frozenset[str]
    pages: dict[str, dict[str, Any]]

    def shown(self) -> dict[str, Any]:
        """Return what may be printed."""
        return {name: MASK if name in self.secrets else value for name, value in self.values.items()}


def outputs(context: Context) -> Outputs:
    """Return the outputs as the state has them; no provider is started.

    Raises
    ------
    EventyardError
        The stack isn't applied in this environment.
    """
    state = record.state_of(context, _ready(context))
    found = (state or {}).get("outputs", {}).get("stack")
    if found is None:
        raise EventyardError(
            f"`{context.stack}` is not applied in `{context.environment.name}`",
            where=str(context.paths.folder),
            fix=f"run {context.hint('apply')}",
        )
    values = context.target.translate(found["value"])
    return Outputs(values=values, secrets=_secrets(context), pages=values.get("pages") or {})


def table(context: Context, found: Outputs) -> None:
    """Print the outputs for a person: addresses first, then names, then what to do next."""
    rows = [(f"page {name}", str(page["url"])) for name, page in found.pages.items()]
    shown = {name: value for name, value in found.shown().items() if name != "pages"}
    plain = {name: str(value) for name, value in shown.items() if isinstance(value, str | int | float)}
    rows += sorted(
        ((name.replace("_", " "), text) for name, text in plain.items()),
        key=lambda row: (not row[1].startswith("http"), row[0]),
    )
    environment = context.environment
    commands = [("its logs", context.hint("ops logs", "--follow"))]
    if environment.local:
        commands.insert(0, ("the mailbox", command("local mail", environment=environment.name)))
    if len(plain) < len(shown):
        commands.append((f"{len(shown) - len(plain)} more outputs", context.hint("outputs", "--json")))
    commands.append(("take it down", context.hint("destroy")))
    context.console.table(
        f"{context.stack} in {environment.name}",
        ("what", "where"),
        rows + [(what, text.strip("`")) for what, text in commands],
    )


def _ready(context: Context) -> Any:
    """Return an adapter for reading the state; only a remote one needs `init`."""
    return context.initialised() if context.environment.state else context.terraform()


def _secrets(context: Context) -> frozenset[str]:
    file = context.paths.secrets
    try:
        planned = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    except ValueError as error:  # what is secret must not be shown for want of a file
        raise EventyardError(
            f"Which outputs are secret can't be read: {error}",
            where=str(file),
            fix=f"run {context.hint('plan')}, which writes it anew",
        ) from None
    return frozenset(planned) | {name for name, secret in context.source.outputs.items() if secret}
