"""Step: the root module, from the manifest, the settings and other stacks' outputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eventyard import rendering
from eventyard.config import ConfigError, Reference
from eventyard.config.errors import nearest
from eventyard.rendering.root import handlers

from . import artefacts, saving
from .context import Paths

if TYPE_CHECKING:
    from pathlib import Path

    from eventyard.packaging import Artefact
    from eventyard.rendering import Provider

    from .context import Context


def render(context: Context, out: Path | None = None) -> Path:
    """Write the root module and return its folder; `out` gets one that plain Terraform takes over."""
    folder = out.resolve() if out else context.paths.root
    changed = _write(context, folder, artefacts.read(context).handlers, context.target.provider(), _inputs(context))
    context.console.note(f"  {', '.join(changed)} written" if changed else "  nothing changed")
    return folder


def render_unapplied(context: Context, folder: Path) -> None:
    """Write a root that can be validated and never applied: no artefacts, no other stack's outputs."""
    given = {name: value for name, value in _given(context).items() if not isinstance(value, Reference)}
    required = (name for name, variable in context.source.variables.items() if variable.required)
    referred = {name: None for name in _given(context) if name not in given}
    stand_ins = dict.fromkeys(required) | given | referred
    _write(context, folder, {}, context.target.placeholder(), stand_ins, house_only=False)


def _write(
    context: Context,
    folder: Path,
    made: dict[str, Artefact],
    provider: Provider,
    given: dict[str, Any],
    *,
    house_only: bool = True,
) -> list[str]:
    house = rendering.House(context.environment, context.stack, handlers(made, context.environment.artefacts))
    if not house_only:
        given = {name: value for name, value in given.items() if name not in house.values()}
    root = rendering.Root(
        settings=context.settings,
        environment=context.environment,
        stack=context.stack,
        source=context.source,
        provider=provider,
        state_file=context.paths.state.resolve(),
        values=rendering.inputs(context.source, house, given),
    )
    return rendering.render(root, folder, made)


def _given(context: Context) -> dict[str, Any]:
    return dict(context.environment.inputs_of(context.stack))


def _inputs(context: Context) -> dict[str, Any]:
    """Return the inputs of `eventyard.toml`, with references read from the other stacks' states."""
    return {
        name: _resolve(context, name, value) if isinstance(value, Reference) else value
        for name, value in _given(context).items()
    }


def _resolve(context: Context, name: str, reference: Reference) -> Any:
    where = f"eventyard.toml: environments.{context.environment.name}.stacks.{context.stack}.inputs.{name}"
    outputs = _outputs_of(context, reference.stack)
    if outputs is None:
        raise ConfigError(
            f"The stack `{reference.stack}` has no outputs yet in `{context.environment.name}`",
            where=where,
            fix=f"apply it first: {context.hint('apply').replace(context.stack, reference.stack)}",
        )
    if reference.output not in outputs:
        raise ConfigError(
            f"The stack `{reference.stack}` has no output `{reference.output}`",
            where=f"{where}.output",
            fix=nearest(reference.output, outputs),
        )
    return outputs[reference.output]


def stored_state(context: Context, stack: str) -> dict[str, Any] | None:
    """Return the raw state of a stack of this environment, read where it lies without its root; None without one."""
    environment = context.environment
    if environment.state is None:
        file = Paths(context.build / environment.name / stack).state
        return saving.read(file) if file.is_file() else None
    client = context.target.session.client("s3", region_name=environment.state.region or environment.region)
    try:
        got = client.get_object(
            Bucket=environment.state.bucket, Key=environment.state.object_key(environment.name, stack)
        )
    except (client.exceptions.NoSuchKey, client.exceptions.NoSuchBucket):
        return None
    return dict(json.loads(got["Body"].read()))


def _outputs_of(context: Context, stack: str) -> dict[str, Any] | None:
    found = (stored_state(context, stack) or {}).get("outputs", {}).get("stack")
    return dict(found["value"]) if found else None
