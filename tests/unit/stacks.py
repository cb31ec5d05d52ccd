"""What a stack's text says of its modules: who is called by what, and over which routes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import hcl2

REPOSITORY = Path(__file__).resolve().parents[2]
STACKS = REPOSITORY / "terraform/stacks"
# What a module that names a function does to it.
CALLERS = {"http-api": "HTTP API", "schedule": "Scheduler", "event-bus": "EventBridge"}
SOURCES = {"queue": "SQS", "stream": "Kinesis", "table": "DynamoDB"}


def bare(text: str) -> str:
    """Return a text as it is meant, without the quotes that hold it in the source."""
    return text.strip('"')


def modules(stack: str) -> dict[str, dict[str, Any]]:
    """Return a stack's module blocks by name, what they take from `locals` put in its place."""
    documents = [hcl2.loads(path.read_text()) for path in sorted((STACKS / stack).glob("*.tf"))]
    found = {bare(name): body for d in documents for block in d.get("module", []) for name, body in block.items()}
    values = {
        f"local.{name}": str(value) for d in documents for block in d.get("locals", []) for name, value in block.items()
    }
    return {name: {"_text": _resolved(str(body), values), **body} for name, body in found.items()}


def _resolved(text: str, values: dict[str, str]) -> str:
    return re.sub(r"local\.\w+", lambda name: values.get(name[0], name[0]), text)


def routes(stack: str) -> dict[str, dict[str, str]]:
    """Return the routes of a stack's HTTP APIs: `METHOD /path` to what is configured for it."""
    return {
        bare(route): {name: bare(str(value)) for name, value in configured.items()}
        for body in modules(stack).values() if _kind(body) == "http-api"
        for route, configured in body["routes"].items()
    }  # fmt: skip


def callers(stack: str) -> dict[str, set[str]]:
    """Return what calls each of a stack's handlers: `stack_name/function` to the kinds of its event sources."""
    known = modules(stack)
    called: dict[str, set[str]] = {}
    for name, body in known.items():
        handler = re.search(r'var\.handlers\[\\?"([^"\\]+)', str(body.get("code", "")))
        if handler is None:
            continue
        by = {
            CALLERS.get(_kind(other), f"module {_kind(other)}")
            for other in known.values() if re.search(rf"module\.{name}\.function\b", other["_text"])
        }  # fmt: skip
        by |= {SOURCES[source] for one in body.get("sources", {}).values() for source in one if source in SOURCES}
        called[handler[1]] = by
    return called


def _kind(body: dict[str, Any]) -> str:
    return bare(body["source"]).rpartition("/")[2]
