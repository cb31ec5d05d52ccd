"""Rules on events and the patterns that choose them, before anything of it is deployed.

What a bus's events are, and which of them a rule is meant for, is nobody's resource: the module `event-bus` writes what
its callers state into a `terraform_data`, where a plan and a state show it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eventyard import patterns
from eventyard.patterns import Event, Pattern, PatternError
from eventyard.plans.document import UNKNOWN, Document, Hole, Resource
from eventyard.plans.policy.rule import Breach, Rule, unseen

KIND = "eventyard/events"
_RULE = "aws_cloudwatch_event_rule"
_DEFAULT_BUS = "default"
# AWS's own events, and its partners', come by themselves: nobody declares them.
_AWS_SOURCE = re.compile(r'^(?:"aws\.|\{[^{]*"aws[".])')


@dataclass(frozen=True)
class Declared:
    """An event somebody puts on a bus; None where a plan does not know it yet."""

    label: str
    bus: str | Hole
    event: Event | None
    whole: bool
    unconsumed: bool
    by: Resource

    def hinders(self, pattern: Pattern) -> str | None:
        """Return why a pattern can't match it, None when it can."""
        found = patterns.impossible(pattern, self.event or {}, whole=self.whole)
        return str(found) if found else None

    def is_known(self) -> bool:
        """Return whether a rule's pattern can be held against it."""
        return self.event is not None and self.bus is not UNKNOWN


def _patterns(document: Document) -> Iterator[Breach]:
    for resource in document.of(_RULE, "aws_cloudwatch_event_archive"):
        text = resource.value("event_pattern")
        if text is UNKNOWN:
            yield unseen(resource, "its pattern")
        elif text:
            try:
                patterns.parse(text, name="pattern")
            except PatternError as error:
                yield Breach(resource.address, f"{error.what} ({error.where})", str(error.fix))


def _examples(document: Document) -> Iterator[Breach]:
    rules = {resource.value("name"): resource for resource in document.of(_RULE)}
    for stated in _stated(document):
        for name, examples in (stated.value("input", "rules") or {}).items():
            rule = rules.get(name)
            if rule is not None:
                yield from _of_rule(rule, examples)


def _of_rule(rule: Resource, examples: Any) -> Iterator[Breach]:
    pattern = _pattern(rule)
    for wanted, kind in ((True, "matches"), (False, "rejects")):
        of_kind = examples.get(kind) if isinstance(examples, Mapping) else UNKNOWN
        if of_kind is UNKNOWN or (pattern is UNKNOWN and of_kind):
            yield unseen(rule, "its pattern, or an event to check it with,")
            continue
        for label, text in (of_kind or {}).items():
            if text is UNKNOWN:
                yield unseen(rule, f"the event `{kind}.{label}`")
            elif isinstance(pattern, Pattern):
                yield from _example(rule, pattern, f"{kind}.{label}", text, wanted=wanted)


def _example(rule: Resource, pattern: Pattern, label: str, text: str, *, wanted: bool) -> Iterator[Breach]:
    try:
        found = patterns.miss(pattern, patterns.read_event(text, name=label))
    except PatternError as error:
        yield Breach(rule.address, f"`{label}` is no event: {error.what}", str(error.fix))
        return
    if wanted and found:
        yield Breach(rule.address, f"doesn't match `{label}`: {found}", "mend the pattern, or the event")
    if not wanted and not found:
        yield Breach(rule.address, f"matches `{label}`, which it must not", "narrow the pattern, or mend the event")


def _orphan_rules(document: Document) -> Iterator[Breach]:
    declared = list(_declared(document))
    for rule in document.of(_RULE):
        bus, pattern = _bus_name(rule.value("event_bus_name")), _pattern(rule)
        events = [one for one in declared if UNKNOWN in (bus, one.bus) or one.bus == bus]
        if pattern is None or not events:
            continue
        if isinstance(pattern, Hole) or isinstance(bus, Hole):
            yield unseen(rule, "its bus or its pattern")
            continue
        hindrances = {one.label: one.hinders(pattern) for one in events if one.is_known()}
        if _of_aws(pattern, bus) or not all(hindrances.values()):
            continue
        if len(hindrances) < len(events):
            yield unseen(rule, "an event of its bus")
        else:
            yield Breach(
                rule.address,
                f"no event declared for the bus {bus} can match it: {_nearest(hindrances)}",
                "mend the pattern, or declare in `events` what it is for",
            )


