"""Starting, finding, emptying and stopping the emulator, and what may be in its way."""

from __future__ import annotations

import functools
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from eventyard import emulators
from eventyard.emulators import processes, records
from eventyard.testing.waiting import eventually

SCRIPTS = Path(emulators.__file__).resolve().parents[2]


@pytest.fixture
def begin(pythons, tmp_path):
    """Start emulators in `tmp_path`, and end whatever runs there afterwards."""
    python, workers = pythons

    def start(**arguments):
        wanted = {"folder": tmp_path, "region": "eu-west-1", "python": python, "workers": workers, "port": 0}
        return emulators.start("ministack", **{**wanted, **arguments})

    yield start
    left = emulators.find(tmp_path)
    if left is not None:
        left.stop()


def runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_second_start_finds_the_first(begin, tmp_path):
    first = begin()
    assert begin() == first
    assert emulators.find(tmp_path) == first
    assert (tmp_path / "pid").read_text().strip() == str(first.pid)
    first.stop()
    assert not runs(first.pid)
    assert emulators.find(tmp_path) is None
    first.stop()


def test_only_the_loopback_address_answers(begin):
    port = int(begin().endpoint.rpartition(":")[2])
    with socket.socket() as probe:
        # Another address of this machine: it would answer if every interface were bound.
        assert probe.connect_ex(("127.0.0.2", port)) != 0


def test_emulator_outlives_the_command_that_started_it(begin, pythons, tmp_path):
    program = (
        "import sys; from pathlib import Path; from eventyard import emulators\n"
        "emulators.start('ministack', folder=Path(sys.argv[1]), region='eu-west-1',"
        " python=Path(sys.argv[2]), workers=Path(sys.argv[3]), port=0)"
    )
    subprocess.run(
        [sys.executable, "-c", program, tmp_path, *pythons], env={**os.environ, "PYTHONPATH": str(SCRIPTS)}, check=True
    )
    found = emulators.find(tmp_path)
    assert found is not None
    assert os.getsid(found.pid) == found.pid
    assert begin().pid == found.pid


def test_pid_of_another_process_is_left_alone(begin, tmp_path):
    begin().stop()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as other:
        record = {
            "kind": "ministack", "pid": other.pid, "port": 9, "region": "eu-west-1", "token": "f" * 32,
            "incarnation": "x", "launch": "x",
        }  # fmt: skip
        (tmp_path / "emulator.json").write_text(json.dumps(record))
        assert emulators.find(tmp_path) is None
        emulator = begin()
        assert emulator.healthy()
        assert other.poll() is None
        other.kill()


@pytest.mark.parametrize("lose", [Path.unlink, lambda note: note.write_text("{")], ids=["deleted", "damaged"])
def test_emulator_that_no_command_can_find_any_more_ends(begin, tmp_path, lose):
    emulator = begin()
    record = records.read(tmp_path)
    lose(tmp_path / "emulator.json")
    assert emulators.find(tmp_path) is None
    eventually(lambda: not processes.is_ours(emulator.pid, record.token), timeout=20)
    assert "does not name this emulator any more" in (tmp_path / "log").read_text()


def test_emulator_that_was_killed_is_started_anew(begin):
    first = begin()
    os.kill(first.pid, signal.SIGKILL)
    second = eventually(lambda: begin() if not first.healthy(timeout=1) else None)
    assert second.pid != first.pid
    assert second.incarnation != first.incarnation


def test_emulator_that_hangs_is_replaced(begin, monkeypatch):
    first = begin()
    impatient = functools.partialmethod(emulators.Emulator.healthy, timeout=1)
    monkeypatch.setattr(emulators.Emulator, "healthy", impatient)
    os.kill(first.pid, signal.SIGSTOP)
    second = begin()
    assert second.pid != first.pid
    assert second.healthy()
    assert not runs(first.pid)


def test_taken_port_is_named_and_another_taken_where_none_was_asked_for(begin, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(emulators.EmulatorError, match=f"Port {port} is taken"):
            begin(port=port)
        monkeypatch.setattr("eventyard.emulators.lifecycle.PREFERRED_PORT", port)
        assert not begin(port=None).endpoint.endswith(f":{port}")


def test_other_settings_are_refused_while_it_runs(begin):
    begin()
    with pytest.raises(emulators.EmulatorError, match="settings"):
        begin(region="eu-central-1")


def test_death_at_start_shows_the_log(begin, pythons, tmp_path):
    with pytest.raises(emulators.EmulatorError) as died:
        begin(python=pythons[1])  # an environment without MiniStack
    assert "found none: nothing was started" in str(died.value)
    assert died.value.where == str(tmp_path / "log")
    assert not (tmp_path / "emulator.json").exists()


def test_another_version_is_refused(pythons, tmp_path):
    metadata = tmp_path / "ministack-1.6.0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: ministack\nVersion: 1.6.0\n")
    answer = subprocess.run(
        [pythons[0], "-m", "eventyard_ministack", "--socket", "0", "--token", "x"],
        env={"PYTHONPATH": f"{tmp_path}{os.pathsep}{SCRIPTS}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "written for ministack 1.5.33, found 1.6.0" in answer.stderr


def test_reset_empties_it_and_changes_its_incarnation(begin, tmp_path):
    emulator = begin()
    emulator.session().client("sqs").create_queue(QueueName="one")
    emptied = emulator.reset()
    assert not emulator.session().client("sqs").list_queues().get("QueueUrls")
    assert (emptied.pid, emptied.endpoint) == (emulator.pid, emulator.endpoint)
    assert emptied.incarnation != emulator.incarnation
    assert emulators.find(tmp_path) == emptied


def test_attached_emulator_is_left_alone(begin):
    started = begin()
    attached = emulators.attach(started.endpoint, region="eu-west-1")
    assert attached.healthy()
    attached.stop()
    assert started.healthy()
    assert attached.reset() == attached


def test_accounts_are_told_apart_by_their_key(bench):
    other = bench.emulator.session(account="111111111111").client("sts").get_caller_identity()
    own = bench.client("sts").get_caller_identity()
    assert (own["Account"], own["Arn"]) == ("000000000000", "arn:aws:iam::000000000000:root")
    assert (other["Account"], other["Arn"]) == ("111111111111", "arn:aws:iam::111111111111:root")
