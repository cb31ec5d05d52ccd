"""Looks at everything an apply will need, and says one fix for each thing that is missing."""

from __future__ import annotations

import os
import platform
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from eventyard import environments, tools
from eventyard.config.guard import check_account, check_local
from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from eventyard.config import Environment, Settings

FREE_SPACE: Final = 2 * 1024**3
"""Bytes: an environment with its emulator takes 0.5 GB, the provider's plugin cache 0.7 GB more."""


@dataclass(frozen=True)
class Check:
    """One thing looked at."""

    name: str
    ok: bool
    detail: str
    fix: str | None = None


def examine(settings: Settings, environment: Environment) -> list[Check]:
    """Look at tools, environment, credentials and disk; a missing tool is fetched, as an apply would do.

    Parameters
    ----------
    settings
        The project.
    environment
        The environment that is to be applied to.

    Returns
    -------
    list of Check
        All of them, the good ones too, in the order a person would mend them.
    """
    build = settings.root / "build"
    looks: Iterable[tuple[str, Callable[[], str]]] = (
        ("configuration", lambda: _configuration(settings)),
        ("disk", lambda: _disk(settings.root)),
        ("kit's Python", lambda: f"Python {platform.python_version()}"),
        ("uv", lambda: str(tools.uv(build))),
        ("Terraform", lambda: _terraform(settings, build)),
        ("provider", _provider),
        *(_local(environment, build) if environment.local else (("credentials", lambda: _credentials(environment)),)),
    )
    return [_check(name, look) for name, look in looks]


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, detail=look())
    except EventyardError as error:
        return Check(name, ok=False, detail=error.what, fix=error.fix)


def _configuration(settings: Settings) -> str:
    stacks = settings.stack_names()
    if not stacks:
        raise EventyardError(
            f"no stacks in `{settings.project.stacks.as_posix()}`",
            fix="write one there, or set `project.stacks` in eventyard.toml",
        )
    return f"{len(stacks)} stacks: {', '.join(stacks)}"


def _disk(root: Path) -> str:
    free = shutil.disk_usage(root).free
    if free < FREE_SPACE:
        raise EventyardError(
            f"{free / 1e9:.1f} GB free, {FREE_SPACE / 1e9:.1f} GB wanted", fix="free space on this disk"
        )
    return f"{free / 1e9:.0f} GB free"


def _terraform(settings: Settings, build: Path) -> str:
    binary = tools.terraform(settings.project.terraform, build)
    version = tools.terraform_version(binary)
    return f"{'.'.join(str(part) for part in version or ())} at {binary}"


def _provider() -> str:
    mirror = tools.provider_mirror()
    source = f"in the mirror {mirror}" if mirror else "from the registry, kept in build/cache"
    return f"hashicorp/aws {tools.PROVIDER_VERSION} {source}"


def _local(environment: Environment, build: Path) -> Iterable[tuple[str, Callable[[], str]]]:
    def guard() -> str:
        check_local(environment, environment.endpoint, os.environ)
        return "no real credentials in reach"

    def runtime() -> str:
        found = tools.interpreter(environments.PYTHON, build)
        return f"Python {found.version} at {found.path}"

    return (("credentials", guard), ("emulator's Python", runtime))


def _credentials(environment: Environment) -> str:
    import boto3  # noqa: PLC0415 - a third of a second that other words need not pay

    try:
        session = boto3.session.Session(profile_name=environment.profile, region_name=environment.region)
        return check_account(environment, session.client("sts"))
    except (BotoCoreError, ClientError) as error:
        raise EventyardError(
            f"AWS does not know the caller: {error}", fix="sign in (`aws sso login`) or set the environment's `profile`"
        ) from error
