"""What this machine can't go below: the corpus's files read, hashed, and deflated."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import statistics
import time
import zipfile
import zlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import deflate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

RUNS = 3
LEVEL = 6


@dataclass(frozen=True)
class Limits:
    """Seconds of one core for all unpacked files of the twelve artefacts, bytecode left out."""

    files: int
    size: int
    read: float
    sha256: float
    zlib: float
    libdeflate: float
    zlib_size: int
    libdeflate_size: int


def measure(artefacts: Iterable[Path], scratch: Path) -> Limits:
    """Unpack artefacts into `scratch`, and measure what can be done with their files; all are in the page cache."""
    shutil.rmtree(scratch, ignore_errors=True)
    for artefact in artefacts:
        with zipfile.ZipFile(artefact) as zipped:
            zipped.extractall(scratch / artefact.stem)
    paths = sorted(path for path in scratch.rglob("*") if path.is_file())
    contents = [path.read_bytes() for path in paths]
    zlib_seconds, zlib_size = _deflated(lambda content: zlib.compress(content, LEVEL), contents)
    libdeflate_seconds, libdeflate_size = _deflated(lambda content: deflate.deflate_compress(content, LEVEL), contents)
    return Limits(
        files=len(paths),
        size=sum(len(content) for content in contents),
        read=_seconds(lambda: [path.read_bytes() for path in paths]),
        sha256=_seconds(lambda: [hashlib.sha256(content).digest() for content in contents]),
        zlib=zlib_seconds,
        libdeflate=libdeflate_seconds,
        zlib_size=zlib_size,
        libdeflate_size=libdeflate_size,
    )


def machine() -> str:
    """Return what the figures are of: processor, cores, system, Python."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    processor = f"{next(models, platform.machine())}, {len(os.sched_getaffinity(0))} cores"
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return f"{processor}, {system}, Python {platform.python_version()}, deflate {version('deflate')}"


def busy() -> float:
    """Return how many processes have wanted a core over the last minute."""
    return os.getloadavg()[0]


def _deflated(pack: Callable[[bytes], bytes | bytearray], contents: Iterable[bytes]) -> tuple[float, int]:
    """Return seconds and bytes of one go: it takes long enough to be steady."""
    begun = time.perf_counter()
    size = sum(len(pack(content)) for content in contents)
    return time.perf_counter() - begun, size


def _seconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
