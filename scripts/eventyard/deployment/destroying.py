"""Taking a stack down: protected things stay, what holds data is named, a person is asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from eventyard import plans
from eventyard.console import Progress
from eventyard.errors import EventyardError
from eventyard.rendering.files import PRIVATE, write

from . import planning, publishing, record, saving

if TYPE_CHECKING:
    from eventyard.plans import Summary
    from eventyard.terraform import Terraform

    from .context import Context

_LIMIT: Final = 20


class ProtectedError(EventyardError):
    """The environment protects what it holds; nothing was changed."""


def refuse_protected(context: Context) -> None:
    """Refuse where the settings, or what was applied last, protect.

    Raises
    ------
    ProtectedError
        Says which setting to apply first.
    """
    environment = context.environment
    where = f"eventyard.toml: environments.{environment.name}.protect"
    if environment.protected:
        raise ProtectedError(
            f"`{environment.name}` is protected: nothing was changed",
            where=where,
            fix=f"set `protect = false` there and run {context.hint('apply')}, then {context.hint('destroy')}",
        )


def plan(context: Context, terraform: Terraform) -> Summary | None:
    """Save a plan that destroys everything; None when there is nothing."""
    planning.discard(context)
    context.paths.plan.parent.mkdir(parents=True, exist_ok=True)
    state = record.state_of(context, terraform)
    if not state or not state.get("resources"):
        return None
    _refuse_still_protected(context, state)
    terraform.plan(context.paths.plan, destroy=True)
    document = terraform.show(context.paths.plan)
    write(context.paths.plan_json, json.dumps(document), mode=PRIVATE)
    _refuse_foreign_data(context, document)
    return plans.summarise(document)


def describe(context: Context, summary: Summary) -> None:
    """Name what holds data, then say how much goes."""
    for change in summary.losses[:_LIMIT]:
        context.console.warn(f"{change.address.removeprefix('module.stack.')} holds {change.holds}")
    if len(summary.losses) > _LIMIT:
        context.console.warn(f"and {len(summary.losses) - _LIMIT} more hold data")
    context.console.note(f"  {summary.counts['destroy']} resources go")


def destroy(context: Context, terraform: Terraform) -> None:
    """Empty what `publish` wrote, then apply the plan that destroys."""
    document = json.loads(context.paths.plan_json.read_text(encoding="utf-8"))
    for bucket in _page_buckets(document):
        count = publishing.withdraw(context, bucket)
        context.console.note(f"  {bucket}: {count} published objects deleted")
    total = len([one for one in document.get("resource_changes", []) if one["change"]["actions"] == ["delete"]])
    try:
        with context.reached(), saving.room(context), Progress(context.console, total) as progress:
            terraform.apply(
                context.paths.plan,
                progress,
                fix=f"what is left is in the state; mend what it names, then {context.hint('destroy')} goes on",
            )
    finally:
        planning.discard(context)
        saving.rescue(context, terraform.dumped)


def _page_buckets(document: dict[str, Any]) -> list[str]:
    """Return the buckets pages were put in, that this plan destroys."""
    before = document.get("output_changes", {}).get("stack", {}).get("before") or {}
    pages = before.get("pages") or {} if isinstance(before, dict) else {}
    named = {page.get("bucket") for page in pages.values()}
    going = {
        one["change"]["before"].get("bucket")
        for one in document.get("resource_changes", [])
        if one["type"] == "aws_s3_bucket" and one["change"]["actions"] == ["delete"]
    }
    return sorted(named & going)


def _refuse_still_protected(context: Context, state: dict[str, Any]) -> None:
    """Refuse when the last apply was protected, whatever the settings say by now."""
    guarded = [
        f"{entry.get('module', '')}.{entry['type']}.{entry['name']}".removeprefix("module.stack.").lstrip(".")
        for entry in state.get("resources", [])
        for instance in entry.get("instances", [])
        if _is_guarded(instance.get("attributes") or {})
    ]
    if guarded:
        raise ProtectedError(
            f"{len(guarded)} resources are still protected as applied: nothing was changed",
            where=", ".join(sorted(set(guarded))[:_LIMIT]),
            fix=f"run {context.hint('apply')} first, which takes the protection off, then {context.hint('destroy')}",
        )


def _refuse_foreign_data(context: Context, document: dict[str, Any]) -> None:
    """Refuse before the first change where a bucket holds what neither Terraform nor `publish` may delete."""
    for one in document.get("resource_changes", []):
        before = one["change"].get("before") or {}
        if one["type"] != "aws_s3_bucket" or one["change"]["actions"] != ["delete"] or before.get("force_destroy"):
            continue
        count = publishing.foreign(context, before["bucket"])
        if count:
            raise ProtectedError(
                f"The bucket `{before['bucket']}` holds {count} objects `publish` did not write: nothing was changed",
                where=one["address"].removeprefix("module.stack."),
                fix=f"run {context.hint('apply')} first where its protection was on until now, or empty it yourself",
            )


def _is_guarded(attributes: dict[str, Any]) -> bool:
    return attributes.get("deletion_protection_enabled") is True or attributes.get("deletion_protection") in (
        True,
        "ACTIVE",
    )
