"""One run of the runtime: a process, its API, what it writes and how it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from localstack_process_executor import memory
from localstack_process_executor.runtime_api import LARGEST_ANSWER, Answered, InitFailed, Ready, RuntimeApi, TooLarge

if TYPE_CHECKING:
    from localstack_process_executor.runtime_api import Invocation
    from localstack_process_executor.spawner import Program, Spawner

_MIB = 1024 * 1024
_SAMPLE_SECONDS = 0.05
"""Between two looks at the memory of a process at work. What it answers is heard at once."""
_END_SECONDS = 5
_LAST_WORDS_SECONDS = 1
"""What a runtime that ends itself gets to write why."""


@dataclass(frozen=True)
class Exited:
    """The process ended by itself, or was ended from outside.

    Parameters
    ----------
    status
        As `subprocess` gives it: negative for a signal.
    """

    status: int

    @property
    def reason(self) -> str:
        """As Lambda says it."""
        if self.status == 0:
            return "Runtime exited without providing a reason"
        if self.status > 0:
            return f"Runtime exited with error: exit status {self.status}"
        name = signal.strsignal(-self.status) or str(-self.status)
        return f"Runtime exited with error: signal: {name.lower()}"


@dataclass(frozen=True)
class OverMemory:
    """It held more than the function may, and was killed."""


@dataclass(frozen=True)
class TimedOut:
    """The time was up, and it was killed."""


@dataclass(frozen=True)
class Stopped:
    """The environment was stopped meanwhile."""


Outcome = Ready | InitFailed | Answered | TooLarge | Exited | OverMemory | TimedOut | Stopped


class RuntimeProcess:
    """A process that serves invocations, one after the other, until it ends or is ended.

    Parameters
    ----------
    program
        What to start; its variables get `AWS_LAMBDA_RUNTIME_API`.
    spawner
        Starts it.
    largest_answer
        Bytes.

    Raises
    ------
    OSError
        It could not be started; nothing is left of it.
    """

    def __init__(self, program: Program, *, spawner: Spawner, largest_answer: int = LARGEST_ANSWER) -> None:
        self.peak = 0
        self._limit = program.memory * _MIB
        self._lock = threading.Lock()
        self._outcome: Future[Outcome] = Future()
        self._end: Exited | Stopped | None = None
        self._signals = threading.Lock()
        self._reaped = False
        self._gone = threading.Event()
        self._api = RuntimeApi(self._settle, largest_answer=largest_answer)
        variables = {**program.variables, "AWS_LAMBDA_RUNTIME_API": self._api.address}
        try:
            self._process = spawner.start(replace(program, variables=variables))
        except OSError:
            self._api.close()
            raise
        threading.Thread(target=self._watch_end, name=f"function-process-{self._process.pid}", daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether it can take an invocation."""
        return self._end is None

    @property
    def pid(self) -> int:
        """Its process id, which is its session's and its group's too."""
        return self._process.pid

    def ready(self, *, seconds: float) -> Outcome:
        """Wait until the function's module is imported. Unless it is `Ready`, nothing is left of the process."""
        return self._wait(time.monotonic() + seconds)

    def invoke(self, invocation: Invocation, *, seconds: float) -> Outcome:
        """Hand over an invocation and wait for what comes of it. Unless it is `Answered`, the process is gone."""
        with self._lock:
            self._outcome = Future()
            if self._end:
                self._outcome.set_result(self._end)
        self._api.give(invocation)
        return self._wait(time.monotonic() + seconds)

    def stop(self) -> None:
        """End the process and all that descends from it, and close the port. Can be called twice."""
        self._settle(Stopped())
        self._kill()

    def _wait(self, until: float) -> Outcome:
        outcome = self._heard(until)
        self.peak = max(self.peak, memory.look(self.pid).peak)
        if isinstance(outcome, TooLarge | InitFailed):
            self._gone.wait(timeout=_LAST_WORDS_SECONDS)
        if not isinstance(outcome, Ready | Answered):
            self._kill()
        return outcome

    def _heard(self, until: float) -> Outcome:
        while True:
            left = until - time.monotonic()
            try:
                return self._outcome.result(timeout=max(0.0, min(_SAMPLE_SECONDS, left)))
            except TimeoutError:
                now = memory.look(self.pid)
                self.peak = max(self.peak, now.peak)
                if now.held > self._limit:
                    return OverMemory()
                if left <= 0:
                    return TimedOut()

    def _settle(self, outcome: Outcome) -> None:
        """Take the first word: what came before the end is the outcome, not the end."""
        with self._lock:
            if isinstance(outcome, Exited | Stopped) and self._end is None:
                self._end = outcome
            if not self._outcome.done():
                self._outcome.set_result(outcome)

    def _watch_end(self) -> None:
        # Not reaped yet, so that its id can't be another's: what is left of its group is ended first.
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        with self._signals:
            self._signal_group()
            status = self._process.wait()
            self._reaped = True
        self._settle(Exited(status))
        self._api.close()
        self._gone.set()

    def _kill(self) -> None:
        with self._signals:
            if not self._reaped:
                for child in memory.descendants(self.pid):
                    # They may have made sessions of their own.
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(child, signal.SIGKILL)
                self._signal_group()
        self._gone.wait(timeout=_END_SECONDS)

    def _signal_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
