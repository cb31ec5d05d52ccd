"""`local up down status reset mail`: the emulator of an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from eventyard.config import ConfigError
from eventyard.console import command
from eventyard.errors import EventyardError

from .options import Env, Json, Project, project

if TYPE_CHECKING:
    from eventyard.emulators import Emulator

app = typer.Typer(help="The emulator of an environment: start, stop, empty it, read its mailbox.", no_args_is_help=True)


@app.command()
def up(env: Env = None, json: Json = False) -> None:
    """Start the emulator, or find the one that runs."""
    here = _local(env)
    if here.target.emulator is not None:
        _tell(here, here.target.emulator, json=json)


@app.command()
def down(env: Env = None) -> None:
    """Stop the emulator; what it held is gone, unless it was told to keep it (`PERSIST_STATE`)."""
    here = _local(env)
    if here.environment.endpoint:
        here.console.note(f"{here.environment.endpoint} was not started from here: it is left alone")
        return
    emulator = here.target.running()
    if emulator is None:
        here.console.note("it does not run")
        return
    emulator.stop()
    here.console.note(f"stopped process {emulator.pid}")


@app.command()
def status(env: Env = None, json: Json = False) -> None:
    """Say what the emulator is doing; exits 1 when it does not run."""
    here = _local(env)
    _tell(here, _running(here), json=json)


@app.command()
def reset(env: Env = None) -> None:
    """Empty the emulator; the next apply creates everything again."""
    here = _local(env)
    _running(here).reset()
    here.console.note("emptied; the next apply creates everything again")


@app.command()
def mail(
    env: Env = None,
    json: Json = False,
    to: Annotated[str | None, typer.Option(help="Only mails to this address.")] = None,
) -> None:
    """Read the emulator's mailbox, oldest mail first."""
    here = _local(env)
    mails = [one for one in _running(here).mail() if to is None or to in one.to]
    if json:
        here.console.data(
            [
                {"to": one.to, "sender": one.sender, "subject": one.subject, "body": one.body, "sent_at": one.sent_at}
                for one in mails
            ]
        )
        return
    for one in mails:
        here.console.result(f"{one.sent_at:%Y-%m-%d %H:%M:%S} to {', '.join(one.to)}: {one.subject}\n{one.body}\n")
    if not mails:
        here.console.note("no mail yet")


def _local(env: str | None) -> Project:
    here = project(env)
    if not here.environment.local:
        raise ConfigError(
            f"`{here.environment.name}` is on AWS and has no emulator",
            where=f"eventyard.toml: environments.{here.environment.name}.target",
            fix="name a local environment with `--env`",
        )
    return here


def _running(here: Project) -> Emulator:
    emulator = here.target.running()
    if emulator is None:
        raise EventyardError(
            f"The emulator of `{here.environment.name}` does not run",
            where=str(here.target.folder),
            fix=f"run {command('local up', environment=here.environment.name)}",
        )
    return emulator


def _tell(here: Project, emulator: Emulator, *, json: bool) -> None:
    told = {
        "kind": emulator.kind,
        "endpoint": emulator.endpoint,
        "region": emulator.region,
        "pid": emulator.pid,
        "log": str(emulator.log) if emulator.log else None,
        "healthy": emulator.healthy(),
    }
    if json:
        here.console.data(told)
    else:
        here.console.table(
            "", ("what", "is"), ((name, str(value)) for name, value in told.items() if value is not None)
        )
