"""Compiles chunks of files; run as a program by the runtime's own Python, which has only its standard library.

Which references marshal writes depends on what the interpreter has seen before: after other files the same source
gives other bytes. So each chunk, whose files and order never change, is compiled in a fork of a process that has
compiled none of them.

On standard input: fields apart by NUL, six a file: the chunk's number; the file's name in tracebacks; the file that
holds it, where it begins there, how many bytes it has there, and how they are packed (as in a zip). A chunk's files
follow one another. Written into the folder named first on the command line, under the chunk's number: for each file
its length in 4 bytes, little-endian, and its bytecode; nothing of a file that does not compile. On standard output:
each chunk's number as it is done.
"""

from __future__ import annotations

import _imp
import gc
import marshal
import os
import sys
import zlib
from _frozen_importlib_external import MAGIC_NUMBER  # importlib.util's, without all that it imports

FIELDS = 6
UNCHECKED_HASH = b"\1\0\0\0"  # PEP 552: valid whatever the source's date is
STORED = b"0"


def compile_one(source: bytes, name: str) -> bytes:
    """Return a file's bytecode, or nothing when it does not compile: a template, code for another Python."""
    try:
        code = compile(source, name, "exec", dont_inherit=True, optimize=0)
        body = marshal.dumps(code)
    except (SyntaxError, ValueError, RecursionError):
        return b""
    return MAGIC_NUMBER + UNCHECKED_HASH + _imp.source_hash(int.from_bytes(MAGIC_NUMBER, "little"), source) + body


def compile_chunk(files: list[list[bytes]], target: str) -> None:
    """Write the bytecode of a chunk's files into one file."""
    origins = {file[1] for file in files}
    opened = {origin: open(origin, "rb") for origin in origins}  # noqa: PTH123, SIM115 - closed as the fork ends
    with open(target, "xb") as written:  # noqa: PTH123 - pathlib costs more than all other imports together
        for name, origin, offset, packed, method in files:
            opened[origin].seek(int(offset))
            source = opened[origin].read(int(packed))
            if method != STORED:
                source = zlib.decompress(source, -zlib.MAX_WBITS)
            bytecode = compile_one(source, os.fsdecode(name))
            written.write(len(bytecode).to_bytes(4, "little") + bytecode)


def read_chunks(text: bytes) -> dict[int, list[list[bytes]]]:
    """Return the chunks by number, in the order they came."""
    fields = text.split(b"\0")
    chunks: dict[int, list[list[bytes]]] = {}
    for at in range(0, len(fields) - 1, FIELDS):
        chunks.setdefault(int(fields[at]), []).append(fields[at + 1 : at + FIELDS])
    return chunks


def start(files: list[list[bytes]], target: str) -> int:
    """Compile a chunk in a fork of this process, and return its id."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        compile_chunk(files, target)
        status = 0
    except BaseException:  # noqa: BLE001 - a fork never returns to the loop it came from
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


def main() -> int:
    """Compile every chunk of the list, as many at a time as the command line's second word says."""
    folder, cores = sys.argv[1], int(sys.argv[2])
    chunks = read_chunks(sys.stdin.buffer.read())
    gc.disable()
    compile_one(b"", "")  # what the compiler makes once a process, it makes here and not in each fork
    waiting = list(reversed(chunks.items()))
    running: dict[int, int] = {}
    failed = False
    while running or (waiting and not failed):
        while waiting and not failed and len(running) < cores:
            number, files = waiting.pop()
            running[start(files, f"{folder}/{number}")] = number
        child, status = os.wait()  # 256 times an exit code, or the signal that ended it
        number = running.pop(child)
        failed = failed or status != 0
        if status:
            sys.stderr.write(f"the chunk from {os.fsdecode(chunks[number][0][0])} on ended with status {status}\n")
        else:
            os.write(1, b"%d\n" % number)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
