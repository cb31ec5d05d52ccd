"""From an edit to its answer: `eventyard sync --watch` on the emulator, write to first answer of the new code.

Times are of the machine it runs on, and of what else that is doing. Nothing is asserted of them; that every edit is
answered is.

- *answer*: from before the file is written until a call through the alias is answered by the new code, the cold start
  of its function included. The function is called again and again, so half of one call's time is the measure's own.
- *live*: what `sync` says: from noticing the edit until the alias serves the new version. Packaging, the upload, two
  looks whether Lambda is done, the alias.
- *before and after*: the rest: noticing, waiting for the end of a burst of saves, and the cold start.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.support.projects import CHECKOUT, Project

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

EDITS = 10
LONGEST_SECONDS = 30

SETTINGS = """
[project]
name          = "corner-shop"
default_stack = "shop"

[environments.local]
port = 0
"""

STACK = """
variable "handlers" {
  type = map(object({ filename = string, hash = string, handler = string, runtime = string, architecture = string }))
}
"""

FUNCTION = """
module "NAME" {
  source = "MODULES/function"
  name   = "${var.prefix}-NAME"
  code   = var.handlers["shop/NAME"]
}
"""

# As real handlers do, each logs a line; MiniStack waits 50 ms for one that doesn't.
PLAIN = '''"""Answers."""

from shop._shared.words import WORD

ANSWER = "first"


def handler(event, context):
    """Answer."""
    print("asked")
    return [ANSWER, WORD]
'''

WITH_SDK = PLAIN.replace("from shop", "import boto3\nfrom shop").replace('    print("asked")', "    print(boto3)")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project with three functions that share a module, applied."""
    project = Project(tmp_path_factory.mktemp("shop"))
    project.write("eventyard.toml", SETTINGS)
    modules = os.path.relpath(CHECKOUT / "terraform/modules", project.folder / "terraform/stacks/shop")
    handlers = {"plain": PLAIN, "other": PLAIN, "sdk": WITH_SDK}
    blocks = (FUNCTION.replace("NAME", name).replace("MODULES", modules) for name in handlers)
    project.stack("shop", STACK + "".join(blocks))
    project.write("handlers/shop/_shared/words.py", 'WORD = "first"\n')
    for name, text in handlers.items():
        project.write(f"handlers/shop/{name}/app.py", text)
    project.run("apply")
    yield project
    project.close()


@pytest.mark.parametrize(
    ("what", "file", "before", "function", "place"),
    [
        ("one handler", "handlers/shop/plain/app.py", 'ANSWER = "first"', "plain", 0),
        ("one that imports boto3", "handlers/shop/sdk/app.py", 'ANSWER = "first"', "sdk", 0),
        ("what three share", "handlers/shop/_shared/words.py", 'WORD = "first"', "plain", 1),
    ],
)
def test_edit_to_answer(shop: Project, what: str, file: str, before: str, function: str, place: int) -> None:
    client = shop.client("lambda")
    path = shop.folder / file
    original = path.read_text()
    watching = shop.start("sync", "--watch", "--json")
    answers, lives = [], []
    try:
        _ready(shop, watching)
        for number in range(EDITS):
            word = f"edit {number} of {what}"
            answers.append(
                _answered(client, function, place, path, original.replace(before, before.replace("first", word)), word)
            )
            lives.append(max(one["milliseconds"] for one in _line(watching)["updates"]))
    finally:
        watching.send_signal(signal.SIGINT)
        _, said = watching.communicate(timeout=LONGEST_SECONDS)
        path.write_text(original)
    assert watching.returncode == 0, said
    _report(what, answers, lives)


def _ready(shop: Project, watching: subprocess.Popen[str]) -> None:
    """Wait for the first round: it says so of a file that is edited before."""
    assert watching.stderr is not None
    for line in watching.stderr:
        if line.startswith("watching"):
            break
    first = shop.folder / "handlers/shop/other/app.py"
    first.write_text(first.read_text() + f"# {time.time()}\n")
    assert _line(watching)["updates"]


def _answered(client: Any, function: str, place: int, path: Path, text: str, word: str) -> float:
    """Write a file; return the milliseconds until the function's alias answers with `word`."""
    name = f"shop-local-{function}"
    began = time.perf_counter()
    path.write_text(text)
    while time.perf_counter() - began < LONGEST_SECONDS:
        answer = client.invoke(FunctionName=name, Qualifier="live", Payload=b"{}")
        if json.loads(answer["Payload"].read())[place] == word:
            return (time.perf_counter() - began) * 1000
    pytest.fail(f"{name} never answered `{word}`")


def _line(watching: subprocess.Popen[str]) -> dict[str, Any]:
    assert watching.stdout is not None
    return dict(json.loads(watching.stdout.readline()))


def _report(what: str, answers: list[float], lives: list[float]) -> None:
    answer, live = statistics.median(answers), statistics.median(lives)
    sys.stdout.write(
        f"\nan edit of {what}, milliseconds, median of {len(answers)} (least to most)\n"
        f"  answer           {answer:6.0f} ({min(answers):.0f} to {max(answers):.0f})\n"
        f"  live             {live:6.0f} ({min(lives):.0f} to {max(lives):.0f})\n"
        f"  before and after {answer - live:6.0f}\n"
    )
