"""A run with nothing to do takes next to no time: it starts nothing, and loads next to nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.unit.packaging.running import APP, MAIN, SCRIPTS

from .conftest import LAMBDA, put, wheel

if TYPE_CHECKING:
    from pathlib import Path

# What a run with nothing to do has no use for, and what takes long to load. (`ast` comes with dataclasses.)
HEAVY = {
    *("subprocess", "tempfile", "concurrent.futures", "filelock", "packaging", "pydantic", "typer", "rich", "zipfile"),
    *("urllib3", "urllib.request", "http.client", "ssl", "socket", "shutil", "multiprocessing", "asyncio", "deflate"),
    *(
        "eventyard.config",
        "eventyard.deployment",
        "eventyard.packaging.dependencies.install",
        "eventyard.packaging.archives.wheel",
    ),
    *(
        "eventyard.packaging.bytecode.compiling",
        "eventyard.packaging.sources.imports",
        "eventyard.packaging.sources.closure",
        "boto3",
        "jinja2",
    ),
}
WATCHED = """
import sys
STARTED = []
def note(event, arguments):
    if event in ("subprocess.Popen", "os.exec", "os.fork", "os.posix_spawn", "os.system", "socket.connect"):
        STARTED.append(event)
sys.addaudithook(note)
"""
TOLD = """
import json
sys.stderr.write(json.dumps({"modules": sorted(sys.modules), "started": STARTED}))
"""
PROJECT = """
from pathlib import Path
from eventyard.packaging import Platform
from eventyard.packaging.handlers import package
from eventyard.packaging import Toolbox
tools = Toolbox.of_machine(Path("cache"), Path("build"))
made = package(Path("handlers"), functions=["shop/sell"], platform=Platform(sys.argv[1], "x86_64"), tools=tools,
    strict=True)
print(made.handlers["shop/sell"].reused)
"""


def watched(code: str, folder: Path, uv: Path, *words: str) -> tuple[str, set[str], list[str]]:
    """Run Python, and return what it printed, imported and started."""
    done = subprocess.run(
        [sys.executable, "-c", WATCHED + code + TOLD, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(SCRIPTS), "EVENTYARD_UV": str(uv)},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stderr)
    return done.stdout, set(told["modules"]), told["started"]


def test_a_run_with_nothing_to_do_starts_nothing_and_loads_next_to_nothing(
    wheels: Path, tmp_path: Path, uv: Path
) -> None:
    put(tmp_path, {"functions/one/app.py": APP, "functions/one/requirements.txt": wheel(wheels, "dep")})
    put(tmp_path, {"functions/two/app.py": APP})
    words = ("package", "--handlers", "functions", "--python", LAMBDA.python)
    _, modules, started = watched(MAIN, tmp_path, uv, *words)
    assert modules & HEAVY  # it would be seen
    assert started
    output, modules, started = watched(MAIN, tmp_path, uv, *words)
    assert output.count("reused") == 2
    assert modules & HEAVY == set()
    assert started == []


def test_the_same_holds_for_a_project(root: Path, wheels: Path, tmp_path: Path, uv: Path) -> None:
    put(root, {"shop/sell/requirements.txt": wheel(wheels, "dep")})
    assert watched(PROJECT, tmp_path, uv, LAMBDA.python)[0] == "False\n"
    output, modules, started = watched(PROJECT, tmp_path, uv, LAMBDA.python)
    assert output == "True\n"
    assert modules & HEAVY == set()
    assert started == []
