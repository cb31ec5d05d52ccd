"""What pytest loads: options, fixtures, the marker `needs`, the bundle of a failure, what ran and what was skipped."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from . import spending
from .capable import NEEDS, wanting
from .results import KEY, Results
from .waiting import be_patient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from eventyard.config import Environment, Settings
    from eventyard.emulators import Emulator, Mail

    from .stacks import Stack, Yard

_YARD = pytest.StashKey["Yard"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the kit."""
    group = parser.getgroup("eventyard")
    group.addoption("--env", default=None, help="environment of eventyard.toml to test in (default: the project's)")
    group.addoption("--keep", action="store_true", help="leave stacks and emulator up when the run ends")
    group.addoption("--spend", action="store_true", help="allow stacks on AWS, where they cost money")
    group.addoption("--patience", type=float, default=None, help="stretch every wait by this (default: 1, on AWS 4)")
    group.addoption("--reasons", action="store_true", help="fail when a test is skipped without saying why")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and keep the results where the run is controlled from."""
    config.addinivalue_line(
        "markers", "needs(*capabilities): skip, with the reason, where the target lacks one of the named capabilities"
    )
    if not hasattr(config, "workerinput"):
        config.stash[KEY] = Results()
        config.pluginmanager.register(config.stash[KEY])


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse AWS before the first test, when nobody allowed what it costs."""
    asking = [item for item in session.items if spending.FIXTURE in getattr(item, "fixturenames", ())]
    if asking:
        spending.refuse(_environment(session.config), asking, allowed=session.config.getoption("--spend"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, aloud, what the target cannot show."""
    needed = [name for mark in item.iter_markers("needs") for name in mark.args]
    reason = wanting(_environment(item.config), needed) if needed else None
    if reason:
        pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Write the bundle of a test that failed with stacks up."""
    report: Any = yield
    yard = item.config.stash.get(_YARD, None)
    if report.failed and yard is not None and yard.applied and call.when != "teardown":
        from .bundle import collect  # noqa: PLC0415 - only failures need it

        place = collect(yard, item.nodeid, yard.target.folder.parent / "bundles")
        report.sections.append(("eventyard bundle", str(place)))
    return report  # type: ignore[no-any-return]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Count what was skipped for want of a capability, and name what was skipped for no reason."""
    results = config.stash.get(KEY, Results())
    reasons = [result.reason for result in results.tests.values() if result.reason.startswith(NEEDS)]
    wanting = Counter(reason.removeprefix(NEEDS).partition(",")[0] for reason in reasons)
    if wanting:
        terminalreporter.section("not shown on this target")
        for name, count in sorted(wanting.items()):
            terminalreporter.line(f"{count:4} {name}")
    if results.unexplained and config.getoption("--reasons"):
        terminalreporter.section("skipped without a reason")
        for name in results.unexplained:
            terminalreporter.line(name)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep what became of the tests, by the environment they ran in."""
    results = session.config.stash.get(KEY, None)
    if results is None or not results.tests:
        return
    if results.unexplained and session.config.getoption("--reasons"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    chosen = _chosen(session.config)
    if chosen is not None:
        results.keep(session.config.rootpath / "build" / "results" / f"{chosen.name}.json")


@pytest.fixture(scope="session")
def settings(pytestconfig: pytest.Config) -> Settings:
    """Return the project's settings."""
    return _settings(pytestconfig)


@pytest.fixture(scope="session")
def environment(pytestconfig: pytest.Config) -> Environment:
    """Return the environment of this run: a copy that shares nothing with people, other runs and other workers."""
    return spending.apart(_environment(pytestconfig), os.environ.get("PYTEST_XDIST_WORKER", "main"))


@pytest.fixture(scope="session")
def yard(pytestconfig: pytest.Config, settings: Settings, environment: Environment) -> Iterator[Yard]:
    """Hold the stacks of this run; everything is destroyed, and looked for, when it ends."""
    from eventyard.deployment import Target  # noqa: PLC0415 - heavy; unit tests never ask for a stack

    from .stacks import Yard  # noqa: PLC0415 - as above

    target = Target(environment, settings.root / "build")
    opened = Yard(
        settings, environment, target, keep=bool(pytestconfig.getoption("--keep")), tell=_teller(pytestconfig)
    )
    _take_terminations()
    given = pytestconfig.getoption("--patience")
    be_patient(given or (1.0 if environment.local else spending.PATIENCE))
    if not environment.local:
        opened.tell(spending.header(environment))
    if environment.local and not environment.endpoint:
        left_over = target.running()
        if left_over is not None:
            left_over.stop()
    pytestconfig.stash[_YARD] = opened
    try:
        yield opened
        opened.close()
    finally:
        running = target.running() if environment.local and not environment.endpoint else None
        if running is not None and not opened.keep:
            running.stop()


@pytest.fixture(scope="session")
def stack(yard: Yard) -> Callable[..., Stack]:
    """``stack("name", inputs={...})``: the applied stack, with `.outputs` and `.addresses`."""

    def applied(name: str, inputs: Mapping[str, Any] | None = None) -> Stack:
        return yard.stack(name, inputs)

    return applied


@pytest.fixture(scope="session")
def outputs(stack: Callable[..., Stack]) -> Callable[[str], dict[str, Any]]:
    """``outputs("name")``: what the applied stack gives, with addresses that open from here."""

    def of(name: str) -> dict[str, Any]:
        return stack(name).addresses

    return of


@pytest.fixture(scope="session")
def deliver(yard: Yard) -> Callable[..., str]:
    """``deliver(to, event)``: one event into a queue, topic, bus, stream, bucket or function; returns its id."""
    from .delivering import deliver as send  # noqa: PLC0415 - unit tests never ask for it

    def one(to: str, event: Any, **options: Any) -> str:
        return send(yard.target.session, to, event, **options)

    return one


@pytest.fixture(scope="session")
def aws(yard: Yard) -> Callable[..., Any]:
    """``aws("sqs")``: a boto3 client of this run's target."""

    def client(service: str, **options: Any) -> Any:
        return yard.target.session.client(service, **options)

    return client


@pytest.fixture(scope="session")
def mailbox(yard: Yard) -> Callable[[], list[Mail]]:
    """``mailbox()``: every mail the target has taken so far; only an emulator's can be read."""

    def read() -> list[Mail]:
        emulator: Emulator | None = yard.target.emulator
        if emulator is None:
            pytest.skip("mail sent by AWS can be read by its recipient alone")
        return emulator.mail()

    return read


def _settings(config: pytest.Config) -> Settings:
    from eventyard.config import find_root, load  # noqa: PLC0415 - pydantic is slow to import

    return load(find_root(config.rootpath))


def _environment(config: pytest.Config) -> Environment:
    return _settings(config).environment(config.getoption("--env"))


def _chosen(config: pytest.Config) -> Environment | None:
    """Return the environment of this run; None in a project that has none to be chosen."""
    from eventyard.errors import EventyardError  # noqa: PLC0415 - only the end of a run asks

    try:
        return _environment(config)
    except EventyardError:
        return None


def _teller(config: pytest.Config) -> Callable[[str], None]:
    """Return what writes a line to the person's terminal, past the capture of output."""

    def tell(line: str) -> None:
        reporter, capture = (config.pluginmanager.getplugin(name) for name in ("terminalreporter", "capturemanager"))
        if reporter is None:
            return
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            reporter.ensure_newline()
            reporter.line(line)

    return tell


def _take_terminations() -> None:
    """Let a request to terminate end the run as Ctrl-C does: stacks are destroyed, and not left to be paid for."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
