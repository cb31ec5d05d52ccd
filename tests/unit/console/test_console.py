from __future__ import annotations

import io

import pytest
from rich.console import Console as RichConsole

from eventyard.console import Console, Outcome, Progress, command, summary
from eventyard.console.output import NotConfirmedError
from eventyard.errors import EventyardError
from eventyard.terraform.events import Event


def console(*, terminal: bool = False) -> tuple[Console, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()

    def made(file: io.StringIO) -> RichConsole:
        return RichConsole(
            file=file, soft_wrap=True, highlight=False, markup=False, force_terminal=terminal, no_color=True, width=80
        )

    return Console(made(out), made(err)), out, err


def event(kind: str, address: str, action: str = "create") -> Event:
    return Event(kind, "", None, address, action, {})


def test_an_error_says_what_where_and_what_next_on_stderr() -> None:
    speaker, out, err = console()
    speaker.error(EventyardError("It broke", where="a.toml: x\nand there", fix="mend `x`"))
    assert out.getvalue() == ""
    assert err.getvalue().splitlines() == [
        "error: It broke",
        "  where: a.toml: x",
        "         and there",
        "  next:  mend `x`",
    ]


def test_brackets_in_addresses_are_no_markup() -> None:
    speaker, _, err = console()
    speaker.note('aws_sqs_queue.this["a"] [bold]x[/bold]')
    assert '["a"] [bold]x[/bold]' in err.getvalue()


def test_a_table_in_a_pipe_is_rows_with_tabs() -> None:
    speaker, out, _ = console()
    speaker.table("title", ("a", "b"), [("1", "2"), ("x" * 200, "y")])
    assert out.getvalue() == "1\t2\n" + "x" * 200 + "\ty\n"


def test_a_table_on_a_terminal_has_headings() -> None:
    speaker, out, _ = console(terminal=True)
    speaker.table("title", ("a", "b"), [("1", "2")])
    assert "title" in out.getvalue()
    assert "1" in out.getvalue()


def test_nobody_to_ask_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    with pytest.raises(NotConfirmedError, match="not a terminal"):
        console()[0].confirm("Sure?", answer="yes")


@pytest.mark.parametrize(("typed", "goes_on"), [("prod\n", True), ("yes\n", False), ("", False)])
def test_only_the_right_word_goes_on(monkeypatch: pytest.MonkeyPatch, typed: str, goes_on: bool) -> None:
    stdin = io.StringIO(typed)
    monkeypatch.setattr(stdin, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", stdin)
    speaker = console()[0]
    if goes_on:
        speaker.confirm("Sure?", answer="prod")
    else:
        with pytest.raises(NotConfirmedError):
            speaker.confirm("Sure?", answer="prod")


def test_progress_in_a_pipe_is_one_line_a_resource() -> None:
    speaker, out, err = console()
    with Progress(speaker, 2) as progress:
        for address in ("module.stack.aws_sqs_queue.a", "module.stack.aws_sqs_queue.b"):
            progress(event("apply_start", address))
        progress(event("apply_complete", "module.stack.aws_sqs_queue.a"))
        progress(event("apply_errored", "module.stack.aws_sqs_queue.b"))
    assert err.getvalue().splitlines() == [
        "  [1/2] created   aws_sqs_queue.a 0 s",
        "  [1/2] failed    aws_sqs_queue.b 0 s",
    ]
    assert out.getvalue() == ""


def test_progress_on_a_terminal_keeps_the_lines() -> None:
    speaker, _, err = console(terminal=True)
    with Progress(speaker, 1) as progress:
        progress(event("apply_start", "module.stack.aws_sqs_queue.a"))
        progress(event("apply_complete", "module.stack.aws_sqs_queue.a"))
    assert "created   aws_sqs_queue.a" in err.getvalue()


def test_the_summary_shows_the_first_error_and_its_place() -> None:
    speaker, out, _ = console()
    summary(
        speaker,
        [
            Outcome("network", "ok", 12.4),
            Outcome("app", "failed", 3, EventyardError("It broke", where="main.tf:3\nmore")),
            Outcome("page", "skipped", 0, reason="`app` failed"),
        ],
    )
    assert out.getvalue().splitlines() == [
        "network\tok\t12 s\t",
        "app\tfailed\t3 s\tIt broke (main.tf:3)",
        "page\tskipped\t0 s\t`app` failed",
    ]


def test_hints_name_the_way_a_person_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAKELEVEL", raising=False)
    assert command("apply", environment="dev", stack="jobs") == "`eventyard apply --stack jobs --env dev`"
    monkeypatch.setenv("MAKELEVEL", "1")
    assert command("apply", environment="dev", stack="jobs") == "`make apply STACK=jobs ENV=dev`"
    assert command("ops logs", environment="local", stack="jobs", options="--follow") == (
        '`make logs STACK=jobs ARGS="--follow"`'
    )
    assert command("local mail", environment="local") == "`make mail`"
    assert command("state unlock", environment="dev", stack="jobs") == (
        "`eventyard state unlock --stack jobs --env dev`"
    )
