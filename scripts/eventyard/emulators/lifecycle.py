"""Starting an emulator and finding it again.

The process belongs to no command: it has a session of its own and lives on. Its folder holds `emulator.json`, `pid`
and `log`, and everything the emulator writes.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING

from filelock import FileLock

from eventyard.emulators import processes, records
from eventyard.emulators.emulator import Emulator, Kind, from_record
from eventyard.emulators.errors import EmulatorError
from eventyard.emulators.launch import KEPT, SCRATCH, Launch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PREFERRED_PORT = 4566
START_TIMEOUT_SECONDS = 60.0
_LOG_TAIL_LINES = 20


def start(
    kind: Kind,
    *,
    folder: Path,
    region: str,
    python: Path,
    workers: Path,
    port: int | None = None,
    modules: Path | None = None,
    settings: Mapping[str, str] | None = None,
) -> Emulator:
    """Start an emulator, or return the healthy one that `folder` already describes.

    Parameters
    ----------
    kind
        `ministack` or `localstack`.
    folder
        Where its pid, log, record and data go. One emulator a folder.
    region
        Region of requests that name none.
    python
        Interpreter of the emulator's own environment.
    workers
        Interpreter functions run on: it holds what Lambda's runtime holds, and nothing more.
    port
        A port it must have; 0 for any free one. None: 4566 where that is free, else any.
    modules
        npm packages that LocalStack serves Kinesis with; None: it has no streams.
    settings
        More of the emulator's own environment variables, such as `SFN_WAIT_SCALE`.

    Raises
    ------
    EmulatorError
        It did not come up (with the end of its log), the port is taken, or one with other settings runs.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    launch = Launch(kind, region, python, workers, modules, settings or {})
    with FileLock(folder / "lock", timeout=START_TIMEOUT_SECONDS):
        running = find(folder)
        if running is not None:
            return _reusable(running, launch, port)
        kept = _clear(folder, launch)
        return _launch(launch, folder, kept.port if kept and not port else port, kept)


def find(folder: Path) -> Emulator | None:
    """Return the emulator that `folder` describes if it runs and answers, else None."""
    folder = folder.absolute()
    record = records.read(folder)
    if record is None or not processes.is_ours(record.pid, record.token):
        return None
    emulator = from_record(record, folder)
    return emulator if emulator.healthy() else None


def _reusable(running: Emulator, launch: Launch, port: int | None) -> Emulator:
    record = records.read(running.folder) if running.folder else None
    differs = [
        name
        for name, same in (
            ("the settings", record is not None and record.launch == launch.digest),
            ("the port", not port or running.endpoint.endswith(f":{port}")),
        )
        if not same
    ]
    if differs:
        raise EmulatorError(
            f"The emulator at {running.endpoint} runs, but {' and '.join(differs)} it was started with differ",
            where=str(running.folder),
            fix="Stop it first, which empties it: `eventyard local down`",
        )
    return running


def _clear(folder: Path, launch: Launch) -> records.Kept | None:
    """Take away what a dead or hung emulator left: its process, if it is still that one, and its data.

    What it wrote down as it ended stays when this start is to go on with it; then that is returned.
    """
    record = records.read(folder)
    if record is not None and processes.is_ours(record.pid, record.token):
        from_record(record, folder).stop(grace=1.0)
    records.remove(folder)
    noted = records.take_kept(folder)
    kept = noted if launch.keeps else None
    for name in SCRATCH:
        if not kept or name not in KEPT:
            shutil.rmtree(folder / name, ignore_errors=True)
            (folder / name).mkdir()
    return kept


def _launch(launch: Launch, folder: Path, port: int | None, kept: records.Kept | None) -> Emulator:
    token = os.urandom(16).hex()
    with _listen(port) as listener, (folder / "log").open("wb") as log:
        number = listener.getsockname()[1]
        process = subprocess.Popen(
            [launch.python, "-m", launch.package, "--socket", str(listener.fileno()), "--token", token],
            cwd=folder,
            env=launch.environment(folder, number),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=[listener.fileno()],
            start_new_session=True,
        )
    processes.adopt(process)
    record = records.Record(
        kind=launch.kind,
        pid=process.pid,
        port=number,
        region=launch.region,
        token=token,
        incarnation=kept.incarnation if kept else os.urandom(8).hex(),
        launch=launch.digest,
        keeps=launch.keeps,
    )
    records.write(folder, record)
    emulator = from_record(record, folder)
    try:
        _wait(emulator, process)
    except BaseException:
        emulator.stop(grace=1.0)
        records.remove(folder)
        raise
    return emulator


def _listen(port: int | None) -> socket.socket:
    """Return a listening socket on the loopback address; the emulator inherits it, so nobody can take the port."""
    wanted = [PREFERRED_PORT, 0] if port is None else [port]
    for number in wanted:
        if number and _answers(number):
            continue
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", number))
            listener.listen(128)
        except OSError:
            listener.close()
        else:
            return listener
    raise EmulatorError(
        f"Port {wanted[0]} is taken by another program",
        fix="Name another `port` for this environment in `eventyard.toml`, or none",
    )


def _answers(port: int) -> bool:
    """Tell whether somebody listens: macOS lets one bind beside a listener on all interfaces."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(emulator: Emulator, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while process.poll() is None:
        if emulator.healthy(timeout=1.0):
            return
        if time.monotonic() > deadline:
            what = f"The emulator did not answer within {START_TIMEOUT_SECONDS:.0f} seconds"
            raise EmulatorError(f"{what}\n{_tail(emulator)}", where=str(emulator.log))
        time.sleep(0.05)
    raise EmulatorError(
        f"The emulator ended while it started, with exit code {process.returncode}\n{_tail(emulator)}",
        where=str(emulator.log),
        fix="Read the end of its log above; `eventyard doctor` checks its environment",
    )


def _tail(emulator: Emulator) -> str:
    if emulator.log is None:
        return ""
    lines = emulator.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_TAIL_LINES:]
    return "\n".join(f"  | {line}" for line in lines)
