"""What of a dependency can stay behind: what its tests, type checkers and C compilers need, and no function does.

Stays: `.dist-info` whole (licences must travel, and `importlib.metadata` reads the rest at run time), folders named
`testing` (an interface: `numpy.testing`, `pandas.testing`), documents and examples (small, and some hold licences),
and every `__init__.pyi` (`lazy_loader` reads a package's stub when the package is imported).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from eventyard.packaging.archives.entries import Entry

_TESTS = frozenset({"test", "tests"})
_METADATA = ".dist-info"
_STUB = ".pyi"
_READ_AT_RUN_TIME = "__init__.pyi"
_MARKER = "py.typed"
# Headers, sources and static libraries: read by compilers, of which Lambda has none.
_FOR_COMPILERS = (".a", ".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".hxx", ".pxd", ".pxi", ".pyx")

# A line, or a bracket after `import`, that may import tests: few files have one, and only those are parsed.
_HINT = re.compile(rb"^[ \t]*(?:from|import)\b(?:[^\n]*\btests?\b|[^\n(]*\([^)]*\btests?\b)", flags=re.MULTILINE)
_CONFIGURES_TESTS = "conftest.py"


def needless(path: str) -> bool:
    """Tell from a file's name in an artefact whether a dependency runs without it.

    Whether a package imports its tests when it is imported itself, no name says: `stripped` looks.

    Examples
    --------
    >>> [needless(path) for path in ("pandas/tests/test_x.py", "numpy/testing/__init__.py", "tests/own.py")]
    [True, False, False]
    """
    return _for_other_tools(path) or _tests_of(path) is not None


def stripped(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return a wheel's files without what it runs without.

    Parameters
    ----------
    entries
        All files of one wheel, as they will lie in an artefact; bytecode may be among them.

    Returns
    -------
    Those that stay. Tests that the package's other code imports as it is imported stay too: `astropy` does that.
    """
    tests = {entry.path: found for entry in entries if (found := _tests_of(entry.path))}
    needed = _imported(set(tests.values()), entries) if tests else frozenset[str]()
    return tuple(
        entry
        for entry in entries
        if not _for_other_tools(entry.path) and (entry.path not in tests or tests[entry.path] in needed)
    )


def is_test(path: str) -> bool:
    """Tell from a file's name in an artefact whether it lies among the tests of a package."""
    return _tests_of(path) is not None


def _for_other_tools(path: str) -> bool:
    """Tell whether only type checkers or C compilers read a file."""
    folder, _, name = path.rpartition("/")
    if folder.partition("/")[0].endswith(_METADATA):
        return False
    if name.endswith(_STUB):
        return name != _READ_AT_RUN_TIME
    return name == _MARKER or name.endswith(_FOR_COMPILERS)


def _tests_of(path: str) -> str | None:
    """Return the outermost folder of tests that a file lies in, such as `pandas/tests`.

    Only folders inside packages count: one at the top may be a distribution's only package.
    """
    folders = path.split("/")[:-1]
    for depth, folder in enumerate(folders):
        if depth and folder in _TESTS and not folders[0].endswith(_METADATA):
            return "/".join(folders[: depth + 1])
    return None


def _imported(folders: set[str], entries: Iterable[Entry]) -> frozenset[str]:
    """Return the folders of tests that other code of the wheel imports."""
    found: set[str] = set()
    for entry in entries:
        folder, _, name = entry.path.rpartition("/")
        if not name.endswith(".py") or name == _CONFIGURES_TESTS or _tests_of(entry.path):
            continue
        source = entry.content()
        if b"test" in source and _HINT.search(source):
            found |= folders.intersection(_modules(source, folder))
    return frozenset(found)


def _modules(source: bytes, folder: str) -> Iterator[str]:
    """Yield what a file of a folder imports as it is imported itself, and every package above that, as paths."""
    import ast  # noqa: PLC0415 - few wheels' code speaks of tests
    import warnings  # noqa: PLC0415 - as above

    try:
        with warnings.catch_warnings(action="ignore"):  # of a stranger's code
            statements: list[ast.stmt] = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return
    while statements:
        statement = statements.pop()
        match statement:
            case ast.Import():
                found = [alias.name.split(".") for alias in statement.names]
            case ast.ImportFrom():
                above = folder.split("/")
                base = above[: len(above) + 1 - statement.level] if statement.level else []
                base += statement.module.split(".") if statement.module else []
                found = [[*base, alias.name] for alias in statement.names]
            case ast.Try():
                handlers = (line for handler in statement.handlers for line in handler.body)
                statements += [*statement.body, *statement.orelse, *statement.finalbody, *handlers]
                continue
            case ast.If() | ast.With():
                statements += [*statement.body, *getattr(statement, "orelse", ())]
                continue
            case _:
                continue
        for parts in found:
            yield from ("/".join(parts[:depth]) for depth in range(2, len(parts) + 1))
