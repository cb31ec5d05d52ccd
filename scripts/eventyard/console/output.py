"""The two streams, and how notes, errors, tables and questions look on them."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console as RichConsole
from rich.table import Table
from rich.text import Text

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class NotConfirmedError(EventyardError):
    """A person said no, or there was nobody to ask."""


class Console:
    """Writes results to stdout and all else to stderr; `NO_COLOR` is honoured, pipes get plain lines.

    Parameters
    ----------
    out
        Where results go; stdout unless a test passes another.
    err
        Where everything else goes.
    """

    def __init__(self, out: RichConsole | None = None, err: RichConsole | None = None) -> None:
        self.out = out or RichConsole(soft_wrap=True, highlight=False, markup=False)
        self.err = err or RichConsole(stderr=True, soft_wrap=True, highlight=False, markup=False)

    def result(self, text: str) -> None:
        """Print what a program or a person asked for."""
        self.out.print(text)

    def data(self, value: Any) -> None:
        """Print a result as JSON, the same in a pipe and on a terminal."""
        self.out.file.write(json.dumps(value, indent=2, sort_keys=True, default=str) + "\n")

    def table(self, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print a result as a table; in a pipe, one row a line with tabs between."""
        if not self.out.is_terminal:
            for row in rows:
                self.out.file.write("\t".join(row) + "\n")
            return
        table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
        for heading in headings:
            table.add_column(heading, overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        self.out.print(table)

    def step(self, text: str) -> None:
        """Say which step begins."""
        self.err.print(Text(text, style="bold"))

    def note(self, text: str) -> None:
        """Say something worth knowing."""
        self.err.print(Text(text))

    def warn(self, text: str) -> None:
        """Say something that should be looked at."""
        self.err.print(Text("warning: ", style="yellow") + Text(text))

    def error(self, error: EventyardError) -> None:
        """Say what happened, where, and what to do next."""
        self.err.print(Text("error: ", style="bold red") + Text(error.what))
        for label, text in (("where", error.where), ("next", error.fix)):
            if text:
                first, *rest = text.splitlines()
                self.err.print(Text(f"  {label + ':':<7}", style="dim") + Text(first))
                for line in rest:
                    self.err.print(Text(f"         {line}"))

    def confirm(self, question: str, *, answer: str) -> None:
        """Go on only when a person types `answer`.

        Raises
        ------
        NotConfirmedError
            Anything else was typed, or stdin is no terminal.
        """
        if not sys.stdin.isatty():
            raise NotConfirmedError(
                f"{question} Nobody can be asked: stdin is not a terminal",
                fix="pass `--yes` when a pipeline should go on by itself",
            )
        self.err.print(Text(f"{question} Type `{answer}` to go on: "), end="")
        if sys.stdin.readline().strip() != answer:
            raise NotConfirmedError("Nothing was changed", fix=f"type `{answer}` when asked, or pass `--yes`")
