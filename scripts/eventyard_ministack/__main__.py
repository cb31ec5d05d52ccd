"""Start MiniStack with our additions, on a socket that was opened for it."""

from __future__ import annotations

import os
from pathlib import Path

from eventyard_launcher import note, starting
from eventyard_ministack import PINNED_VERSION, recording


def main() -> None:
    """Check the version, install the additions, serve until told to end."""
    arguments = starting.arguments("eventyard_ministack")
    starting.require("eventyard_ministack", "ministack", PINNED_VERSION)
    # Functions inherit this process's environment: they must not import what was meant for the launcher.
    for name in ("PYTHONPATH", "PYTHONUNBUFFERED"):
        os.environ.pop(name, None)

    from eventyard_ministack import authorisation, registry, server  # noqa: PLC0415 - MiniStack comes after the check

    calls = recording.Calls(Path.cwd())
    authorisation.install(calls)
    names = registry.install()
    note.watch(arguments.token)
    server.serve(descriptor=arguments.socket, token=arguments.token, additions=names, calls=calls)


if __name__ == "__main__":
    main()
