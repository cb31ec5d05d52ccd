"""What roles may do, held beside what they were seen to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from eventyard.operations.audit.policies import action_matches, resource_matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from eventyard.operations.audit.calls import Call, Observation
    from eventyard.operations.audit.policies import Statement
    from eventyard.operations.audit.roles import Role
    from eventyard.operations.audit.unsigned import Unsigned


@dataclass(frozen=True)
class Unused:
    """Something a role may do, and was not seen to do.

    Parameters
    ----------
    role
        The role's module, or its address.
    statement
        Where it is said: `policy#Sid`. The modules make a grant's label the Sid of policy `grants`.
    actions, resources
        Patterns. Of a part of a statement only the part: the actions, or the resources, that nothing came of.
    """

    role: str
    statement: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]


@dataclass(frozen=True)
class Unseen:
    """Something a role may do that no call can show on the emulator, with the reason."""

    role: str
    statement: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Denied:
    """A call that was denied, once or many times.

    Parameters
    ----------
    role
        The role's module, or its address.
    action, resource
        What it was for.
    by
        What denied it: statements, or nothing where no statement allows it.
    times
        How often.
    last
        When for the last time (UTC).
    """

    role: str
    action: str
    resource: str
    by: tuple[str, ...]
    times: int
    last: datetime


@dataclass(frozen=True)
class Audit:
    """What an observation of a stack's roles came to.

    Parameters
    ----------
    since
        When the observation began (UTC).
    calls
        How many calls the stack's roles made in it.
    roles
        How many roles the stack has.
    dropped
        How many calls, of anybody, are not kept any more.
    unused
        Statements nothing was seen to come of.
    denied
        Calls that were denied, and would be again.
    wider
        Parts of used statements nothing was seen to come of.
    unseen
        What can't be seen on the emulator.
    settled
        Calls that were denied once, and are allowed now.
    not_judged
        Policies of AWS's own, by role.
    """

    since: datetime
    calls: int
    roles: int
    dropped: int
    unused: tuple[Unused, ...]
    denied: tuple[Denied, ...]
    wider: tuple[Unused, ...]
    unseen: tuple[Unseen, ...]
    settled: tuple[Denied, ...]
    not_judged: tuple[tuple[str, str], ...]


def compare(
    roles: Sequence[Role],
    observation: Observation,
    *,
    unsigned: Sequence[Unsigned] = (),
    named: Mapping[str, frozenset[str]] | None = None,
) -> Audit:
    """Compare what roles may do with what was seen.

    Parameters
    ----------
    roles
        The roles, with their policies as they are now.
    observation
        The calls, of these roles and of others.
    unsigned
        What services do without being seen.
    named
        The ARNs, and texts that hold one, of the stack's resources, by `type` and `type.argument`.
    """
    calls: dict[str, list[Call]] = {role.arn: [] for role in roles}
    for call in observation.calls:
        if call.principal in calls:
            calls[call.principal].append(call)
    judged = [
        _judged(role, statement, calls[role.arn], unsigned, named or {})
        for role in roles
        for statement in role.statements
        if statement.effect == "Allow"
    ]
    denied = [one for role in roles for one in _denied(role, calls[role.arn])]
    return Audit(
        since=observation.since,
        calls=sum(len(made) for made in calls.values()),
        roles=len(roles),
        dropped=observation.dropped,
        unused=tuple(one.unused for one in judged if one.unused),
        denied=tuple(one for one, settled in denied if not settled),
        wider=tuple(part for one in judged for part in one.wider),
        unseen=tuple(part for one in judged for part in one.unseen),
        settled=tuple(one for one, settled in denied if settled),
        not_judged=tuple((role.owner, policy) for role in roles for policy in role.not_judged),
    )


@dataclass(frozen=True)
class _Judged:
    unused: Unused | None = None
    wider: tuple[Unused, ...] = ()
    unseen: tuple[Unseen, ...] = ()


def _judged(
    role: Role,
    statement: Statement,
    made: Iterable[Call],
    unsigned: Sequence[Unsigned],
    named: Mapping[str, frozenset[str]],
) -> _Judged:
    uses = [call for call in made if _rests_on(call, statement)]
    # "Everything but these" has no parts that could be used: a call of it is use of it all.
    actions, resources = statement.actions or ("*",), statement.resources or ("*",)
    idle = [one for one in actions if not any(action_matches(one, call.action) for call in uses)]
    reasons = {action: reason for action in idle if (reason := _reason(role, statement, action, unsigned, named))}
    unseen = tuple(_unseen(role, statement, reasons))
    idle = [action for action in idle if action not in reasons]
    if not uses and not reasons:
        return _Judged(unused=_part(role, statement, statement.actions, statement.resources))
    wider = [_part(role, statement, tuple(idle), statement.resources)] if idle else []
    untouched = tuple(one for one in resources if not any(resource_matches(one, call.resource) for call in uses))
    if untouched and not reasons:  # the service may be the one that touches them
        wider.append(_part(role, statement, tuple(one for one in statement.actions if one not in idle), untouched))
    return _Judged(wider=tuple(wider), unseen=unseen)


def _rests_on(call: Call, statement: Statement) -> bool:
    """Tell whether a call was allowed by a statement; under which conditions it was made, only the call tells."""
    return (
        call.decision == "allowed"
        and statement.is_of(call.action, call.resource)
        and (not statement.conditional or statement.place in call.by)
    )


def _part(role: Role, statement: Statement, actions: tuple[str, ...], resources: tuple[str, ...]) -> Unused:
    said = actions or tuple(f"not {one}" for one in statement.not_actions)
    where = resources or tuple(f"not {one}" for one in statement.not_resources)
    return Unused(role.owner, statement.place, said, where)


def _unseen(role: Role, statement: Statement, reasons: Mapping[str, str]) -> Iterator[Unseen]:
    for reason in dict.fromkeys(reasons.values()):
        actions = tuple(action for action, why in reasons.items() if why == reason)
        yield Unseen(role.owner, statement.place, actions, statement.resources, reason)


def _reason(
    role: Role,
    statement: Statement,
    action: str,
    unsigned: Sequence[Unsigned],
    named: Mapping[str, frozenset[str]],
) -> str:
    return next((one.reason for one in unsigned if one.covers(role, statement, action, named)), "")


def _denied(role: Role, made: Sequence[Call]) -> Iterator[tuple[Denied, bool]]:
    """Yield what was denied, and whether it's allowed now: by the policies as they are, or as a later call showed."""
    groups: dict[tuple[str, str], list[Call]] = {}
    for call in made:
        groups.setdefault((call.action, call.resource), []).append(call)
    for (action, resource), group in groups.items():
        refused = [call for call in group if call.decision != "allowed"]
        if refused:
            last = max(refused, key=lambda call: call.at)
            one = Denied(role.owner, action, resource, last.by, len(refused), last.at)
            later = any(call.decision == "allowed" and call.at > last.at for call in group)
            yield one, later or _allows(role, action, resource)


def _allows(role: Role, action: str, resource: str) -> bool:
    """Tell whether a role's own policies allow a call without a condition, and none of them may deny it."""
    about = [statement for statement in role.statements if statement.is_of(action, resource)]
    return any(one.effect == "Allow" and not one.conditional for one in about) and not any(
        one.effect == "Deny" for one in about
    )
