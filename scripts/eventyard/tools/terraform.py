"""The Terraform binary: the one on PATH when it is new enough, else the pinned release."""

from __future__ import annotations

import json
import os
from pathlib import Path

from eventyard.errors import EventyardError

from . import machine

MINIMUM = (1, 11)
"""What the script layer needs: S3 locking without DynamoDB and write-only arguments."""

PINNED = "1.11.4"
RELEASES = "https://releases.hashicorp.com/terraform"
SHA256 = {
    "linux_amd64": "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
    "linux_arm64": "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
    "darwin_amd64": "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
    "darwin_arm64": "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
}
"""Of the release's zip, from the SHA256SUMS file that HashiCorp signs."""


def terraform(setting: str, build: Path) -> Path:
    """Find the binary named by `setting` (a name on PATH or a path), or fetch the pinned Terraform.

    Raises
    ------
    EventyardError
        It is missing, too old, not for this machine, or what was downloaded is not what was pinned.
    """
    import shutil  # noqa: PLC0415 - much of the kit runs without Terraform

    named = shutil.which(setting)
    if named and _new_enough(Path(named)):
        return Path(named)
    if setting != "terraform":
        raise EventyardError(
            f"`{setting}` is missing or older than {MINIMUM[0]}.{MINIMUM[1]}",
            where="eventyard.toml: project.terraform",
            fix="install it, or leave the setting out to use Terraform",
        )
    own = build / "tools" / f"terraform-{PINNED}" / "terraform"
    return own if own.is_file() else _fetch(own)


def terraform_version(binary: Path) -> tuple[int, ...] | None:
    """Return the version as numbers; None when the binary does not answer."""
    import re  # noqa: PLC0415 - as above
    import subprocess  # noqa: PLC0415 - as above

    # A CLI configuration that names no file only adds a warning to the answer, so it is left out.
    environment = {k: v for k, v in os.environ.items() if k != "TF_CLI_CONFIG_FILE"} | {"CHECKPOINT_DISABLE": "1"}
    try:
        answer = subprocess.run(
            [binary, "version", "-json"],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
            timeout=30,
        )
        version = str(json.loads(answer.stdout)["terraform_version"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError):
        return None
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _new_enough(binary: Path) -> bool:
    version = terraform_version(binary)
    return version is not None and version[:2] >= MINIMUM


def _fetch(own: Path) -> Path:
    system = machine.system()
    expected = SHA256.get(system)
    fix = f"install Terraform {MINIMUM[0]}.{MINIMUM[1]} or later and put it on PATH"
    if expected is None:
        raise EventyardError(f"no Terraform was found, and none is pinned for {system}", where="PATH", fix=fix)
    base = os.environ.get("EVENTYARD_TERRAFORM_RELEASES", RELEASES).rstrip("/")
    address = f"{base}/{PINNED}/terraform_{PINNED}_{system}.zip"
    from . import download  # noqa: PLC0415 - once ever, and it imports a client of HTTP

    return download.program(address, expected, own, name=f"Terraform {PINNED}", fix=fix)
