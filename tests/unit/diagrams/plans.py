"""Plans written by hand: what the reader sees of one, and nothing else."""

from __future__ import annotations

import json
from typing import Any

from eventyard.diagrams import Graph, read

PREFIX = "shop-here"
REGION = "eu-west-1:123456789012"


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{name}"


def resource(address: str, unknown: dict[str, Any] | None = None, /, **after: Any) -> dict[str, Any]:
    """A resource of a plan; `jobs.aws_sqs_queue.this` is in the module `jobs`, `aws_sqs_queue.x` the stack's own."""
    bare = address.removeprefix("data.")
    module, _, rest = bare.partition(".") if not bare.startswith("aws_") else ("", "", bare)
    home = f"module.stack.module.{module}" if module else "module.stack"
    mode = "data" if address.startswith("data.") else "managed"
    return {
        "address": f"{home}.{'data.' if mode == 'data' else ''}{rest}",
        "module_address": home,
        "mode": mode,
        "type": rest.partition(".")[0],
        "change": {"actions": ["create"], "after": after, "after_unknown": unknown or {}},
    }


def plan(*resources: dict[str, Any], calls: dict[str, Any] | None = None) -> dict[str, Any]:
    stack = {"module_calls": calls or {}}
    return {
        "variables": {"prefix": {"value": PREFIX}},
        "resource_changes": list(resources),
        "configuration": {"root_module": {"module_calls": {"stack": {"module": stack}}}},
    }


def call(**arguments: list[str]) -> dict[str, Any]:
    """What the stack's text says of a module call: its arguments, and what they refer to."""
    return {"expressions": {name: {"references": refers} for name, refers in arguments.items()}, "module": {}}


def queue(module: str) -> dict[str, Any]:
    return resource(f"{module}.aws_sqs_queue.this", name=f"{PREFIX}-{module}")


def function(module: str) -> dict[str, Any]:
    return resource(f"{module}.aws_lambda_function.this", function_name=f"{PREFIX}-{module}")


def allowed(module: str, *statements: dict[str, Any], name: str = "grants") -> dict[str, Any]:
    text = json.dumps({"Statement": [{"Effect": "Allow", **one} for one in statements]})
    return resource(f"{module}.aws_iam_role_policy.this", name=name, policy=text)


def graph(*resources: dict[str, Any], calls: dict[str, Any] | None = None) -> Graph:
    return read(plan(*resources, calls=calls), "shop")


def drawn(*resources: dict[str, Any], calls: dict[str, Any] | None = None) -> dict[tuple[str, str], Any]:
    """The arrows of a plan: (from, to) → (kind, label)."""
    return {(edge.source, edge.target): (edge.kind, edge.label()) for edge in graph(*resources, calls=calls).edges}
