"""Step: the policy a plan is judged by before anything is applied."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eventyard import patterns, plans
from eventyard.errors import EventyardError
from eventyard.plans import policy
from eventyard.plans.policy import Finding
from eventyard.rendering.files import PRIVATE, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eventyard.plans import Summary

    from .context import Context
    from .record import Record


class PolicyError(EventyardError):
    """The plan breaks a rule; nothing was applied."""


@dataclass(frozen=True)
class Planned:
    """A saved plan, read."""

    document: dict[str, Any]
    summary: Summary
    findings: tuple[Finding, ...]
    changes: bool

    @property
    def unknown(self) -> bool:
        """True when a rule met a value that is only known after the apply."""
        return any(finding.verdict == "unknown" for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        return {
            **self.summary.as_json(),
            "changes_pending": self.changes,
            "policy": [
                {
                    "rule": finding.rule,
                    "address": finding.address,
                    "verdict": finding.verdict,
                    "message": finding.message,
                    "fix": finding.fix,
                }
                for finding in self.findings
            ],
        }


def judge(context: Context, document: dict[str, Any], *, changes: bool) -> Planned:
    """Return what a plan's JSON says, and what the policy says to it."""
    findings = policy.judge(document, suppressions=context.environment.policy)
    return Planned(document, plans.summarise(document), tuple(findings), changes)


def remember(context: Context, now: Record, planned: Planned) -> None:
    """Keep what the policy said of this code with these inputs."""
    findings = [asdict(finding) for finding in planned.findings]
    document = {"of": _identity(context, now), "findings": findings}
    write(context.paths.judged, json.dumps(document, indent=2) + "\n", mode=PRIVATE)


def remembered(context: Context, now: Record) -> Planned | None:
    """Return the judgement of a plan without changes, when the same was judged before; None when it wasn't.

    Reading a plan starts the provider, which is most of the time a run with nothing to do takes.
    """
    try:
        document = json.loads(context.paths.judged.read_text(encoding="utf-8"))
        if document["of"] != _identity(context, now):
            return None
        findings = tuple(Finding(**finding) for finding in document["findings"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    empty: dict[str, Any] = {"resource_changes": []}
    return Planned(empty, plans.summarise(empty), findings, changes=False)


def enforce(context: Context, findings: Sequence[Finding], *, after: bool = False) -> None:
    """Say every finding, and stop at those that fail.

    Raises
    ------
    PolicyError
        A rule is broken; names rule, resource and remedy of each.
    """
    failed = [finding for finding in findings if finding.verdict == "fail"]
    for finding in findings:
        if finding.verdict == "unknown":
            context.console.warn(f"{finding.rule} {finding.address}: unknown until apply, judged again after it")
        elif finding.verdict == "suppressed":
            context.console.note(f"  suppressed {finding.rule} {finding.address}: {finding.message}")
    if not failed:
        return
    first = failed[0]
    others = "\n".join(f"{one.rule} {one.address}: {one.message}; {one.fix}" for one in failed[1:])
    what = "What was applied breaks" if after else "The plan breaks"
    raise PolicyError(
        f"{what} {len(failed)} {'rule' if len(failed) == 1 else 'rules'}: {first.rule}: {first.message}",
        where=first.address + (f"\nalso {others}" if others else ""),
        fix=f"{first.fix}; or give a written reason in eventyard.toml:\n"
        f"[environments.{context.environment.name}.policy]\n"
        f'"{first.rule}:{first.address}" = "why this is right here"',
    )


def _identity(context: Context, now: Record) -> str:
    """Return what a judgement of a plan without unknown values depends on: the rules, too."""
    digest = hashlib.sha256()
    folders = (Path(plans.__file__).parent, Path(patterns.__file__).parent)
    for file in sorted(file for folder in folders for file in folder.rglob("*.py")):
        digest.update(file.read_bytes())
    parts = (now.handlers, now.inputs, now.code, now.root, context.environment.policy)
    digest.update(json.dumps(parts, sort_keys=True).encode())
    return digest.hexdigest()
