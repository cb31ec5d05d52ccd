"""Start LocalStack's core with our plugins, on a socket that was opened for it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from eventyard_launcher import note, starting
from eventyard_localstack import PINNED_VERSION


def main() -> None:
    """Check the version, name our plugins, serve until told to end."""
    arguments, variables = starting.arguments("eventyard_localstack"), dict(os.environ)
    starting.require("eventyard_localstack", "localstack-core", PINNED_VERSION)

    from eventyard_localstack import plugins, providers  # noqa: PLC0415 - LocalStack is looked at after the check only

    plugins.announce(Path.cwd() / "plugins")
    os.environ.update(providers.overrides())
    from eventyard_localstack import registry, server, streams  # noqa: PLC0415 - imports LocalStack, which reads the plugins

    streams.offer()
    names = registry.install()
    note.watch(arguments.token)
    server.use(descriptor=arguments.socket, token=arguments.token, additions=names)
    # LocalStack starts Kinesis and the functions as processes of its own: none of them is to import from here.
    for name in ("PYTHONPATH", "PYTHONUNBUFFERED"):
        os.environ.pop(name, None)

    from localstack.runtime.main import main as run  # noqa: PLC0415 - as above

    try:
        run()
    except SystemExit:
        if not server.wanted_again():
            raise
    _start_anew(variables)


def _start_anew(variables: dict[str, str]) -> None:
    """Become a new LocalStack in the same process, on the same socket, with nothing of what the old one held."""
    for name in ("root", "tmp", "functions"):
        shutil.rmtree(name, ignore_errors=True)
        Path(name).mkdir()
    sys.stdout.flush()
    os.execve(sys.executable, sys.orig_argv, variables)  # noqa: S606 - the command line of this very process


if __name__ == "__main__":
    main()
