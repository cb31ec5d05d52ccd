"""Options that mean the same in every command, and what they lead to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from eventyard.config import ConfigError, Environment, Settings, find_root, load
from eventyard.console import Console
from eventyard.deployment import Deployment, Target

if TYPE_CHECKING:
    from pathlib import Path

ALL = "all"

Stack = Annotated[
    str | None, typer.Option("--stack", "-s", help="A stack, or `all`; default: `project.default_stack`.")
]
OneStack = Annotated[str | None, typer.Option("--stack", "-s", help="A stack; default: `project.default_stack`.")]
Env = Annotated[str | None, typer.Option("--env", "-e", help="An environment; default: `project.default_environment`.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Don't ask; for pipelines.")]


@dataclass(frozen=True)
class Project:
    """The project a command was called in."""

    settings: Settings
    environment: Environment
    console: Console
    target: Target

    @property
    def build(self) -> Path:
        """Where everything is written."""
        return self.settings.root / "build"

    def stacks(self, chosen: str | None) -> list[str]:
        """Return the stacks a command is about."""
        if chosen == ALL:
            return self.settings.stack_names()
        return [self.stack(chosen)]

    def stack(self, chosen: str | None) -> str:
        """Return the one stack a command is about."""
        names = self.settings.stack_names()
        name = chosen or self.settings.project.default_stack or (names[0] if len(names) == 1 else None)
        if name is None:
            raise ConfigError(
                "No stack is named",
                where="eventyard.toml: project.default_stack",
                fix=f"pass `--stack`: {', '.join(names) or 'there is none yet'}",
            )
        self.settings.stack_folder(name)
        return name

    def deployment(self, stack: str) -> Deployment:
        """Return the deployment of one stack."""
        return Deployment(
            self.settings, self.environment, stack, build=self.build, console=self.console, target=self.target
        )


def project(env: str | None) -> Project:
    """Read the settings of the project around the current folder."""
    settings = load(find_root())
    environment = settings.environment(env)
    return Project(settings, environment, Console(), Target(environment, settings.root / "build"))
