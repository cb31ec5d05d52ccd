"""`state bootstrap unlock`: remote states, and the buckets for them and for artefacts."""

from __future__ import annotations

from dataclasses import asdict

import typer

from eventyard import state as states
from eventyard.errors import EventyardError

from .options import Env, Json, OneStack, Yes, project

app = typer.Typer(help="Remote states and artefacts: their buckets, and locks left behind.", no_args_is_help=True)


@app.command()
def bootstrap(env: Env = None, json: Json = False) -> None:
    """Make the buckets and the provider lock file of an environment; safe to run again."""
    here = project(env)
    made = states.bootstrap(here.settings, here.environment, here.target, here.build)
    if json:
        here.console.data(
            {
                "bucket": made.state.bucket if made.state else None,
                "created": made.state.created if made.state else False,
                "artefacts": asdict(made.artefacts) if made.artefacts else None,
                "lock_file": str(made.lock_file) if made.lock_file else None,
                "lock_written": made.lock_written,
            }
        )
        return
    for bucket in filter(None, (made.state, made.artefacts)):
        here.console.result(f"{bucket.bucket}: {_told(bucket)}")
    if made.lock_file:
        here.console.result(f"{made.lock_file}: {'written, commit it' if made.lock_written else 'was there'}")


def _told(bucket: states.Made) -> str:
    if bucket.owner:
        return f"belongs to account {bucket.owner}, whose environment makes it"
    return "created" if bucket.created else "was there, settings are right"


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
