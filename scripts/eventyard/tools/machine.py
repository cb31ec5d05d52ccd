"""What Terraform and its registry call this machine."""

from __future__ import annotations

import platform

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def system() -> str:
    """Return the operating system and processor as HashiCorp's releases name them, such as `linux_amd64`."""
    machine = platform.machine()
    return f"{platform.system().lower()}_{_ARCHITECTURES.get(machine, machine)}"