def _orphan_events(document: Document) -> Iterator[Breach]:
    consumers = [(_bus_name(rule.value("event_bus_name")), _pattern(rule)) for rule in document.of(_RULE)]
    for one in _declared(document):
        if one.unconsumed:
            continue
        of_bus = [pattern for bus, pattern in consumers if bus in (one.bus, UNKNOWN)]
        known = [pattern for pattern in of_bus if isinstance(pattern, Pattern)]
        if one.is_known() and any(one.hinders(pattern) is None for pattern in known):
            continue
        if not one.is_known() or UNKNOWN in of_bus:
            yield unseen(one.by, f"whether anybody consumes `{one.label}`")
        else:
            yield Breach(
                one.by.address,
                f"nobody consumes `{one.label}` of the bus {one.bus}",
                "add a rule for it, or say in its `unconsumed` why none is needed here",
            )


def _stated(document: Document) -> Iterator[Resource]:
    for resource in document.of("terraform_data"):
        if resource.value("input", "kind") == KIND:
            yield resource


def _declared(document: Document) -> Iterator[Declared]:
    for stated in _stated(document):
        bus = _bus_name(stated.value("input", "bus"))
        for label, event in (stated.value("input", "events") or {}).items():
            parts = [event.get(name) for name in ("source", "detail_type", "detail")]
            read = None if UNKNOWN in parts else _read(label, *parts)
            whole = event.get("detail") is not None
            yield Declared(label, bus, read, whole, unconsumed=bool(event.get("unconsumed")), by=stated)


def _read(label: str, source: str, detail_type: str, detail: str | None) -> Event:
    envelope = json.dumps({"source": source, "detail-type": detail_type})
    return patterns.read_event(f'{envelope[:-1]}, "detail": {detail or "{}"}}}', name=label)


def _pattern(rule: Resource) -> Pattern | Hole | None:
    """Return a rule's pattern: None where there is none, or none EventBridge takes, which another rule says."""
    text = rule.value("event_pattern")
    if text is UNKNOWN or not text:
        return UNKNOWN if text is UNKNOWN else None
    try:
        return patterns.parse(text)
    except PatternError:
        return None


def _bus_name(bus: Any) -> str | Hole:
    """Return a bus's name from its name or ARN; without either it is the default one."""
    if isinstance(bus, Hole):
        return UNKNOWN
    return str(bus or _DEFAULT_BUS).split(":event-bus/", 1)[-1]


def _of_aws(pattern: Pattern, bus: str | Hole) -> bool:
    """Return whether a pattern is for events that AWS or a partner sends: the default bus has them without asking."""
    for branch in pattern.branches:
        sources = branch.get("source", ())
        if any(_AWS_SOURCE.match(one.text) for one in sources) or (not sources and bus == _DEFAULT_BUS):
            return True
    return False


def _nearest(hindrances: Mapping[str, str | None]) -> str:
    """Return what hinders the event that is nearest: of which more than the source and detail type were looked at."""
    label, why = max(hindrances.items(), key=lambda item: not str(item[1]).startswith(("`source`", "`detail-type`")))
    return f"of `{label}`, {why}"


_DOCS = "https://docs.aws.amazon.com/eventbridge/latest/userguide"

RULES = (
    Rule(
        id="event-orphan",
        says="Every event declared for a bus is consumed by a rule, or says why not",
        reason="An event nobody takes is work for nothing, or a consumer that was forgotten",
        source=f"{_DOCS}/eb-events.html",
        check=_orphan_events,
    ),
    Rule(
        id="event-pattern",
        says="Every event pattern is one EventBridge takes",
        reason="It is refused in the middle of an apply otherwise, without a place; here with one, and what to write",
        source=f"{_DOCS}/eb-create-pattern.html",
        check=_patterns,
    ),
    Rule(
        id="event-pattern-example",
        says="A rule's pattern matches the events it states in `matches`, and none of `rejects`",
        reason="A pattern that misses is silent: events are dropped, and nothing fails",
        source=f"{_DOCS}/eb-event-patterns.html",
        check=_examples,
    ),
    Rule(
        id="event-rule-orphan",
        says="A rule of a bus whose events are declared can match one of them",
        reason="A letter wrong in a source or a field's name, and a rule never fires",
        source=f"{_DOCS}/eb-rules-best-practices.html",
        check=_orphan_rules,
    ),
)
