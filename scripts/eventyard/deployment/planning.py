"""Step: the plan, saved with a record of what it was made from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from eventyard.rendering.files import PRIVATE, write

from . import carried, judgement, record, running, saving
from .judgement import Planned, judge

if TYPE_CHECKING:
    from eventyard.terraform import Terraform

    from .carried import Prepared
    from .context import Context

_OWNER_ONLY: Final = 0o700
_FORMER: Final = "former.tfstate"


def plan(context: Context, prepared: Prepared) -> Planned:
    """Plan what the root says, which was rendered with what is `prepared`; save the plan, and judge it."""
    forget_lost_state(context)
    saving.recover(context)
    terraform = context.initialised()
    paths = context.paths
    for folder in (paths.plan.parent, paths.state.parent):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(_OWNER_ONLY)
    discard(context)
    with context.reached():
        result = terraform.plan(paths.plan)
    for warning in result.warnings:
        context.console.warn(str(warning))
    carried.leave(context, prepared)
    now = record.take(context, terraform, prepared, changes=result.changes)
    planned = None if result.changes else judgement.remembered(context, now)
    if planned is None:
        document = terraform.show(paths.plan)
        write(paths.plan_json, json.dumps(document), mode=PRIVATE)
        write(paths.secrets, json.dumps(_secret_outputs(context, document)) + "\n")
        planned = judge(context, document, changes=result.changes)
    if not planned.unknown:
        judgement.remember(context, now, planned)
    write(paths.summary, json.dumps(planned.as_json(), indent=2) + "\n", mode=PRIVATE)
    now.write(paths.record)
    return planned


def saved(context: Context, terraform: Terraform, prepared: Prepared) -> Planned:
    """Return the saved plan, if everything it was made from still is so.

    Raises
    ------
    StalePlanError
        It is stale, or there is none.
    """
    paths = context.paths
    then = record.Record.read(paths.record)
    if then is None or not paths.plan.is_file():
        raise record.StalePlanError(
            "There is no saved plan", where=str(paths.plan), fix=f"run {context.hint('plan')} first"
        )
    now = record.take(context, terraform, prepared, changes=then.changes)
    record.check(then, now, fix=f"run {context.hint('plan')} again and look at it", where=paths.plan)
    known = None if then.changes else judgement.remembered(context, now)
    if known is not None:
        return known
    try:
        document = json.loads(paths.plan_json.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise record.StalePlanError(
            f"The saved plan can't be read: {error}",
            where=str(paths.plan_json),
            fix=f"run {context.hint('plan')} again and look at it",
        ) from None
    return judge(context, document, changes=then.changes)


def discard(context: Context) -> None:
    """Forget the saved plan: it is used, or will be made anew."""
    for file in (context.paths.plan, context.paths.plan_json, context.paths.record, context.paths.planned):
        file.unlink(missing_ok=True)


def forget_lost_state(context: Context) -> None:
    """Set a local state aside when the emulator it describes was started anew or emptied."""
    incarnation = context.target.incarnation
    if not incarnation or context.environment.state:
        return
    state = context.paths.state
    before = running.applied_to(context)  # where that was lost, the refresh finds out what is there
    if state.is_file() and before and before != incarnation:
        state.replace(state.with_name(_FORMER))
        saving.unsaved(context).unlink(missing_ok=True)  # of the same emulator
        context.console.note(
            "  the emulator was started anew or emptied since the last apply: everything is created again "
            f"(the old state is `{state.with_name(_FORMER).name}`)"
        )
    write(running.note(context), incarnation)


def _secret_outputs(context: Context, document: dict[str, Any]) -> list[str]:
    """Return the outputs that are secret: those the stack marks, as the plan and its files say.

    The root's one output is sensitive as a whole, so `after_sensitive` says true for all of it.
    """
    call = document.get("configuration", {}).get("root_module", {}).get("module_calls", {}).get("stack", {})
    planned = call.get("module", {}).get("outputs", {})
    marked = {name for name, output in planned.items() if output.get("sensitive")}
    return sorted(marked | {name for name, secret in context.source.outputs.items() if secret})
