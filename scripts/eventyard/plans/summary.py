"""A plan as a reviewer wants to read it: what happens where, and what would be lost."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from eventyard.plans.costs import Cost, idle_costs
from eventyard.plans.document import Document
from eventyard.plans.prices import AS_OF, CURRENCY, REGION
from eventyard.plans.stateful import HOLDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ACTIONS = ("create", "change", "replace", "destroy", "forget")
"""What can happen to a resource, in the order summaries name it."""

_OF: dict[tuple[str, ...], str] = {
    ("create",): "create",
    ("update",): "change",
    ("delete",): "destroy",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
    ("forget",): "forget",
    ("create", "forget"): "replace",
}
_STEP = re.compile(r"(?:^|\.)module\.")


def action_of(actions: Sequence[str]) -> str:
    """Return one word for Terraform's list of actions; `none` for no-op and read."""
    return _OF.get(tuple(actions), "none")


@dataclass(frozen=True, slots=True)
class Change:
    """One resource that will not be as it was."""

    address: str
    module: str
    type: str
    action: str
    because: tuple[str, ...] = ()
    """The attributes that force a replacement."""

    @property
    def holds(self) -> str | None:
        """Return what is lost with it; None where an apply makes it again as it was."""
        return HOLDS.get(self.type) if self.action in {"replace", "destroy"} else None

    def as_json(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {**asdict(self), "holds": self.holds}


@dataclass(frozen=True, slots=True)
class Summary:
    """All changes of a plan, and what its resources cost while nothing happens."""

    changes: tuple[Change, ...]
    costs: tuple[Cost, ...] = ()
    outputs: tuple[str, ...] = ()
    """Outputs that change."""

    @property
    def counts(self) -> dict[str, int]:
        """Return how many resources each action meets; every action is there."""
        counted = Counter(change.action for change in self.changes)
        return {action: counted[action] for action in ACTIONS}

    @property
    def by_module(self) -> dict[str, dict[str, int]]:
        """Return the counts of each module that changes, by its name without the word `module`."""
        found: dict[str, Counter[str]] = {}
        for change in self.changes:
            found.setdefault(change.module, Counter())[change.action] += 1
        return {
            module: {action: found[module][action] for action in ACTIONS if found[module][action]}
            for module in sorted(found)
        }

    @property
    def losses(self) -> tuple[Change, ...]:
        """Return the replacements and destructions of what holds data."""
        return tuple(change for change in self.changes if change.holds)

    @property
    def empty(self) -> bool:
        """Return whether an apply would do nothing."""
        return not self.changes and not self.outputs

    @property
    def monthly(self) -> float:
        """Return what is known of the idle cost a month."""
        return sum(cost.monthly or 0 for cost in self.costs)

    @property
    def at_least(self) -> bool:
        """Return whether the idle cost can be more than what is known of it."""
        return any(cost.open for cost in self.costs)

    def as_json(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "counts": self.counts,
            "modules": self.by_module,
            "changes": [change.as_json() for change in self.changes],
            "losses": [change.address for change in self.losses],
            "outputs": list(self.outputs),
            "idle_cost": {
                "monthly": round(self.monthly, 2),
                "at_least": self.at_least,
                "currency": CURRENCY,
                "as_of": AS_OF,
                "items": [cost.as_json() for cost in self.costs],
            },
        }

    def lines(self) -> list[str]:
        """Return it as plain lines for a reviewer."""
        if self.empty:
            return ["Nothing to do: everything is as configured"]
        return [*self._headline(), *self._losses(), *self._modules(), *self._costs()]

    def _headline(self) -> Iterator[str]:
        said = [f"{count} to {action}" for action, count in self.counts.items() if count]
        yield "Plan: " + (", ".join(said) or f"outputs only ({', '.join(self.outputs)})")

    def _losses(self) -> Iterator[str]:
        if not self.losses:
            return
        yield ""
        yield "WHAT HOLDS DATA AND WOULD BE LOST"
        for change in self.losses:
            why = f", because {', '.join(change.because)} changes" if change.because else ""
            yield f"  {change.action.upper()} {change.address}: {change.holds}{why}"

    def _modules(self) -> Iterator[str]:
        modules = self.by_module
        if not modules:
            return
        width = max(len(module) for module in modules)
        yield ""
        for module, counts in modules.items():
            said = ", ".join(f"{count} {action}" for action, count in counts.items())
            yield f"  {module.ljust(width)}  {said}"

    def _costs(self) -> Iterator[str]:
        if not self.costs:
            return
        yield ""
        more = " or more" if self.at_least else ""
        prices = f"list prices of {REGION}, {AS_OF}, without free tiers"
        yield f"While nothing happens: about {self.monthly:.2f} {CURRENCY} a month{more} ({prices})"
        kinds: dict[str, list[Cost]] = {}
        for cost in self.costs:
            kinds.setdefault(cost.what, []).append(cost)
        for what, costs in kinds.items():
            price = sum(cost.monthly or 0 for cost in costs)
            open_ = " or more" if any(cost.open for cost in costs) else ""
            figure = f"{price:.2f}{open_}" if any(cost.monthly is not None for cost in costs) else "no figure"
            yield f"  {len(costs)} {what}: {figure}"


def summarise(plan: Mapping[str, Any]) -> Summary:
    """Summarise a plan, as `terraform show -json PLAN` gives it. Holds no value of any attribute."""
    changes = []
    for entry in plan.get("resource_changes", ()):
        action = action_of(entry["change"]["actions"])
        if entry.get("mode") == "managed" and action != "none":
            because = tuple(".".join(str(step) for step in path) for path in entry["change"].get("replace_paths", ()))
            module = module_label(entry.get("module_address", ""))
            changes.append(Change(entry["address"], module, entry["type"], action, because))
    outputs = tuple(
        sorted(
            name for name, change in plan.get("output_changes", {}).items() if action_of(change["actions"]) != "none"
        )
    )
    return Summary(tuple(changes), tuple(idle_costs(Document.of_plan(plan))), outputs)


def module_label(address: str) -> str:
    """Return `jobs` for `module.stack.module.jobs`, `stack` for `module.stack`, and `root` for no module."""
    return _STEP.sub(".", address).removeprefix(".").removeprefix("stack.") or "root"
