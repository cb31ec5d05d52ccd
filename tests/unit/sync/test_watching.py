from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eventyard.deployment.holder import HeldError
from eventyard.errors import EventyardError
from eventyard.sync import Round, Update
from eventyard.sync.watching import watch

if TYPE_CHECKING:
    from collections.abc import Callable

UPDATE = Update("shop/greet", "shop-local-greet", "2", ("live",), (), 50.0)
DONE = Round(updates=(UPDATE,))


@dataclass
class Worker:
    """Answers each round with the next of its outcomes, and writes down what it was asked for."""

    outcomes: list[Round | Exception]
    asked: list[str] = field(default_factory=list)

    def round(self, noticed: float) -> Round:
        self.asked.append("round")
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def tidy(self) -> None:
        self.asked.append("tidy")


@dataclass
class Typist:
    """Notices as many edits as it is told to, with a pause where there is a None, then stops."""

    edits: list[float | None]
    stop: threading.Event

    def wait(self, seconds: float | None) -> float | None:
        if not self.edits:
            self.stop.set()
            return None
        return self.edits.pop(0)


def watched(worker: Worker, *edits: float | None) -> tuple[Any, list[tuple[str, Any]]]:
    stop = threading.Event()
    heard: list[tuple[str, Any]] = []

    def note(kind: str) -> Callable[[Any], None]:
        return lambda what: heard.append((kind, what))

    session = watch(
        worker,  # type: ignore[arg-type]
        Typist(list(edits), stop),  # type: ignore[arg-type]
        stop,
        began=0.0,
        tell=note("done"),
        wrong=note("wrong"),
        waiting=note("waiting"),
    )
    return session, heard


def test_every_edit_is_a_round_and_the_first_needs_none() -> None:
    worker = Worker([DONE, DONE])
    session, heard = watched(worker, 1.0)
    assert worker.asked == ["round", "round"]
    assert [kind for kind, _ in heard] == ["done", "done"]
    assert session.line() == "2 updates of 1 functions, median 50 ms from edit to live"


def test_what_an_edit_can_mend_is_reported_and_watching_goes_on() -> None:
    mistake = EventyardError("Syntax error: invalid syntax", where="app.py:3", fix="mend the file")
    session, heard = watched(Worker([DONE, mistake, DONE]), 1.0, 2.0)
    assert [kind for kind, _ in heard] == ["done", "wrong", "done"]
    assert heard[1][1] is mistake
    assert len(session.updates) == 2


def test_a_round_of_no_consequence_says_nothing_and_a_note_is_said_once() -> None:
    noted = Round(notes=("shop/new: not deployed yet",))
    _, heard = watched(Worker([Round(), noted, noted, Round()]), 1.0, 2.0, 3.0)
    assert [what.notes for _, what in heard] == [noted.notes, ()]


def test_the_edit_is_served_when_the_other_run_ends() -> None:
    held = HeldError("Another run is at work on `shop` in `local`")
    worker = Worker([held, held, DONE])
    session, heard = watched(worker)
    assert worker.asked == ["round"] * 3
    assert [kind for kind, _ in heard] == ["waiting", "done"]
    assert "waiting for it to end" in heard[0][1]
    assert len(session.updates) == 1


def test_a_file_that_was_being_replaced_is_read_again() -> None:
    gone = FileNotFoundError(2, "No such file or directory", "app.py")
    _, heard = watched(Worker([gone, gone, DONE]))
    assert [kind for kind, _ in heard] == ["done"]


def test_a_file_that_stays_away_is_named() -> None:
    gone = FileNotFoundError(2, "No such file or directory", "app.py")
    _, heard = watched(Worker([gone] * 5))
    ((kind, error),) = heard
    assert (kind, error.where) == ("wrong", "app.py")


def test_old_versions_go_when_nobody_edits_and_once() -> None:
    worker = Worker([DONE, DONE])
    watched(worker, None, None, 1.0, None)
    assert worker.asked == ["round", "tidy", "round", "tidy"]


def test_nothing_updated_is_said() -> None:
    session, _ = watched(Worker([Round()]))
    assert session.line() == "nothing was updated"
