"""What a caller gets: answers, and Lambda's words for everything that can go wrong."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.integration.localstack.functions import Called, Functions, archive

from eventyard.testing.waiting import eventually, never

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.support.workbench import Workbench

# Answers with its process, unless it is told how to end.
ENDS = """
import os, sys, time

def handler(event, context):
    if event == "exit":
        sys.exit(3)
    if event == "quietly":
        sys.exit(0)
    if event == "at once":
        os._exit(4)
    if event == "large":
        return "x" * (6 * 1024 * 1024 + 100)
    if event == "sleep":
        time.sleep(60)
    return os.getpid()
"""


@pytest.fixture(scope="module")
def functions(localstack: Workbench) -> Functions:
    return Functions(localstack)


@pytest.fixture(scope="module")
def ends(functions: Functions) -> str:
    return functions.create(ENDS, Timeout=2)


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_answer_comes_back_as_it_was_given(functions: Functions) -> None:
    echo = functions.create("def handler(event, context): return [event, context.invoked_function_arn]")
    event = {"text": "Grüße, 🐱\n", "number": 1.5, "nothing": None}

    called = functions.call(echo, event)

    assert called.answer == [event, f"arn:aws:lambda:eu-west-1:000000000000:function:{echo}"]
    assert not called.failed


def test_an_exception_keeps_its_name_and_its_stack(functions: Functions) -> None:
    raising = functions.create(
        "class NotToday(Exception): pass\n"
        "def deeper(): raise NotToday('the shop is closed')\n"
        "def handler(event, context): deeper()\n"
    )

    called = functions.call(raising)

    assert called.failed
    assert called.answer["errorType"] == "NotToday"
    assert called.answer["errorMessage"] == "the shop is closed"
    assert [part.split(", ")[2].split("\n")[0] for part in called.answer["stackTrace"]] == ["in handler", "in deeper"]
    assert "[ERROR] NotToday: the shop is closed" in called.log


def test_a_stack_of_a_thousand_frames_is_an_error_like_any_other(functions: Functions) -> None:
    """The runtime sends it in one header line of more than 100 KB."""
    deep = functions.create("def deeper(n): return deeper(n + 1)\ndef handler(event, context):\n    return deeper(0)")

    called = functions.call(deep)

    assert called.answer["errorType"] == "RecursionError"
    assert called.answer["stackTrace"][0].strip().endswith("return deeper(0)")


@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        ("import not_packed\ndef handler(event, context): ...", "Runtime.ImportModuleError", "not_packed"),
        ("def handler(event, context:\n", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ("def another(event, context): ...", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        ("raise ValueError('no settings')", "ValueError", "no settings"),
        ("import sys; sys.exit(5)", "Runtime.ExitError", "Runtime exited with error: exit status 5"),
    ],
)
def test_what_cannot_be_imported_says_why_every_time(
    functions: Functions, source: str, kind: str, message: str
) -> None:
    broken = functions.create(source)

    first, second = functions.call(broken), functions.call(broken)

    assert [first.answer["errorType"], second.answer["errorType"]] == [kind, kind]
    assert message in first.answer["errorMessage"]
    assert first.failed
    assert f"Phase: init\tStatus: error\tError Type: {kind}" in first.log


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("exit", "Runtime exited with error: exit status 3"),
        ("quietly", "Runtime exited without providing a reason"),
        ("at once", "Runtime exited with error: exit status 4"),
    ],
)
def test_a_process_that_ends_is_an_error_and_the_next_call_gets_a_new_one(
    functions: Functions, ends: str, event: str, reason: str
) -> None:
    before = functions.call(ends).answer

    called = functions.call(ends, event)

    assert called.failed
    assert called.answer["errorType"] == "Runtime.ExitError"
    assert called.answer["errorMessage"].startswith("RequestId: ")
    assert called.answer["errorMessage"].endswith(f" Error: {reason}")
    after = functions.call(ends)
    assert (after.failed, after.answer != before) == (False, True)


def test_a_time_out_ends_the_process_and_all_it_started(functions: Functions, tmp_path: Path) -> None:
    late = functions.create(
        "import os, subprocess, time\n"
        "def handler(event, context):\n"
        "    if event is None: return os.getpid()\n"
        "    child = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        "    with open(event, 'w') as told: told.write(f'{os.getpid()} {child.pid}')\n"
        "    time.sleep(60)\n",
        Timeout=1,
    )
    told = tmp_path / "told"

    called = functions.call(late, str(told))

    assert called.failed
    assert called.answer["errorType"] == "Sandbox.Timedout"
    assert called.answer["errorMessage"].endswith(" Error: Task timed out after 1.00 seconds")
    process, child = map(int, told.read_text().split())
    eventually(lambda: not lives(process) and not lives(child), timeout=5)
    assert functions.call(late).answer != process


def test_a_process_killed_in_the_middle_of_a_call_is_an_error_at_once(functions: Functions, ends: str) -> None:
    process = functions.call(ends).answer
    called = in_the_background(lambda: functions.call(ends, "sleep"))

    never(called, for_seconds=0.5)
    os.kill(process, signal.SIGKILL)

    answer = eventually(called, timeout=1).answer
    assert answer["errorType"] == "Runtime.ExitError"
    assert answer["errorMessage"].endswith("Runtime exited with error: signal: killed")


def test_a_process_killed_between_two_calls_is_replaced(functions: Functions, ends: str) -> None:
    process = functions.call(ends).answer
    os.kill(process, signal.SIGKILL)
    eventually(lambda: not lives(process))

    called = functions.call(ends)

    assert (called.failed, called.answer != process) == (False, True)


def test_an_answer_over_six_megabytes_is_refused(functions: Functions, ends: str) -> None:
    called = functions.call(ends, "large")

    assert called.failed
    assert called.answer == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }
    assert not functions.call(ends).failed


def test_a_function_that_takes_more_than_its_memory_is_killed(functions: Functions) -> None:
    """128 MB are its limit; 80 more than the runtime's own are fine."""
    greedy = functions.create("def handler(event, context): return len(b'x' * (event << 20))", MemorySize=128)

    assert functions.call(greedy, 80).answer == 80 << 20
    called = functions.call(greedy, 1024)

    assert called.failed
    assert called.answer["errorType"] == "Runtime.OutOfMemory"
    assert called.answer["errorMessage"].endswith("Runtime exited with error: signal: killed")
    assert "Max Memory Used: 128 MB\t" in called.log
    assert not functions.call(greedy, 1).failed


