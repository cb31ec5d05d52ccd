"""The lines Lambda writes round what a function writes, as text or as JSON.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol

_MIB = 1024 * 1024

_LATE = "Error: Task timed out"

Status = Literal["success", "timeout", "error", "failure"]


@dataclass(frozen=True)
class Figures:
    """What one invocation took.

    Parameters
    ----------
    milliseconds
        From the invocation to its end.
    memory_size, peak
        What the function may hold in MiB, and what it held at most in bytes.
    init
        Milliseconds of the init that came before, on the first invocation only. It is billed.
    status
        How it ended.
    error
        Its error type, when it ended without an answer.
    """

    milliseconds: float
    memory_size: int
    peak: int
    init: float | None = None
    status: Status = "success"
    error: str | None = None

    @property
    def billed(self) -> int:
        """Whole milliseconds."""
        return math.ceil(self.milliseconds + (self.init or 0))

    @property
    def used(self) -> int:
        """Whole MiB, and never more than there are: Lambda says no more than the size of a function either."""
        return min(math.ceil(self.peak / _MIB), self.memory_size)


class Lines(Protocol):
    """The two formats. Every method returns whole lines."""

    def init_start(self, runtime: str) -> str:
        """Say that an environment begins."""

    def init_report(self, milliseconds: float, *, phase: str, status: Status, error: str | None) -> str:
        """Say how an init failed."""

    def start(self, request_id: str, version: str) -> str:
        """Say that an invocation begins."""

    def fault(self, request_id: str, message: str) -> str:
        """Say why it ended without an answer of the runtime."""

    def end(self, request_id: str) -> str:
        """Say that it ended."""

    def report(self, request_id: str, figures: Figures) -> str:
        """Say what it took."""


class TextLines:
    """`LogFormat` Text, the default."""

    def init_start(self, runtime: str) -> str:
        """Say that an environment begins."""
        return f"INIT_START Runtime Version: {_colon(runtime)}\n"

    def init_report(self, milliseconds: float, *, phase: str, status: Status, error: str | None) -> str:
        """Say how an init failed."""
        why = f"\tError Type: {error}" if error else ""
        return f"INIT_REPORT Init Duration: {milliseconds:.2f} ms\tPhase: {phase}\tStatus: {status}{why}\n"

    def start(self, request_id: str, version: str) -> str:
        """Say that an invocation begins."""
        return f"START RequestId: {request_id} Version: {version}\n"

    def fault(self, request_id: str, message: str) -> str:
        """Say why it ended without an answer of the runtime."""
        if message.startswith(_LATE):
            return f"{_now()} {request_id} {message.removeprefix('Error: ')}\n"
        return f"RequestId: {request_id} {message}\n"

    def end(self, request_id: str) -> str:
        """Say that it ended."""
        return f"END RequestId: {request_id}\n"

    def report(self, request_id: str, figures: Figures) -> str:
        """Say what it took."""
        parts = [
            f"REPORT RequestId: {request_id}",
            f"Duration: {figures.milliseconds:.2f} ms",
            f"Billed Duration: {figures.billed} ms",
            f"Memory Size: {figures.memory_size} MB",
            f"Max Memory Used: {figures.used} MB",
        ]
        if figures.init is not None:
            parts.append(f"Init Duration: {figures.init:.2f} ms")
        if figures.status in ("timeout", "failure"):
            parts.append(f"Status: {'timeout' if figures.status == 'timeout' else 'error'}")
        if figures.error and figures.status == "failure":
            parts.append(f"Error Type: {figures.error}")
        return "\t".join(parts) + "\t\n"


class JsonLines:
    """`LogFormat` JSON."""

    def init_start(self, runtime: str) -> str:
        """Say that an environment begins."""
        return _event("initStart", {"phase": "init", "runtimeVersion": _colon(runtime)})

    def init_report(self, milliseconds: float, *, phase: str, status: Status, error: str | None) -> str:
        """Say how an init failed."""
        metrics = {"durationMs": round(milliseconds, 3)}
        record: dict[str, object] = {"phase": phase, "status": status, "metrics": metrics}
        return _event("initReport", record | ({"errorType": error} if error else {}))

    def start(self, request_id: str, version: str) -> str:
        """Say that an invocation begins."""
        return _event("start", {"requestId": request_id, "version": version})

    def fault(self, request_id: str, message: str) -> str:
        """Say why it ended without an answer of the runtime."""
        return json.dumps({"timestamp": _now(), "level": "ERROR", "requestId": request_id, "message": message}) + "\n"

    def end(self, request_id: str) -> str:
        """Write nothing: `platform.runtimeDone`, its counterpart, is for the level DEBUG."""
        del request_id
        return ""

    def report(self, request_id: str, figures: Figures) -> str:
        """Say what it took."""
        metrics: dict[str, float] = {
            "durationMs": round(figures.milliseconds, 3),
            "billedDurationMs": figures.billed,
            "memorySizeMB": figures.memory_size,
            "maxMemoryUsedMB": figures.used,
        }
        if figures.init is not None:
            metrics["initDurationMs"] = round(figures.init, 3)
        record: dict[str, object] = {"requestId": request_id, "metrics": metrics, "status": figures.status}
        return _event("report", record | ({"errorType": figures.error} if figures.error else {}))


def _event(kind: str, record: dict[str, object]) -> str:
    return json.dumps({"time": _now(), "type": f"platform.{kind}", "record": record}) + "\n"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _colon(runtime: str) -> str:
    """`python3.13` as Lambda's lines say it: `python:3.13`."""
    return runtime.replace("python", "python:")
