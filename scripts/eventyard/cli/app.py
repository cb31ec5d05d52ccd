"""Puts the commands together."""

from __future__ import annotations

import typer

from . import audit, cache, deploy, diagram, local, lock, look, new, ops, patterns, redrive, state, sync
from . import package as packages

app = typer.Typer(
    name="eventyard",
    help="Deploy event-driven systems on AWS, or on an emulator of it on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
deploy.add_to(app)
packages.add_to(app)
lock.add_to(app)
look.add_to(app)
diagram.add_to(app)
patterns.add_to(app)
audit.add_to(app)
redrive.add_to(app)
sync.add_to(app)
app.add_typer(cache.app, name="cache")
app.add_typer(local.app, name="local")
app.add_typer(new.app, name="new")
app.add_typer(ops.app, name="ops")
app.add_typer(state.app, name="state")
