"""The root module of one stack in one environment."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from eventyard import resources

from .engine import Engine, check
from .files import PRIVATE, keep_only, link, write
from .inputs import relative

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from eventyard.config import Artefacts, Environment, Settings
    from eventyard.packaging import Artefact

    from .source import StackSource

TEMPLATES: Final = ("terraform.tf", "provider.tf", "variables.tf", "main.tf")
ENDPOINTS: Final = "aws.config"
VALUES: Final = "terraform.tfvars.json"
ARTEFACTS: Final = "artefacts"
_HASH_LENGTH: Final = 12


@dataclass(frozen=True)
class Provider:
    """Where the provider's calls go, and as whom."""

    version: str
    account: str
    endpoint: str | None = None
    access_key: str = "test"
    secret_key: str = field(default="test", repr=False)


@dataclass(frozen=True)
class Root:
    """Everything a root module is rendered from."""

    settings: Settings
    environment: Environment
    stack: str
    source: StackSource
    provider: Provider
    state_file: Path
    values: Mapping[str, Any]


def handlers(artefacts: Mapping[str, Artefact], kept: Artefacts | None = None) -> dict[str, dict[str, Any]]:
    """Return the stack's `handlers` input; files are named as they lie in the root, unless a bucket has them."""
    return {
        name: {
            **_place(name, artefact.hash, kept),
            "hash": artefact.hash,
            "handler": artefact.handler,
            "runtime": artefact.runtime,
            "architecture": artefact.architecture,
        }
        for name, artefact in artefacts.items()
    }


def render(root: Root, folder: Path, artefacts: Mapping[str, Artefact]) -> list[str]:
    """Write the root module to `folder`; return the names of the files that changed.

    Every text is rendered and parsed before the first is written. Values lie in `terraform.tfvars.json`, which
    Terraform reads by itself; artefacts lie beside, named by their hash, so a plan says the same on any machine.
    Where the environment keeps its artefacts in a bucket, no file of them is needed.
    """
    kit = resources.data("templates") / "root"
    engine = Engine([root.settings.templates_folder / "root", kit])
    values = _template_values(root, folder)
    wanted = (*TEMPLATES, ENDPOINTS) if root.provider.endpoint else TEMPLATES
    texts = {name: engine.render(f"{name}.j2", values) for name in wanted}
    tfvars = json.dumps(root.values, indent=2, ensure_ascii=False) + "\n"
    check(VALUES, tfvars)
    beside = {} if root.environment.artefacts else artefacts
    names = {_file_name(name, artefact.hash): artefact.file for name, artefact in beside.items()}
    for name, file in names.items():
        link(file, folder / ARTEFACTS / name)
    changed = [name for name, text in texts.items() if write(folder / name, text)]
    if write(folder / VALUES, tfvars, mode=PRIVATE):
        changed.append(VALUES)
    keep_only(folder / ARTEFACTS, set(names))
    return changed


def _template_values(root: Root, folder: Path) -> dict[str, Any]:
    environment, provider = root.environment, root.provider
    state = environment.state
    variables = [variable for name, variable in sorted(root.source.variables.items()) if name in root.values]
    return {
        "stack": root.stack,
        "environment": environment,
        "provider": provider,
        "state": state,
        "state_key": state.object_key(environment.name, root.stack) if state else "",
        "state_path": relative(root.state_file, folder),
        "source": relative(root.source.folder, folder),
        "variables": variables,
        "width": max(len(name) for name in ("source", *(variable.name for variable in variables))),
    }


def _place(function: str, digest: str, kept: Artefacts | None) -> dict[str, Any]:
    if kept is None:
        return {"filename": f"{ARTEFACTS}/{_file_name(function, digest)}"}
    return {"s3": {"bucket": kept.bucket, "key": kept.object_key(digest)}}


def _file_name(function: str, digest: str) -> str:
    letters = "".join(letter for letter in digest if letter.isalnum())
    return f"{function.replace('/', '-')}-{letters[:_HASH_LENGTH]}.zip"
