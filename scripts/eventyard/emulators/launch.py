"""What one start of an emulator is made of: its package, its interpreter and its whole environment."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eventyard.emulators.emulator import Kind

SCRATCH = ("tmp", "s3", "state", "root", "plugins", "cache", "functions")
"""Folders of an emulator's own data, emptied before each start."""

KEPT = ("state", "s3")
"""Those of them that stay where the emulator went down in good order and was told to keep what it holds."""

# Taken over from the person's environment; everything else a function could see is named below.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ")
_PACKAGES = {
    "ministack": ("eventyard_ministack", "eventyard_launcher"),
    "localstack": ("eventyard_localstack", "eventyard_launcher", "localstack_process_executor"),
}


@dataclass(frozen=True)
class Launch:
    """One start.

    Parameters
    ----------
    kind
        Which emulator.
    region
        Region of requests that name none.
    python
        Interpreter of the emulator's own environment.
    workers
        Interpreter functions run on.
    modules
        Where the npm packages are that LocalStack serves Kinesis with; None: there are none.
    settings
        More variables of the emulator's environment; they win.
    """

    kind: Kind
    region: str
    python: Path
    workers: Path
    modules: Path | None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def package(self) -> str:
        """Name of the package that is run in the emulator's process."""
        return _PACKAGES[self.kind][0]

    @property
    def keeps(self) -> bool:
        """Whether the emulator writes down what it holds when it is asked to end, and reads it when it starts."""
        return self.kind == "ministack" and self.settings.get("PERSIST_STATE") == "1"

    @property
    def digest(self) -> str:
        """Tells whether a running emulator is the one asked for."""
        parts = [self.region, str(self.python), str(self.workers), sorted(self.settings.items())]
        files = (file for name in _PACKAGES[self.kind] for file in (scripts() / name).rglob("*.py"))
        parts += [hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(files)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def environment(self, folder: Path, port: int) -> dict[str, str]:
        """Return the emulator's whole environment: functions may inherit it, so nothing of the person's goes in."""
        own = self._ministack if self.kind == "ministack" else self._localstack
        return {
            **{name: os.environ[name] for name in _INHERITED if name in os.environ},
            "PYTHONPATH": str(scripts()),
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(folder / "tmp"),
            "AWS_DEFAULT_REGION": self.region,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            # Containers nobody asked for: whoever looks for Docker finds none.
            "DOCKER_HOST": f"unix://{folder / 'no-docker'}",
            **own(folder, port),
            **self.settings,
        }

    def _ministack(self, folder: Path, port: int) -> dict[str, str]:
        return {
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "AUTH": "true",
            "MINISTACK_REGION": self.region,
            "LOG_LEVEL": "WARNING",
            "S3_DATA_DIR": str(folder / "s3"),
            "STATE_DIR": str(folder / "state"),
            # Listeners nobody asked for, which would bind beyond the loopback address.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "EVENTYARD_WORKER_PYTHON": str(self.workers),
        }

    def _localstack(self, folder: Path, port: int) -> dict[str, str]:
        return {
            "GATEWAY_LISTEN": f"127.0.0.1:{port}",
            "LOCALSTACK_HOST": f"127.0.0.1:{port}",
            "GATEWAY_SERVER": "eventyard",
            "OVERRIDE_IN_DOCKER": "0",
            "FILESYSTEM_ROOT": str(folder / "root"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            # No name server, no reports, no certificates from the network, nothing before it is asked for.
            "DNS_ADDRESS": "0",
            "DISABLE_EVENTS": "1",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "EAGER_SERVICE_LOADING": "0",
            "SQS_ENDPOINT_STRATEGY": "off",
            "LS_LOG": "warning",
            "LAMBDA_RUNTIME_EXECUTOR": "process",
            "PROCESS_EXECUTOR_PYTHON": str(self.workers),
            "PROCESS_EXECUTOR_FOLDER": str(folder / "functions"),
            **({"EVENTYARD_NODE_MODULES": str(self.modules)} if self.modules else {}),
            # Whatever Node.js serves here listens on the loopback address too, and ends with LocalStack.
            "NODE_OPTIONS": " ".join(
                f'--require "{scripts() / "eventyard_localstack" / name}"' for name in ("loopback.cjs", "parent.cjs")
            ),
        }


def scripts() -> Path:
    """Return the folder that holds this package and those that run inside the emulators."""
    return Path(__file__).resolve().parents[2]
