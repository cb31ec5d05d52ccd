"""The plan policy: reliability rules no scanner has, judged on the plan before anything is applied.

A rule never passes on what it can't see: where the plan says "known after apply" the verdict is `unknown`, and
`judge_state` judges again after the apply. What another state owns is judged with that state's plan.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from eventyard.errors import EventyardError
from eventyard.plans.document import Document
from eventyard.plans.policy import events, failure_paths, logs, names, network, permissions, queues, workflows
from eventyard.plans.policy.rule import Breach, Finding, Rule, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["RULES", "Finding", "Rule", "SuppressionError", "Verdict", "judge", "judge_state", "unused_suppressions"]

_PARTS = (events, failure_paths, logs, names, network, permissions, queues, workflows)
RULES: tuple[Rule, ...] = tuple(sorted((rule for part in _PARTS for rule in part.RULES), key=lambda rule: rule.id))


class SuppressionError(EventyardError):
    """A suppression that says nothing, or means nothing."""


def judge(plan: Mapping[str, Any], *, suppressions: Mapping[str, str] | None = None) -> list[Finding]:
    """Judge a plan, as `terraform show -json PLAN` gives it.

    Parameters
    ----------
    plan
        The plan's JSON.
    suppressions
        `rule-id:address` → written reason; in the address `*` stands for anything.

    Raises
    ------
    SuppressionError
        A suppression has no reason, or names no rule there is.
    """
    return _judge(Document.of_plan(plan), suppressions or {})


def judge_state(state: Mapping[str, Any], *, suppressions: Mapping[str, str] | None = None) -> list[Finding]:
    """Judge what is there now, as `terraform show -json` gives it: no value is unknown any more."""
    return _judge(Document.of_state(state), suppressions or {})


def unused_suppressions(findings: Iterable[Finding], suppressions: Mapping[str, str]) -> list[str]:
    """Return the suppressions that met nothing, which can go."""
    met = list(findings)
    return [key for key in suppressions if not any(_matches(key, f.rule, f.address) for f in met)]


def _judge(document: Document, suppressions: Mapping[str, str]) -> list[Finding]:
    for key, reason in suppressions.items():
        _checked(key, reason)
    found = {_finding(rule, breach, suppressions): None for rule in RULES for breach in rule.check(document)}
    return sorted(found, key=lambda finding: (finding.address, finding.rule))


def _finding(rule: Rule, breach: Breach, suppressions: Mapping[str, str]) -> Finding:
    reason = next((why for key, why in suppressions.items() if _matches(key, rule.id, breach.address)), None)
    if reason is not None:
        return Finding(rule.id, breach.address, "suppressed", f"{breach.message} (accepted: {reason})", breach.fix)
    verdict: Verdict = "unknown" if breach.unknown else "fail"
    return Finding(rule.id, breach.address, verdict, breach.message, breach.fix)


def _matches(key: str, rule: str, address: str) -> bool:
    name, _, pattern = key.partition(":")
    # not fnmatch: in an address brackets are brackets
    glob = ".*".join(re.escape(part) for part in pattern.split("*"))
    return name == rule and re.fullmatch(glob, address) is not None


def _checked(key: str, reason: str) -> None:
    name, _, pattern = key.partition(":")
    known = [rule.id for rule in RULES]
    if name not in known or not pattern:
        raise SuppressionError(
            f"`{key}` names no rule and address",
            where="policy suppressions",
            fix=f"write `rule-id:address`; the rules are {', '.join(known)}",
        )
    if not reason.strip():
        raise SuppressionError(
            f"the suppression `{key}` has no reason",
            where="policy suppressions",
            fix="write down why this finding is right as it is, or mend it",
        )
