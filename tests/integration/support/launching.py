"""Emulators that a folder's tests share: started on a port of their own, and stopped when the session ends."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.integration.support.workbench import REGION, Workbench

from eventyard import emulators, environments, tools
from eventyard.emulators.launch import Launch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Moments, so that transitions can be seen and still take no time.
SETTINGS: dict[emulators.Kind, dict[str, str]] = {
    "ministack": {"EVENTYARD_INSTANCE_SECONDS": "0.3", "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.1"},
    "localstack": {"EVENTYARD_INSTANCE_SECONDS": "0.3", "LAMBDA_RETRY_BASE_DELAY": "1"},
}


def prepared(kind: emulators.Kind, build: Path, **settings: str) -> Launch:
    """Make an emulator's environments; return what it is started with in tests, `settings` beside the usual ones."""
    ours = kind == "ministack"
    return Launch(
        kind=kind,
        region=REGION,
        python=environments.ensure(kind, build=build),
        workers=environments.ensure("workers" if ours else "runtime", build=build),
        modules=None if ours else tools.node_modules("kinesis", build),
        settings={**SETTINGS[kind], **settings},
    )


@contextmanager
def started(launch: Launch, folder: Path) -> Iterator[Workbench]:
    """Start an emulator as the kit does, with its records in `folder`, and stop it at the end."""
    emulator = emulators.start(
        launch.kind,
        folder=folder,
        region=launch.region,
        python=launch.python,
        workers=launch.workers,
        modules=launch.modules,
        settings=launch.settings,
        port=0,
    )
    try:
        yield Workbench(emulator)
    finally:
        emulator.stop()
