"""What a new module, stack or handler is made of, and what its owner does next."""

from __future__ import annotations

import ast
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import hcl2

from eventyard import resources
from eventyard.config import ConfigError
from eventyard.diagrams import Edge, Graph, Node, committed
from eventyard.reference import tables
from eventyard.rendering import Engine, RenderingError
from eventyard.scaffolding.names import hyphened, package_of, underscored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eventyard.config import Settings

WORK: Final = "work"
"""The function of a new stack."""

_MODULE: Final = ("main.tf", "alarms.tf", "outputs.tf", "variables.tf", "versions.tf", "README.md")
_STACK: Final = ("main.tf", "outputs.tf", "variables.tf", "versions.tf", "README.md")
_SOURCE: Final = re.compile(r'^\s*source\s*=\s*"([^"]*/)(?:function|queue|table|topic)(\?[^"]*)?"', re.MULTILINE)
_PLACE: Final = "{module}"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing its owner does next.

    Parameters
    ----------
    file
        The file that is edited, if one is: no command edits what is kept.
    lines
        What goes into it.
    """

    do: str
    file: str = ""
    lines: tuple[str, ...] = ()

    def told(self) -> tuple[str, ...]:
        """Return it as lines for a person."""
        if not self.file:
            return (self.do,)
        return (f"add to `{self.file}`, {self.do}:", *(f"    {line}" for line in self.lines))


@dataclass(frozen=True, slots=True)
class Scaffold:
    """What is written, and what comes then.

    Parameters
    ----------
    targets
        Folders and files that must not be there yet; all that is written is one of them, or in one.
    files
        Path → text, both below the project's root.
    then
        What its owner does next.
    """

    targets: tuple[str, ...]
    files: Mapping[str, str]
    then: tuple[Step, ...]


def module(settings: Settings, name: str) -> Scaffold:
    """Return a module: a log group with key, alarm, grants, protection, and the tests that go with them."""
    label = hyphened(name, "module").replace("-", "_")
    folder = _modules(settings)
    shown = f"git::https://example.com/{settings.project.name}.git//{_below(settings, folder)}/{name}?ref=v0.1.0"
    values = {"name": name, "label": label, "source": shown}
    home = _below(settings, folder / name)
    files = {f"{home}/{file}": _rendered(settings, f"module/{file}", values) for file in _MODULE}
    test = f"{home}/tests/{label}.tftest.hcl"
    files[test] = _rendered(settings, "module/tests/module.tftest.hcl", values)
    files[f"{home}/README.md"] = _with_tables(files, home)
    targets = [home]
    examples = settings.root / "tests/integration/modules/examples"
    if examples.is_dir():
        targets.append(f"{_below(settings, examples)}/{name}.tf")
        files[targets[1]] = _rendered(settings, "module/example.tf", values)
    return Scaffold(tuple(targets), files, tuple(_after_module(settings, folder, name)))


def stack(settings: Settings, name: str, modules: str | None = None) -> Scaffold:
    """Return a stack with its handler: jobs from a queue to a function, results to another queue.

    Parameters
    ----------
    modules
        Where the modules are: a source that ends before a module's name, or has `{module}` in its place. None: the
        project's own, or where its other stacks have theirs from.
    """
    package = package_of(hyphened(name, "stack"))
    folder = settings.stacks_folder / name
    home = _below(settings, folder)
    base = modules or _base(settings, name)
    sources = {module: _source(base, module) for module in ("function", "queue")}
    values = {"name": name, "package": package, "sources": sources}
    files = {f"{home}/{file}": _rendered(settings, f"stack/{file}", values) for file in _STACK}
    files[f"{home}/README.md"] = _with_tables(files, home)
    drawn = committed.parts(files[f"{home}/README.md"], _graph(name))
    files[f"{home}/README.md"], files[f"{home}/{committed.PICTURE}"] = drawn
    test = f"tests/integration/test_{package}.py"
    files[test] = _rendered(settings, "stack/test.py", values)
    work = _function(settings, package, WORK)
    then = (
        Step(f"run `eventyard validate --stack {name}`, then `eventyard apply --stack {name}`: no account needed"),
        Step(f"see jobs become results: `pytest {test}`"),
        Step(f"write what it is for into `{home}/README.md`, and what it does into `{work.targets[0]}/app.py`"),
    )
    return Scaffold((home, test, *work.targets), {**files, **work.files}, then)


def handler(settings: Settings, stack: str, function: str) -> Scaffold:
    """Return a function of a stack that is there: a consumer of jobs, and its unit test."""
    settings.stack_folder(stack)
    package = package_of(stack)
    made = _function(settings, package, underscored(function))
    main = f"{_below(settings, settings.stacks_folder)}/{stack}/main.tf"
    block = (
        f'module "{function}" {{',
        f'  source      = "{_source(_base(settings, stack), "function")}"',
        f'  name        = "${{var.prefix}}-{function.replace("_", "-")}"',
        f'  code        = var.handlers["{package}/{function}"]',
        "  sources     = { jobs = { queue = module.jobs.queue } }",
        "  environment = { RESULTS_URL = module.results.queue.url }",
        "  grants      = { send = module.results.grants.send }",
        "}",
    )
    then = (
        Step(f"run `pytest {made.targets[1]}`"),
        Step("with the queues it is for", main, block),
        Step(f"name `{package}/{function}` where `variables.tf` says which handlers are missing"),
    )
    return Scaffold(made.targets, made.files, then)


def _function(settings: Settings, package: str, function: str) -> Scaffold:
    values = {"package": package, "function": function}
    home = f"{_below(settings, settings.handlers_folder)}/{package}/{function}"
    test = f"tests/unit/{package}/test_{function}.py"
    files = {
        f"{home}/app.py": _rendered(settings, "handler/app.py", values),
        test: _rendered(settings, "handler/test.py", values),
    }
    return Scaffold((home, test), files, ())


def _rendered(settings: Settings, template: str, values: Mapping[str, object]) -> str:
    """Return the text of a template, the project's own before the kit's, parsed as what it is."""
    folders = [settings.templates_folder / "new", resources.data("templates") / "new"]
    text = Engine(folders).render(f"{template}.j2", values)
    try:
        if template.endswith(".py"):
            ast.parse(text)
        elif template.endswith(".hcl"):
            hcl2.loads(text)
    except Exception as error:
        raise RenderingError(f"What was rendered can't be read: {error}", where=template) from error
    return text


def _with_tables(files: Mapping[str, str], home: str) -> str:
    """Return a README with the tables of inputs and outputs that `make docs` would write."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("variables.tf", "outputs.tf"):
            Path(folder, name).write_text(files[f"{home}/{name}"], encoding="utf-8")
        return tables.between_markers(files[f"{home}/README.md"], tables.of_module(Path(folder)))


