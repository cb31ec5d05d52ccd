"""Drives the runtime's own Python: chunks of sources go in, packed bytecode comes out, and every core is at work."""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from eventyard.errors import EventyardError
from eventyard.packaging.archives.entries import PLAIN, Entry, pack

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

TASK_ROOT = "/var/task"  # where Lambda unpacks an artefact: tracebacks name it
_PROGRAM = Path(__file__).with_name("_compile.py")
_LENGTH = 4  # bytes that say how long a file's bytecode is
_FEW = 4  # chunks; for fewer, threads cost more than they save
_SAFE_PATH = 0x030B0000  # the first release that knows `-P`


class Chunk(NamedTuple):
    """Sources that are compiled one after another, and the paths of their bytecode."""

    sources: Sequence[Entry]
    paths: Sequence[str]


def compiled(
    interpreter: Path, release: int, chunks: Sequence[Chunk], scratch: Path, *, cores: int = 0
) -> Iterator[tuple[int, list[Entry]]]:
    """Compile chunks of sources, each in a fork of its own, and yield their packed bytecode as they are done.

    Parameters
    ----------
    interpreter
        The Python that compiles.
    release
        Its `sys.hexversion`.
    chunks
        What to compile, in the order to begin in. A chunk's bytecode depends on its sources alone.
    scratch
        A folder of the caller's, on a disk that holds the bytecode unpacked.
    cores
        How many processes at a time; 0 for as many as this process may use.

    Yields
    ------
    The number of a chunk, and its bytecode; of what does not compile, nothing.

    Raises
    ------
    EventyardError
        The interpreter failed; it says how.
    FileNotFoundError
        A file that holds sources is gone: the cache was trimmed meanwhile.
    """
    if not chunks:
        return
    count = cores or _cores()
    jobs = _listed(chunks, scratch)

    def packed(number: int) -> list[Entry]:
        written = scratch / str(number)
        content = written.read_bytes()
        written.unlink()
        return [pack(path, PLAIN, one) for path, one in zip(chunks[number].paths, _split(content), strict=True) if one]

    with _started(interpreter, release, scratch, min(count, len(chunks))) as process:
        numbers = _numbers(process, jobs)
        try:
            if len(chunks) < _FEW:
                yield from ((number, packed(number)) for number in numbers)
            else:
                yield from _in_threads(packed, numbers, count)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        _explain(process.returncode, interpreter, chunks, scratch)


def _explain(status: int, interpreter: Path, chunks: Sequence[Chunk], scratch: Path) -> None:
    for origin in {source.origin for chunk in chunks for source in chunk.sources if isinstance(source.origin, Path)}:
        origin.stat()
    lines = (scratch / "stderr").read_text(encoding="utf-8", errors="replace").splitlines()
    said = "; ".join(line for line in lines[-2:] if line)
    raise EventyardError(
        f"Python can't compile bytecode: {said or f'it ended with status {status}'}",
        where=str(interpreter),
        fix="run `eventyard doctor`; artefacts without bytecode can be made all the same",
    )


def _started(interpreter: Path, release: int, scratch: Path, count: int) -> subprocess.Popen[bytes]:
    import subprocess  # noqa: PLC0415 - a run with nothing to do starts no process

    # Nothing of the user's decides what it makes: no site, no variables but these.
    options = ("-S", "-s", *(("-P",) if release >= _SAFE_PATH else ()), "-B", "-W", "ignore", "-X", "utf8")
    with (scratch / "stderr").open("xb") as errors:
        return subprocess.Popen(
            [str(interpreter), *options, str(_PROGRAM), str(scratch), str(count)],
            env={"PATH": os.defpath, "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )


def _numbers(process: subprocess.Popen[bytes], jobs: bytes) -> Iterator[int]:
    """Hand over the list, and yield each chunk's number when it is done."""
    if process.stdin is None or process.stdout is None:
        raise AssertionError
    try:
        with process.stdin:
            process.stdin.write(jobs)
    except BrokenPipeError:
        return  # it ended before it read: its status says so
    for line in process.stdout:
        yield int(line)


def _listed(chunks: Sequence[Chunk], scratch: Path) -> bytes:
    """Return the list that `_compile.py` reads; what lies in no file yet is written into one."""
    fields: list[str] = []
    ours: list[bytes] = []
    position = 0
    beside = scratch / "sources"
    for number, chunk in enumerate(chunks):
        for source in chunk.sources:
            origin, offset = source.origin, source.offset
            if isinstance(origin, bytes):
                ours.append(origin)
                origin, offset = beside, position
                position += source.packed
            numbers = map(str, (offset, source.packed, source.method))
            fields += [str(number), f"{TASK_ROOT}/{source.path}", str(origin), *numbers]
    if ours:
        beside.write_bytes(b"".join(ours))
    return os.fsencode("\0".join([*fields, ""]))


def _split(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        end = at + _LENGTH + int.from_bytes(content[at : at + _LENGTH], "little")
        yield content[at + _LENGTH : end]
        at = end


def _in_threads(
    work: Callable[[int], list[Entry]], numbers: Iterator[int], count: int
) -> Iterator[tuple[int, list[Entry]]]:
    """Pack in threads, which the compressor lets run side by side, while other chunks are compiled."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - as above

    with ThreadPoolExecutor(count) as pool:
        waiting: deque[tuple[int, Future[list[Entry]]]] = deque()
        for number in numbers:
            waiting.append((number, pool.submit(work, number)))
            while waiting and waiting[0][1].done():
                first, future = waiting.popleft()
                yield first, future.result()
        for number, future in waiting:
            yield number, future.result()


def _cores() -> int:
    """Return how many cores this process may use, which in a container can be fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
