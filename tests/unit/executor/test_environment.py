"""An environment: processes that come and go, and what is left of them."""

from __future__ import annotations

import json
import os
import signal
import threading
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.executor.runtimes import call, environment

from eventyard.testing.waiting import eventually, never
from localstack_process_executor.environment import Environment, InitError, StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[..., Environment]]:
    """Make environments, and stop them all when the test is over."""
    all_made: list[Environment] = []

    def make(**settings: Any) -> Environment:
        all_made.append(environment(tmp_path / str(len(all_made)), **settings))
        (tmp_path / str(len(all_made) - 1)).mkdir()
        return all_made[-1]

    yield make
    for one in all_made:
        one.stop()


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_one_process_serves_call_after_call(made: Callable[..., Environment]) -> None:
    one = made()
    one.start()

    first, second = (json.loads(one.invoke(call("result = os.getpid()")).payload) for _ in range(2))

    assert first == second == one.pid


def test_an_init_that_takes_too_long_is_tried_again_with_the_first_call(made: Callable[..., Environment]) -> None:
    one = made(init="time.sleep(1)", init_seconds=0.3)

    with pytest.raises(InitError, match=r"init timed out after 0\.30 seconds"):
        one.start()
    result = one.invoke(call("result = 'here'"))

    assert (result.payload, result.failed) == (b'"here"', False)
    assert "Phase: init\tStatus: timeout\n" in result.logs
    assert "Init Duration" not in result.logs.rpartition("REPORT")[2]


def test_an_init_that_takes_longer_than_the_call_times_out(made: Callable[..., Environment]) -> None:
    one = made(init="time.sleep(60)", init_seconds=0.2, timeout=1)

    with pytest.raises(InitError):
        one.start()

    assert json.loads(one.invoke(call("")).payload)["errorType"] == "Sandbox.Timedout"


def test_a_process_outlives_the_thread_that_asked_for_it(made: Callable[..., Environment]) -> None:
    """Linux sends the signal of a parent's death when the thread that started the process ends."""
    one = made()
    starting = threading.Thread(target=one.start)
    starting.start()
    starting.join()

    never(lambda: one.pid is None, for_seconds=0.5)


def test_what_a_process_started_ends_with_it(made: Callable[..., Environment]) -> None:
    """In its group or in a session of its own."""
    one = made()
    one.start()
    started = "[subprocess.Popen(['sleep', '600'], start_new_session=own).pid for own in (False, True)]"
    children: list[int] = json.loads(one.invoke(call(f"result = {started}")).payload)
    assert all(lives(child) for child in children)

    one.stop()

    eventually(lambda: not any(lives(child) for child in children))


def test_its_group_ends_when_it_is_killed_from_outside(made: Callable[..., Environment]) -> None:
    one = made()
    one.start()
    pid, child = json.loads(one.invoke(call("result = [os.getpid(), subprocess.Popen(['sleep', '600']).pid]")).payload)

    os.kill(pid, signal.SIGKILL)

    eventually(lambda: not lives(child))
    assert one.pid is None


def test_stop_interrupts_a_call_and_leaves_nothing(made: Callable[..., Environment], tmp_path: Path) -> None:
    one = made()
    one.start()
    pid = one.pid
    assert pid
    threading.Timer(0.3, one.stop).start()

    with pytest.raises(StoppedError):
        one.invoke(call("time.sleep(600)"))

    assert not lives(pid)
    eventually(lambda: not (tmp_path / "0" / "environment").exists())


def test_stop_interrupts_a_start(made: Callable[..., Environment]) -> None:
    one = made(init="time.sleep(600)")
    threading.Timer(0.3, one.stop).start()

    with pytest.raises(StoppedError):
        one.start()

    assert one.pid is None


def test_what_is_stopped_cannot_be_started(made: Callable[..., Environment]) -> None:
    one = made()
    one.stop()

    with pytest.raises(StoppedError):
        one.start()


def test_an_interpreter_that_is_not_there_is_an_error_and_leaves_no_port(made: Callable[..., Environment]) -> None:
    one = made(command=("/does/not/exist", "-c", ""))
    before = threading.active_count()

    with pytest.raises(FileNotFoundError):
        one.start()

    eventually(lambda: threading.active_count() <= before)


def test_a_line_is_in_the_log_of_the_call_that_wrote_it(made: Callable[..., Environment]) -> None:
    one = made(init="print('init', flush=True)")
    one.start()

    first = one.invoke(call("print('one', flush=True)", "id-1")).logs.splitlines()
    second = one.invoke(call("print('two', flush=True)", "id-2")).logs.splitlines()

    assert [line.split("\t")[0] for line in first] == [
        "INIT_START Runtime Version: python:3.13",
        "init",
        "START RequestId: id-1 Version: $LATEST",
        "one",
        "END RequestId: id-1",
        "REPORT RequestId: id-1",
    ]
    assert [line.split("\t")[0] for line in second[1:]] == ["two", "END RequestId: id-2", "REPORT RequestId: id-2"]
    assert one.logs() == "init\none\ntwo\n"


def test_bytes_that_are_no_text_do_not_stop_the_log(made: Callable[..., Environment]) -> None:
    one = made()
    one.start()

    logs = one.invoke(call(r"os.write(1, b'\xff\xfe broken\n')")).logs

    assert "\ufffd\ufffd broken\n" in logs


def test_a_megabyte_of_log_does_not_hold_a_call_up(made: Callable[..., Environment]) -> None:
    """Nobody reads while the function writes: a pipe would be full after 64 KiB."""
    one = made()
    one.start()

    logs = one.invoke(call("print('x' * (1 << 20), flush=True)")).logs

    assert "x" * (1 << 20) in logs


def test_the_environment_is_what_was_given_and_nothing_else(
    made: Callable[..., Environment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THE_PERSON", "secret")
    one = made()
    one.start()

    names = set(json.loads(one.invoke(call("result = list(os.environ)")).payload))

    # LC_CTYPE is CPython's own, where a locale is not to be had.
    assert names - {"LC_CTYPE"} == {"INIT", "SECRET", "AWS_LAMBDA_RUNTIME_API"}