def _graph(name: str) -> Graph:
    """Return the picture of a new stack, as its plan will be drawn."""
    dead = ("dead letters",)
    return Graph(
        name,
        (
            Node("jobs", "SQS queue", "message", notes=dead),
            Node("results", "SQS queue", "message", notes=dead),
            Node(WORK, "Lambda function", "compute"),
        ),
        (Edge("jobs", WORK, "flow", ("messages",)), Edge(WORK, "results", "flow", words=("send",))),
    )


def _modules(settings: Settings) -> Path:
    """Return where a project's own modules are: beside its stacks."""
    return settings.stacks_folder.parent / "modules"


def _base(settings: Settings, stack: str) -> str:
    """Return where a stack of this project has its modules from, with a place for the module's name."""
    if (_modules(settings) / "function").is_dir() and (_modules(settings) / "queue").is_dir():
        return f"../../modules/{_PLACE}"
    for file in sorted(settings.stacks_folder.glob("*/*.tf")):
        if found := _SOURCE.search(file.read_text(encoding="utf-8")):
            return f"{found[1]}{_PLACE}{found[2] or ''}"
    raise ConfigError(
        "No modules are here, and no other stack says where they are",
        where=f"{_below(settings, _modules(settings))}/",
        fix=f"name the place: `eventyard new stack {stack} --modules "
        "'git::https://HOST/eventyard.git//terraform/modules/{module}?ref=v0.2.0'`",
    )


def _source(base: str, module: str) -> str:
    return base.replace(_PLACE, module) if _PLACE in base else f"{base.rstrip('/')}/{module}"


def _below(settings: Settings, path: Path) -> str:
    """Return a path as seen from the project's root."""
    return path.relative_to(settings.root).as_posix()


def _after_module(settings: Settings, folder: Path, name: str) -> Iterator[Step]:
    """Yield what this repository wants of a module besides, and what any does."""
    index, compared = folder / "README.md", settings.root / "docs/comparison.toml"
    if index.is_file():
        row = f"| CloudWatch Logs | [`{name}`]({name}) | log group that several programs write to |"
        yield Step("sorted by service", _below(settings, index), (row,))
    if compared.is_file():
        here = 'here = "encryption, retention, alarm on volume, protection"'
        entry = ("", "[[module]]", f'name = "{name}"', 'public = "-"', here, 'there = "-"')
        yield Step("what a team would otherwise take", _below(settings, compared), entry)
    if (settings.root / "tests/contract").is_dir():
        yield Step("run `make docs`, which has pages on all modules")
        yield Step(f"run `pytest tests/contract --modules {name}`: its own tests, its examples, the rules of the house")
    else:
        yield Step(f"run `terraform init && terraform test` in `{_below(settings, folder / name)}`")
    yield Step("then put the resource it is for in place of the log group, and say so in the README")