def test_a_child_s_memory_counts_too(functions: Functions) -> None:
    parent = functions.create(
        "import subprocess, sys\n"
        "def handler(event, context):\n"
        "    subprocess.run([sys.executable, '-c', 'import time; kept = b\"x\" * (200 << 20); time.sleep(60)'])\n",
        MemorySize=128,
    )

    assert functions.call(parent).answer["errorType"] == "Runtime.OutOfMemory"


def test_memory_nobody_could_have_is_refused_by_the_kernel(functions: Functions) -> None:
    wild = functions.create("def handler(event, context): bytearray(1 << 40)", MemorySize=128)

    assert functions.call(wild).answer["errorType"] == "MemoryError"


@pytest.mark.parametrize("runtime", ["nodejs22.x", "provided.al2023"])
def test_another_runtime_is_refused_with_the_reason(functions: Functions, runtime: str) -> None:
    name = functions.bench.unique("function")
    functions.client.create_function(
        FunctionName=name,
        Role=functions.bench.role(),
        Runtime=runtime,
        Handler="index.handler",
        Code={"ZipFile": archive({"index.js": ""})},
    )

    def refused() -> Any:
        now = functions.client.get_function_configuration(FunctionName=name)
        return now["State"] == "Failed" and now

    assert f"the runtime {runtime} does not run without Docker" in eventually(refused)["StateReason"]
    with pytest.raises(ClientError, match="Failed"):
        functions.call(name)


def test_a_container_image_is_refused_with_the_reason(functions: Functions) -> None:
    name = functions.bench.unique("function")
    functions.client.create_function(
        FunctionName=name,
        Role=functions.bench.role(),
        PackageType="Image",
        Code={"ImageUri": "000000000000.dkr.ecr.eu-west-1.amazonaws.com/any:1"},
    )

    def refused() -> Any:
        now = functions.client.get_function_configuration(FunctionName=name)
        return now["State"] == "Failed" and now

    assert "of a container image does not run without Docker" in eventually(refused)["StateReason"]


def in_the_background(call: Callable[[], Called]) -> Callable[[], Called | None]:
    """Start a call, and return what looks whether it is done."""
    done: list[Called] = []
    threading.Thread(target=lambda: done.append(call()), daemon=True).start()
    return lambda: done[0] if done else None
