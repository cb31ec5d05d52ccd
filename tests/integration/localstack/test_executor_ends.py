"""When LocalStack ends, however it ends, its functions do too."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.localstack.functions import Functions
from tests.integration.support.workbench import REGION, Workbench

from eventyard import emulators
from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from eventyard.emulators.launch import Launch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing tells a process of its parent's end")

# Ignores every signal that can be ignored, and is at work when LocalStack ends.
STUBBORN = """
import os, signal, time

for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)

def handler(event, context):
    with open(event, "w") as told:
        told.write(str(os.getpid()))
    time.sleep(600)
"""


def start(launch: Launch, folder: Path) -> Any:
    return emulators.start(
        "localstack",
        folder=folder,
        region=REGION,
        python=launch.python,
        workers=launch.workers,
        modules=launch.modules,
        settings={},
        port=0,
    )


def at_work(functions: Functions, told: Path) -> int:
    name = functions.create(STUBBORN, Timeout=600)
    functions.client.invoke(FunctionName=name, InvocationType="Event", Payload=f'"{told}"')
    return int(eventually(lambda: told.exists() and told.read_text()))


def lives(pid: int) -> bool:
    """Whether it runs; LocalStack is a child of this process, which has not heard of its end."""
    return status(pid)[0] not in ("", "Z")


def parent(pid: int) -> int:
    return int(status(pid)[1])


def status(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return [""]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_functions_end_with_localstack(launch: Launch, tmp_path: Path, number: signal.Signals) -> None:
    emulator = start(launch, tmp_path / "emulator")
    functions = Functions(Workbench(emulator))
    busy = at_work(functions, tmp_path / "busy")
    name = functions.create("import os\ndef handler(event, context): return os.getpid()")
    idle = functions.call(name).answer
    # LocalStack hangs for ever when it is told to end while it writes its first log.
    eventually(lambda: functions.lines(name))
    localstack = parent(busy)

    os.kill(localstack, number)

    eventually(lambda: not lives(localstack), timeout=30)
    eventually(lambda: not lives(busy) and not lives(idle), timeout=5)
    unpacked = list((tmp_path / "emulator" / "functions").glob("run-*"))
    assert len(unpacked) == (1 if number == signal.SIGKILL else 0)
    emulator.stop()
