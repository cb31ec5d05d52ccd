"""`state bootstrap unlock`: remote states."""

from __future__ import annotations

import typer

from eventyard import state as states
from eventyard.errors import EventyardError

from .options import Env, Json, OneStack, Yes, project

app = typer.Typer(help="Remote states: their bucket, and locks left behind.", no_args_is_help=True)


@app.command()
def bootstrap(env: Env = None, json: Json = False) -> None:
    """Make the state bucket and the provider lock file of an environment; safe to run again."""
    here = project(env)
    made = states.bootstrap(here.settings, here.environment, here.target, here.build)
    if json:
        here.console.data(
            {
                "bucket": made.bucket,
                "created": made.created,
                "lock_file": str(made.lock_file),
                "lock_written": made.lock_written,
            }
        )
        return
    here.console.result(f"{made.bucket}: {'created' if made.created else 'was there, settings are right'}")
    here.console.result(f"{made.lock_file}: {'written, commit it' if made.lock_written else 'was there'}")


@app.command()
def unlock(stack: OneStack = None, env: Env = None, yes: Yes = False) -> None:
    """Remove a lock that a dead run left behind, after naming its holder."""
    here = project(env)
    name = here.stack(stack)
    here.target.check()
    lock = states.find(here.environment, name, here.target.session)
    if lock is None:
        here.console.note(f"nobody holds the state of `{name}` in `{here.environment.name}`")
        return
    here.console.note(f"held by {lock}")
    if not yes:
        here.console.confirm("Is that run dead for certain?", answer="yes")
    context = here.deployment(name).context
    if not context.paths.root.is_dir():
        raise EventyardError(
            "The stack's root was never rendered here",
            where=str(context.paths.root),
            fix=f"run {context.hint('render')} first",
        )
    states.unlock(context.initialised(), lock)
    here.console.result("unlocked")
