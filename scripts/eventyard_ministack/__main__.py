"""Start MiniStack with our additions, on a socket that was opened for it."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import sys
from pathlib import Path

from eventyard_ministack import PINNED_VERSION, recording


def main() -> None:
    """Check the version, install the additions, serve until told to end."""
    arguments = _arguments()
    found = _version()
    if found != PINNED_VERSION:
        # The additions reach into MiniStack's insides; on another version they might do harm unseen.
        sys.exit(f"eventyard_ministack: written for ministack {PINNED_VERSION}, found {found}: nothing was started")
    # Functions inherit this process's environment: they must not import what was meant for the launcher.
    for name in ("PYTHONPATH", "PYTHONUNBUFFERED"):
        os.environ.pop(name, None)

    from eventyard_ministack import authorisation, registry, server  # noqa: PLC0415 - MiniStack comes after the check

    calls = recording.Calls(Path.cwd())
    authorisation.install(calls)
    names = registry.install()
    server.serve(descriptor=arguments.socket, token=arguments.token, additions=names, calls=calls)


def _version() -> str:
    try:
        return importlib.metadata.version("ministack")
    except importlib.metadata.PackageNotFoundError:
        return "none"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="eventyard_ministack")
    parser.add_argument("--socket", type=int, required=True, help="descriptor of a listening socket")
    parser.add_argument("--token", required=True, help="word that tells this process from another with its pid")
    return parser.parse_args()


if __name__ == "__main__":
    main()
