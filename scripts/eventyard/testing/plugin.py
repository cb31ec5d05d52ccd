"""What pytest loads: options, fixtures, the marker `needs`, the bundle of a failure, the count of what was skipped."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from eventyard.config import Environment, Settings
    from eventyard.emulators import Emulator, Mail

    from .stacks import Stack, Yard

_YARD = pytest.StashKey["Yard"]()
_SKIPPED = "needs "


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the kit."""
    group = parser.getgroup("eventyard")
    group.addoption("--env", default=None, help="environment of eventyard.toml to test in (default: the project's)")
    group.addoption("--keep", action="store_true", help="leave stacks and emulator up when the run ends")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers", "needs(*capabilities): skip, with the reason, where the target lacks one of the named capabilities"
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, aloud, what the target cannot show."""
    marks = list(item.iter_markers("needs"))
    if not marks:
        return
    from eventyard import emulators  # noqa: PLC0415 - heavy; most tests need no target

    environment = _environment(item.config)
    if not environment.local:
        return
    known = emulators.capabilities(environment.target)
    named = {name for kind in ("ministack", "localstack") for name in emulators.capabilities(kind)}
    for name in (name for mark in marks for name in mark.args):
        if name not in named:
            raise pytest.UsageError(f"{item.nodeid} needs `{name}`, which no target's capabilities name")
        if name not in known:
            pytest.skip(f"{_SKIPPED}{name}, which nobody has tried on {environment.target}")
        if known[name].works == "no":
            pytest.skip(f"{_SKIPPED}{name}, which {environment.target} lacks: {known[name].reason}")


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


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Count what was skipped for want of a capability, by capability."""
    reasons = [str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr]
    wanting = Counter(reason.partition(_SKIPPED)[2].partition(",")[0] for reason in reasons if _SKIPPED in reason)
    if wanting:
        terminalreporter.section("not shown on this target")
        for name, count in sorted(wanting.items()):
            terminalreporter.line(f"{count:4} {name}")


@pytest.fixture(scope="session")
def settings(pytestconfig: pytest.Config) -> Settings:
    """Return the project's settings."""
    return _settings(pytestconfig)


@pytest.fixture(scope="session")
def environment(pytestconfig: pytest.Config) -> Environment:
    """Return the environment of this run: for a local one, a copy that shares nothing with other runs and workers."""
    chosen = _environment(pytestconfig)
    if not chosen.local:
        return chosen
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return chosen.model_copy(update={"name": f"test-{worker}"})


@pytest.fixture(scope="session")
def yard(pytestconfig: pytest.Config, settings: Settings, environment: Environment) -> Iterator[Yard]:
    """Hold the stacks of this run; everything is destroyed, and looked for, when it ends."""
    from eventyard.deployment import Target  # noqa: PLC0415 - heavy; unit tests never ask for a stack

    from .stacks import Yard  # noqa: PLC0415 - as above

    target = Target(environment, settings.root / "build")
    opened = Yard(settings, environment, target, keep=bool(pytestconfig.getoption("--keep")))
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
