"""Every link leads somewhere, and every command the guides name is there, with the options they name."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
import typer

from eventyard.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
SKIPPED = ("build", "dist", "node_modules")
PAGES = sorted(
    page
    for page in ROOT.rglob("*.md")
    if not any(part in SKIPPED or part.startswith(".") for part in page.relative_to(ROOT).parts)
)
GUIDES = [page for page in PAGES if page.parent in (ROOT, ROOT / "docs")]

FENCED = re.compile(r"^(\s*)(`{3,})(\w*)\n(.*?)^\1\2\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?\)")
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
SHELL = ("", "console", "sh", "shell", "bash", "text")


def relative(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> Iterator[str]:
    for target in LINK.findall(SPAN.sub("", prose(page))):
        if not re.match(r"[a-z][a-z+.-]*:", target):
            yield target


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#{1,6} +(.+?) *$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = unquote(link).partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not anchor or target.suffix != ".md" or anchor in anchors(target)


def commands(page: Path) -> Iterator[list[str]]:
    """Yield the words of every command line in code spans and shell blocks."""
    lines = SPAN.findall(prose(page)) + re.findall(r"^ {4}(\S.*)$", prose(page), re.MULTILINE)
    for _, _, language, body in FENCED.findall(page.read_text(encoding="utf-8")):
        if language in SHELL:
            lines += [line.strip().removeprefix("$ ") for line in body.splitlines()]
    for line in lines:
        for part in re.split(r"&&|\|(?!\w)|;", line):
            try:
                words = shlex.split(part, comments=True)
            except ValueError:
                continue
            if words[:1] in (["make"], ["eventyard"]):
                yield words


def unknown_in_make(words: list[str], targets: set[str]) -> list[str]:
    return [word for word in words if not word.startswith("-") and "=" not in word and word not in targets]


def unknown_in_command(words: list[str]) -> list[str]:
    """Return the words that are no command, and the options that the command doesn't have."""
    command: Any = typer.main.get_command(app)
    at = 0
    while at < len(words) and hasattr(command, "commands") and not words[at].startswith("-"):
        if words[at] not in command.commands:
            return [words[at]]
        command, at = command.commands[words[at]], at + 1
    known = {"-h", "--help"} | {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    return [word for word in words[at:] if word.startswith("-") and word != "-" and word.split("=")[0] not in known]


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_somewhere(page: Path) -> None:
    assert [link for link in links(page) if not leads_somewhere(page, link)] == []


@pytest.mark.parametrize("page", GUIDES, ids=relative)
def test_commands_named_are_there(page: Path) -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    wrong = []
    for program, *words in commands(page):
        found = unknown_in_make(words, targets) if program == "make" else unknown_in_command(words)
        wrong += [f"{program} {' '.join(words)}: {word}" for word in found]
    assert wrong == []


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["state", "unlock", "--env", "dev"], []),
        (["state", "lock"], ["lock"]),
        (["replay"], ["replay"]),
        (["apply", "--force"], ["--force"]),
        (["ops", "logs", "create", "--since=2h", "-f"], []),
    ],
)
def test_what_is_not_there_is_seen(words: list[str], wrong: list[str]) -> None:
    assert unknown_in_command(words) == wrong


def test_guides_name_commands_at_all() -> None:
    assert sum(1 for page in GUIDES for _ in commands(page)) > 40
