"""Our plugins, told to LocalStack the way it finds everybody's: by the entry points of an installed distribution.

We are not installed but on the path, so the distribution's two files are written where LocalStack looks. The name on
the left of each line is chosen by a setting: `GATEWAY_SERVER`, `LAMBDA_RUNTIME_EXECUTOR`, `PROVIDER_OVERRIDE_…`.

https://packaging.python.org/en/latest/specifications/entry-points/
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from eventyard_localstack import PINNED_VERSION
from eventyard_localstack.providers import PROVIDERS

if TYPE_CHECKING:
    from pathlib import Path

NAME = "eventyard"
"""What our server and our providers are called among LocalStack's own."""

_NAMESPACES = {
    "localstack.runtime.server": {NAME: "eventyard_localstack.server:SocketServerPlugin"},
    "localstack.lambda.runtime_executor": {
        "process": "localstack_process_executor.plugin:ProcessRuntimeExecutorPlugin"
    },
    "localstack.aws.provider": {
        f"{provider.service}:{NAME}": f"eventyard_localstack.providers.{provider.module}:{provider.factory}"
        for provider in PROVIDERS
    },
}


def announce(folder: Path) -> None:
    """Write the distribution below `folder` and put it on the path, before LocalStack first looks for plugins."""
    metadata = folder / f"eventyard_localstack-{PINNED_VERSION}.dist-info"
    metadata.mkdir(parents=True, exist_ok=True)
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: eventyard_localstack\nVersion: {PINNED_VERSION}\n", encoding="utf-8"
    )
    lines = []
    for namespace, plugins in _NAMESPACES.items():
        lines += [f"[{namespace}]", *(f"{name} = {place}" for name, place in plugins.items()), ""]
    (metadata / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    sys.path.insert(0, str(folder))
