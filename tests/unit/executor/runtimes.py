"""A runtime of a few lines: what awslambdaric does, without it, and told by each event what to do."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from localstack_process_executor.environment import Call, Environment, Plan
from localstack_process_executor.spawner import spawner

if TYPE_CHECKING:
    from pathlib import Path

RUNTIME = """
import http.client, json, os, subprocess, sys, time

host = os.environ["AWS_LAMBDA_RUNTIME_API"]
api = http.client.HTTPConnection(host)

def ask(method, path, body=None):
    api.request(method, "/2018-06-01/runtime/" + path, body=body)
    answer = api.getresponse()
    return answer.read(), answer.headers

exec(os.environ.get("INIT", ""))
while True:
    body, headers = ask("GET", "invocation/next")
    request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    result = {}
    exec(json.loads(body))
    ask("POST", f"invocation/{request_id}/response", json.dumps(result))
"""


def environment(folder: Path, *, init: str = "", init_seconds: float = 10, **changed: Any) -> Environment:
    """Return an environment that runs it, not started."""
    given: dict[str, Any] = {
        "command": (sys.executable, "-c", RUNTIME),
        "task": folder,
        "folder": folder / "environment",
        "variables": {"INIT": init, "SECRET": "none"},
        "runtime": "python3.13",
        "version": "$LATEST",
        "timeout": 5,
        "memory": 128,
        "json_logs": False,
    }
    return Environment(Plan(**{**given, **changed}), spawner=spawner(), init_seconds=init_seconds)


def call(does: str, request_id: str = "id-1") -> Call:
    """Return a call that makes the runtime do something; it answers with what is put into `result`."""
    return Call(request_id, "arn:aws:lambda:eu-west-1:000000000000:function:any", json.dumps(does).encode())
