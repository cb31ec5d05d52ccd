"""What Terraform and its registry call this machine."""

from __future__ import annotations

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def system() -> str:
    """Return the operating system and processor as HashiCorp's releases name them, such as `linux_amd64`."""
    import platform  # noqa: PLC0415 - only what fetches or runs Terraform asks

    machine = platform.machine()
    return f"{platform.system().lower()}_{_ARCHITECTURES.get(machine, machine)}"
