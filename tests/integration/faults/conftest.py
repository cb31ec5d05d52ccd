"""One system with everything faults are injected into, applied once on the emulator that `--env` chooses."""

from __future__ import annotations

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.faults.ledger import Ledger
from tests.integration.faults.system import STACK, System, orders
from tests.integration.support import library
from tests.integration.support.projects import Project

from eventyard.config import load
from eventyard.deployment import Target
from eventyard.testing.stacks import Yard
from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eventyard.config import Environment

HERE = Path(__file__).parent
BUSY_SECONDS = 110
# The module hides a message for six times what its consumer may take: right, and too long to wait for.
HIDDEN_SECONDS = {"work": "12", "narrow": "12", "strict": "24"}

# A failed asynchronous call is tried again soon, not after AWS's minute.
SETTINGS = """
[project]
name          = "{stack}"
default_stack = "{stack}"

[environments.local]
target   = "{target}"
port     = 0
settings = {{ LAMBDA_ASYNC_RETRY_BASE_SECONDS = "0.2", LAMBDA_RETRY_BASE_DELAY = "1" }}
"""


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory, environment: Environment) -> Iterator[Project]:
    """Return the project, which is somebody else's as far as the kit can see."""
    if not environment.local:
        pytest.skip("nobody can kill a process of AWS's, or stop it: faults are injected into emulators")
    made = Project(tmp_path_factory.mktemp("faults"))
    made.write("eventyard.toml", SETTINGS.format(stack=STACK, target=environment.target))
    shutil.copytree(HERE / "stack", made.folder / "terraform/stacks" / STACK)
    library.furnish(made, STACK)
    shutil.copytree(HERE / "handlers", made.folder / "handlers" / STACK)
    yield made
    made.close()


@pytest.fixture(scope="session")
def system(project: Project) -> Iterator[System]:
    """Return the applied system; it is destroyed, and what it left is looked for, when the run ends."""
    project.run("local", "up")
    settings = load(project.folder)
    environment = settings.environment("local")
    yard = Yard(settings, environment, Target(environment, settings.root / "build"))
    try:
        made = System(project, yard.stack(STACK), yard.target)
        assert made.stack.second_plan == ()
        made.hide(HIDDEN_SECONDS)
        yield made
    finally:
        yard.close()


@dataclass(frozen=True)
class Begun:
    """Messages that were sent before the first test, since what becomes of them takes its time."""

    sent: list[dict[str, Any]]
    began: float


@pytest.fixture(scope="session")
def kept_waiting(system: System) -> Iterator[Begun]:
    """Keep the one execution of a function busy, and call it asynchronously meanwhile: each call waits its turn.

    AWS lets one set no shorter wait than 60 seconds.
    """
    function = system.outputs["busy"]["function"]
    sent = orders("late", 10)
    payload = json.dumps({"seconds": BUSY_SECONDS})
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(eventually, lambda: not _throttled(system, function, payload))
        eventually(lambda: _throttled(system, function, "{}"))
        system.call(function, sent)
        yield Begun(sent, time.monotonic())
        call.result()


@pytest.fixture(scope="session")
def poisoned(system: System) -> Begun:
    """Send a batch with a message its consumer can't read, which is given up at the third time.

    Its consumer is called before: on a busy machine the first start of a process can take as long as a batch may, and
    what is received three times is given up whatever is in it.
    """
    function = {"FunctionName": system.outputs["strict"]["function"], "Qualifier": "live"}
    call = system.client("lambda").invoke
    eventually(lambda: "FunctionError" not in call(**function, Payload='{"Records": []}'), timeout=60)
    sent = orders("poison", 10, kind="fine")
    sent[5]["kind"] = "poison"
    began = time.monotonic()
    system.send(system.outputs["strict"]["queue"], sent)
    return Begun(sent, began)


@pytest.fixture(scope="session", autouse=True)
def early(request: pytest.FixtureRequest) -> None:
    """Let the longest waits begin before the first test, where they are asked for at all."""
    for name in ("kept_waiting", "poisoned"):
        if any(name in getattr(item, "fixturenames", ()) for item in request.session.items):
            request.getfixturevalue(name)


def _throttled(system: System, function: dict[str, Any], payload: str) -> bool:
    """Call the function, and return whether it had no time; if it had, that is when it has ended."""
    client = system.client("lambda")
    try:
        client.invoke(FunctionName=function["alias_arn"], Payload=payload)
    except client.exceptions.TooManyRequestsException:
        return True
    return False


@pytest.fixture(scope="session")
def ledger(pytestconfig: pytest.Config, environment: Environment) -> Iterator[Ledger]:
    """Return where each test writes what it sent and what became of it."""
    book = Ledger(pytestconfig.rootpath / "build/results" / f"faults-{environment.target}.json")
    yield book
    book.keep()
