"""One execution environment: processes one after the other, a `/tmp`, logs, and Lambda's words for what went wrong.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localstack_process_executor.process import (
    Exited,
    Outcome,
    OverMemory,
    RuntimeProcess,
    Stopped,
    TimedOut,
)
from localstack_process_executor.report import Figures, JsonLines, TextLines
from localstack_process_executor.runtime_api import LARGEST_ANSWER, Answered, InitFailed, Invocation, Ready, TooLarge
from localstack_process_executor.spawner import Program, Spawner
from localstack_process_executor.unpacked import delete

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from localstack_process_executor.report import Lines, Status

INIT_SECONDS = 10.0
"""What an init may take before the first invocation; a longer one is tried again within that, as AWS does."""

LOG = "log"
TEMPORARY = "tmp"


@dataclass(frozen=True)
class Plan:
    """What an environment runs.

    Parameters
    ----------
    command
        Interpreter and its arguments.
    task
        Working directory.
    folder
        The environment's own, made by it and deleted with it; its `/tmp` and its log are in there.
    variables
        The whole environment.
    runtime, version
        `python3.13`, `$LATEST`: for log lines.
    timeout
        Seconds of an invocation.
    memory
        MiB.
    largest_answer
        Bytes.
    json_logs
        Lambda's own lines are JSON.
    """

    command: tuple[str, ...]
    task: Path
    folder: Path
    variables: Mapping[str, str]
    runtime: str
    version: str
    timeout: int
    memory: int
    largest_answer: int = LARGEST_ANSWER
    json_logs: bool = False


@dataclass(frozen=True)
class Call:
    """An invocation before its deadline is known; fields as in `runtime_api.Invocation`."""

    request_id: str
    arn: str
    payload: bytes
    trace_id: str | None = None


@dataclass(frozen=True)
class Result:
    """What the caller gets, and what the invocation left in the log."""

    payload: bytes
    failed: bool
    logs: str


@dataclass(frozen=True)
class Fault:
    """An invocation that the runtime did not answer."""

    kind: str
    message: str
    status: Status


class StoppedError(Exception):
    """The environment was stopped in the middle of an invocation or of its start."""

    def __init__(self) -> None:
        super().__init__("its environment was stopped: the function was updated or deleted, or LocalStack ends")


class InitError(Exception):
    """The function could not be imported.

    Parameters
    ----------
    payload
        The runtime's error, JSON.
    """

    def __init__(self, payload: bytes) -> None:
        super().__init__(payload.decode("utf-8", "replace"))
        self.payload = payload


class Environment:
    """From `start` to `stop`. One invocation at a time.

    Raises
    ------
    OSError
        From `start` and `invoke`: no folder, no port or no process could be had.
    """

    def __init__(self, plan: Plan, *, spawner: Spawner, init_seconds: float = INIT_SECONDS) -> None:
        self._plan = plan
        self._spawner = spawner
        self._init_seconds = init_seconds
        self._lines: Lines = JsonLines() if plan.json_logs else TextLines()
        self._process: RuntimeProcess | None = None
        self._stopped = False
        self._lock = threading.Lock()
        self._read = 0
        self._before = ""  # what belongs to the log of the next invocation
        self._init: float | None = None

    @property
    def pid(self) -> int | None:
        """The process that serves now, if there is one."""
        return self._process.pid if self._process and self._process.alive else None

    def start(self) -> None:
        """Make the folder, start the runtime and wait until the function is imported.

        Raises
        ------
        InitError
            It can't be imported. The environment can be used all the same: the next invocation tries again, as on AWS.
        StoppedError
            `stop` was called meanwhile.
        """
        (self._plan.folder / TEMPORARY).mkdir(parents=True, mode=0o700)
        self._before = self._lines.init_start(self._plan.runtime)
        begin = time.monotonic()
        outcome = self._launch(self._init_seconds)
        spent = (time.monotonic() - begin) * 1000
        self._before += self._written()
        if isinstance(outcome, Ready):
            self._init = spent
            return
        if isinstance(outcome, Stopped):
            raise StoppedError
        fault = self._fault(outcome)
        status: Status = "timeout" if isinstance(outcome, TimedOut) else "error"
        error = None if status == "timeout" else fault.kind
        self._before += self._lines.init_report(spent, phase="init", status=status, error=error)
        if isinstance(outcome, InitFailed):
            raise InitError(outcome.payload)
        late = f"Error: init timed out after {self._init_seconds:.2f} seconds"
        raise InitError(_error(fault.kind, late if status == "timeout" else fault.message))

    def invoke(self, call: Call) -> Result:
        """Run one invocation, in the process there is or in a new one.

        Raises
        ------
        StoppedError
            `stop` was called meanwhile.
        """
        begin, until = time.monotonic(), time.monotonic() + self._plan.timeout
        deadline = int((time.time() + self._plan.timeout) * 1000)
        log = self._before + self._written() + self._lines.start(call.request_id, self._plan.version)
        self._before = ""
        init, self._init = self._init, None
        outcome = self._served(call, deadline, until)
        spent = (time.monotonic() - begin) * 1000
        if isinstance(outcome, Stopped):
            raise StoppedError
        log += self._written()
        payload, failed = self._payload(outcome, call)
        status: Status = "error" if failed else "success"
        kind = None
        if not isinstance(outcome, Answered | InitFailed):
            fault = self._fault(outcome)
            status, kind = fault.status, fault.kind
            log += self._lines.fault(call.request_id, fault.message)
        figures = Figures(spent, self._plan.memory, self._peak(outcome), init, status, kind)
        log += self._lines.end(call.request_id) + self._lines.report(call.request_id, figures)
        return Result(payload, failed, log)

    def stop(self) -> None:
        """End the process and delete the folder. Can be called twice, and before `start`."""
        with self._lock:
            self._stopped = True
            process = self._process
        if process:
            process.stop()
        delete(self._plan.folder)

    def logs(self) -> str:
        """Return all that its processes wrote."""
        try:
            return (self._plan.folder / LOG).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def _served(self, call: Call, deadline: int, until: float) -> Outcome:
        process = self._process
        if process is None or not process.alive:
            # After a crash or a time-out, and after an init that failed: the init is part of the invocation.
            outcome = self._launch(until - time.monotonic())
            process = self._process
            if not isinstance(outcome, Ready) or process is None:
                return outcome
        invocation = Invocation(call.request_id, call.arn, call.payload, deadline, call.trace_id)
        return process.invoke(invocation, seconds=until - time.monotonic())

    def _launch(self, seconds: float) -> Outcome:
        plan = self._plan
        program = Program(plan.command, plan.task, plan.variables, plan.folder / LOG, plan.memory)
        with self._lock:
            if self._stopped:
                return Stopped()
            self._process = RuntimeProcess(program, spawner=self._spawner, largest_answer=plan.largest_answer)
        return self._process.ready(seconds=seconds)

    def _written(self) -> str:
        """Return what was written since the last look; a process writes before it answers, so nothing is missing."""
        try:
            with (self._plan.folder / LOG).open("rb") as log:
                log.seek(self._read)
                new = log.read()
        except FileNotFoundError:
            return ""
        self._read += len(new)
        text = new.decode("utf-8", "replace")
        return text if not text or text.endswith("\n") else text + "\n"

    def _peak(self, outcome: Outcome) -> int:
        if isinstance(outcome, OverMemory):
            return self._plan.memory * 1024 * 1024
        return self._process.peak if self._process else 0

    def _payload(self, outcome: Outcome, call: Call) -> tuple[bytes, bool]:
        if isinstance(outcome, Answered):
            return outcome.payload, outcome.failed
        if isinstance(outcome, InitFailed):
            return outcome.payload, True
        fault = self._fault(outcome)
        named = "" if isinstance(outcome, TooLarge) else f"RequestId: {call.request_id} "
        return _error(fault.kind, named + fault.message), True

    def _fault(self, outcome: Outcome) -> Fault:
        """Lambda's words for an end without an answer."""
        match outcome:
            case TimedOut():
                message = f"Error: Task timed out after {self._plan.timeout:.2f} seconds"
                return Fault("Sandbox.Timedout", message, "timeout")
            case TooLarge():
                return Fault("Function.ResponseSizeTooLarge", outcome.message, "error")
            case OverMemory():
                message = "Error: Runtime exited with error: signal: killed"
                return Fault("Runtime.OutOfMemory", message, "failure")
            case Exited():
                return Fault("Runtime.ExitError", f"Error: {outcome.reason}", "failure")
            case InitFailed(payload):
                return Fault(_kind(payload), "", "error")
        raise AssertionError(f"{outcome} is no fault")


def _error(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()


def _kind(payload: bytes) -> str:
    try:
        error: Any = json.loads(payload)
        return str(error["errorType"])
    except (ValueError, TypeError, KeyError):
        return "Runtime.Unknown"
