"""The program behind Kinesis, where LocalStack looks for it: fetched against a lock, it is not fetched again."""

from __future__ import annotations

import os
from pathlib import Path

from localstack import config
from localstack.services.kinesis.packages import kinesismock_package


def offer() -> None:
    """Link the installed packages into LocalStack's folder of libraries, under the version it asks for."""
    modules = os.environ.get("EVENTYARD_NODE_MODULES")
    if not modules:
        return
    folder = Path(config.dirs.var_libs) / "kinesis-local" / kinesismock_package.default_version
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "node_modules").symlink_to(modules, target_is_directory=True)
