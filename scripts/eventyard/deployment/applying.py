"""Step: apply exactly the saved plan, and keep the time of every resource."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from eventyard.console import Progress
from eventyard.plans import policy
from eventyard.rendering.files import write

from . import judgement, planning, saving

if TYPE_CHECKING:
    from eventyard.terraform import Terraform

    from .context import Context
    from .judgement import Planned


def apply(context: Context, terraform: Terraform, planned: Planned) -> None:
    """Apply the plan that was shown and judged.

    Whatever happens, Terraform keeps in the state what it has made: the next apply goes on from there.

    Raises
    ------
    TerraformError
        A resource failed, or a person interrupted.
    PolicyError
        A rule that could not be judged before is broken now.
    """
    if planned.changes:
        total = sum(planned.summary.counts.values())
        fix = f"what was made is in the state; mend what it names, then {context.hint('apply')} goes on from there"
        try:
            with context.reached(), saving.room(context), Progress(context.console, total) as progress:
                terraform.apply(context.paths.plan, progress, fix=fix)
        finally:
            planning.discard(context)
            saving.rescue(context, terraform.dumped)
            _keep_times(context, terraform)
    if planned.unknown:
        findings = policy.judge_state(terraform.show(), suppressions=context.environment.policy)
        judgement.enforce(context, findings, after=True)
        context.console.note("  judged again on what was applied: no rule is broken")


def _keep_times(context: Context, terraform: Terraform) -> None:
    times = [timing.as_json() for timing in terraform.timings]
    write(context.paths.events, json.dumps({"resources": times}, indent=2) + "\n")
