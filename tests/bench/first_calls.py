"""How long the first call of a function takes on the embedded emulator, with bytecode in its artefact and without.

The emulator unpacks the artefact, starts a Python, imports the SDK for itself and the handler for the function, and
calls it: a caller waits for all of it. With bytecode there are twice the files to unpack, which is the emulator's own
work, so its folder should be in memory. The import of the handler is measured by the function itself, and given apart.
"""

from __future__ import annotations

import json
import statistics
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.bench.place import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from eventyard.emulators import Emulator

MODULE = "measured"
SOURCE = '''"""The handler of `app`, and how long it took to import."""

import time

begun = time.perf_counter()
import app

took = (time.perf_counter() - begun) * 1000


def handler(event, context):
    return {"answer": app.handler(event, context), "import": took}
'''
"""A module to lie beside `app.py`; the emulator calls this one."""

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}},
    ],
}


@dataclass(frozen=True)
class FirstCalls:
    """One artefact's, in milliseconds: the first calls of new functions, and the import within each."""

    name: str
    artefact_bytes: int
    calls: tuple[float, ...]
    imports: tuple[float, ...]

    @property
    def median_call(self) -> float:
        """What a caller waits for."""
        return statistics.median(self.calls)

    @property
    def median_import(self) -> float:
        """What of it the function's own modules take."""
        return statistics.median(self.imports)


def measure(emulator: Emulator, artefacts: Mapping[str, Path], event: Any, *, runs: int) -> list[FirstCalls]:
    """Make `runs` new functions of each artefact, one of each in turn, and call each once.

    The first of each is left out: it reads files and starts programs that are in no cache yet.
    """
    client = emulator.session().client("lambda")
    iam = emulator.session().client("iam")
    role = iam.create_role(RoleName=f"bench-{uuid.uuid4().hex[:8]}", AssumeRolePolicyDocument=json.dumps(_TRUST))
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in artefacts}
    for number in range(runs + 1):
        for name, artefact in artefacts.items():
            call, imported = _first_call(client, role["Role"]["Arn"], artefact, event)
            say(f"  first call {number} of {runs}  {name:<18} {call:7.0f} ms, import {imported:5.0f} ms")
            if number:
                taken[name].append((call, imported))
    return [
        FirstCalls(
            name=name,
            artefact_bytes=artefacts[name].stat().st_size,
            calls=tuple(call for call, _ in calls),
            imports=tuple(imported for _, imported in calls),
        )
        for name, calls in taken.items()
    ]


def _first_call(client: Any, role: str, artefact: Path, event: Any) -> tuple[float, float]:
    name = f"bench-{uuid.uuid4().hex[:8]}"
    client.create_function(
        FunctionName=name,
        Role=role,
        Runtime="python3.13",
        Handler=f"{MODULE}.handler",
        Timeout=30,
        MemorySize=1024,
        Code={"ZipFile": artefact.read_bytes()},
    )
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    begun = time.perf_counter()
    answer = client.invoke(FunctionName=name, Payload=json.dumps(event))
    body = json.loads(answer["Payload"].read())
    took = (time.perf_counter() - begun) * 1000
    assert "FunctionError" not in answer, body
    assert body["answer"] == {"batchItemFailures": []}
    client.delete_function(FunctionName=name)
    return took, float(body["import"])
