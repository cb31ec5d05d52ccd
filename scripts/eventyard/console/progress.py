"""Live progress of an apply: one line a resource as it is done; on a terminal, a bar below."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Self

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.text import Text

if TYPE_CHECKING:
    from types import TracebackType

    from eventyard.terraform.events import Event

    from .output import Console

_DONE: Final = {"create": "created", "update": "changed", "delete": "destroyed", "replace": "replaced", "read": "read"}
_SAY_AGAIN_SECONDS: Final = 30


class Progress:
    """Shows Terraform's events while they come.

    Parameters
    ----------
    console
        Where to; progress goes to stderr.
    total
        How many resources will change; 0 when that isn't known.
    """

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._done = 0
        self._running: dict[str, float] = {}
        self._spoke = time.monotonic()
        self._bar: Bar | None = None

    def __enter__(self) -> Self:
        """Start the bar where there is a terminal."""
        if self._console.err.is_terminal and self._total:
            self._bar = Bar(
                BarColumn(bar_width=30),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("{task.description}"),
                console=self._console.err,
                transient=True,
            )
            self._bar.add_task("", total=self._total)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away; its lines stay."""
        if self._bar:
            self._bar.stop()

    def __call__(self, event: Event) -> None:
        """Take one event."""
        now = time.monotonic()
        if event.kind == "apply_start":
            self._running[event.address] = now
        elif event.kind in {"apply_complete", "apply_errored"}:
            began = self._running.pop(event.address, now)
            if event.action != "read":
                self._done += event.kind == "apply_complete"
                self._line(event, now - began)
        elif event.kind == "apply_progress":
            self._still_waiting(now)
        if self._bar:
            waiting = ", ".join(short(address) for address in list(self._running)[:2])
            self._bar.update(self._bar.task_ids[0], completed=self._done, description=waiting)

    def _line(self, event: Event, seconds: float) -> None:
        failed = event.kind == "apply_errored"
        word = "failed" if failed else _DONE.get(event.action, event.action)
        self._spoke = time.monotonic()
        count = f"[{self._done:>{len(str(self._total))}}/{self._total}] " if self._total and not self._bar else ""
        line = Text(f"  {count}{word:<9} ", style="red" if failed else "green")
        self._console.err.print(line + Text(f"{short(event.address)} ") + Text(f"{seconds:.0f} s", style="dim"))

    def _still_waiting(self, now: float) -> None:
        """In a pipe, say now and then what is being waited for."""
        if self._bar or now - self._spoke < _SAY_AGAIN_SECONDS or not self._running:
            return
        self._spoke = now
        oldest = min(self._running, key=lambda address: self._running[address])
        others = f" and {len(self._running) - 1} more" if len(self._running) > 1 else ""
        seconds = now - self._running[oldest]
        self._console.err.print(Text(f"  waiting   {short(oldest)}{others} {seconds:.0f} s"))


def short(address: str) -> str:
    """Return an address without the root's own module call, which every address of a stack begins with."""
    return address.removeprefix("module.stack.")
