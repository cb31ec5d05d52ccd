"""LocalStack is started, found, emptied and stopped, and leaves nothing behind."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.integration.support.processes import family

from eventyard import emulators
from eventyard.emulators import EmulatorError
from eventyard.testing.waiting import eventually


@pytest.fixture
def own(launch, tmp_path):
    """A LocalStack of this test's own."""
    emulator = emulators.start(
        "localstack",
        folder=tmp_path / "emulator",
        region="eu-west-1",
        python=launch.python,
        workers=launch.workers,
        modules=launch.modules,
        port=0,
    )
    yield emulator
    emulator.stop()


def command_line(pid):
    """What a process was started as; nothing of one that has ended, also while nobody asked how."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def listening(pids):
    """Local addresses the processes listen on, as the kernel tells them."""
    inodes = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                found = re.match(r"socket:\[(\d+)\]", str(link.readlink()))
            except OSError:
                continue
            inodes |= {found[1]} if found else set()
    addresses = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                addresses.add(fields[1].partition(":")[0])
    return addresses


def test_it_listens_on_the_loopback_address_alone_also_for_streams(own, launch):
    if launch.modules is None:
        pytest.skip("Kinesis needs Node.js, which is not on this machine")
    own.session().client("kinesis").create_stream(StreamName="watched", ShardCount=1)
    pids = family(own.pid)
    assert len(pids) > 1
    assert listening(pids) == {"0100007F"}


def test_emptied_it_is_another_one_in_the_same_place(own):
    sqs = own.session().client("sqs")
    sqs.create_queue(QueueName="gone")
    emptied = own.reset()
    assert emptied.pid == own.pid
    assert emptied.endpoint == own.endpoint
    assert emptied.incarnation != own.incarnation
    assert emulators.find(own.folder) == emptied
    assert "QueueUrls" not in sqs.list_queues()


def test_stopped_it_leaves_no_process(own, launch):
    if launch.modules is not None:
        own.session().client("kinesis").create_stream(StreamName="left", ShardCount=1)
    pids = family(own.pid)
    own.stop()
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), timeout=10)
    assert emulators.find(own.folder) is None


def test_its_folder_deleted_it_leaves_no_process(own, launch):
    if launch.modules is not None:
        own.session().client("kinesis").create_stream(StreamName="left", ShardCount=1)
    pids = family(own.pid)
    shutil.rmtree(own.folder, ignore_errors=True)
    eventually(lambda: not any(command_line(pid) for pid in pids), timeout=20)


def test_nothing_is_written_outside_its_folder(own):
    own.session().client("s3").create_bucket(
        Bucket="written", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    outside = set()
    for pid in family(own.pid):
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target, flags = link.readlink(), Path(f"/proc/{pid}/fdinfo/{link.name}").read_text()
            except OSError:
                continue
            writable = int(re.search(r"flags:\s+(\d+)", flags)[1], 8) & 0o3
            if target.is_file() and writable and own.folder not in target.parents:
                outside.add(str(target))
    assert not outside


def test_attached_to_it_cannot_be_emptied(own):
    attached = emulators.attach(own.endpoint, kind="localstack")
    with pytest.raises(EmulatorError, match="no call that empties it"):
        attached.reset()


def test_another_version_is_refused(launch, tmp_path):
    """The package runs in an environment whose LocalStack is not the pinned one: here, in one that has none."""
    with pytest.raises(EmulatorError, match=r"written for localstack-core 2026\.3\.0, found none"):
        emulators.start(
            "localstack", folder=tmp_path, region="eu-west-1", python=launch.workers, workers=launch.workers
        )
