"""What a rule is, and what it can say."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from eventyard.plans.document import Document, Resource

Verdict = Literal["fail", "unknown", "suppressed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's word on one resource.

    `fail`: it breaks the rule. `unknown`: the plan does not show enough; judged again on the state after the apply.
    `suppressed`: it breaks the rule and the project has written down why that is right.
    """

    rule: str
    address: str
    verdict: Verdict
    message: str
    fix: str

    def as_json(self) -> dict[str, str]:
        """Return what `--json` prints."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Breach:
    """What a rule's check yields: where, what, and how to mend it."""

    address: str
    message: str
    fix: str
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A reliability or permission rule on a whole plan.

    Parameters
    ----------
    id
        Stable; what suppressions and the docs name.
    says
        What must hold, in one line.
    reason
        What goes wrong on AWS when it does not.
    source
        AWS's page that says so.
    check
        Yields the breaches in a document.
    """

    id: str
    says: str
    reason: str
    source: str
    check: Callable[[Document], Iterable[Breach]]


def unseen(resource: Resource, what: str) -> Breach:
    """Return the breach of a rule that met a hole."""
    return Breach(
        address=resource.address,
        message=f"{what} is unknown until apply",
        fix="build the name or ARN from values the plan knows, and order with `depends_on`",
        unknown=True,
    )
