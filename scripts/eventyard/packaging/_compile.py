"""Compiles a list of files; run as a program by the runtime's own Python, which has only its standard library.

Which references marshal writes depends on what the interpreter has seen before: after a thousand other files the
same source gives other bytes. So each file is compiled in a fork of a process that has compiled nothing.
"""

import contextlib
import json
import os
import py_compile
import sys


def compile_one(source: str, name: str, target: str) -> None:
    """Write one bytecode file, or nothing when the source does not compile."""
    with contextlib.suppress(py_compile.PyCompileError, SyntaxError, ValueError, RecursionError):
        py_compile.compile(
            source,
            cfile=target,
            dfile=name,
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )


def main() -> int:
    """Compile every `[source, name, target]` of the list on standard input."""
    jobs = json.load(sys.stdin)
    free = os.cpu_count() or 1
    failed = 0
    for source, name, target in jobs:
        if not free:
            failed += os.wait()[1] != 0
            free += 1
        if os.fork() == 0:
            status = 1
            try:
                compile_one(source, name, target)
                status = 0
            finally:
                os._exit(status)
        free -= 1
    with contextlib.suppress(ChildProcessError):
        while True:
            failed += os.wait()[1] != 0
    if failed:
        sys.stderr.write(f"{failed} of {len(jobs)} files failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
