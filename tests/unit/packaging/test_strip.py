from __future__ import annotations

import os
import subprocess
from importlib.metadata import distribution
from pathlib import Path

import pytest

from eventyard.packaging.archives import strip
from eventyard.packaging.archives.entries import Entry, pack

from .conftest import PYTHON

LIBRARIES = ("greenlet", "pydantic", "pydantic_core", "regex", "rich", "typing_extensions")
"""Of this very environment; two of them bring tests. Whole corpora were tried by hand."""
NEEDED = ("annotated-types", "typing-inspection", "Pygments", "markdown-it-py", "mdurl")


def files(sources: dict[str, str], *empty: str) -> tuple[Entry, ...]:
    """Entries of one wheel."""
    return tuple(pack(path, 0o644, text.encode()) for path, text in (sources | dict.fromkeys(empty, "")).items())


def kept(entries: tuple[Entry, ...]) -> set[str]:
    return {entry.path for entry in strip.stripped(entries)}


@pytest.mark.parametrize(
    "path",
    [
        "pandas/tests/frame/test_api.py",
        "pandas/tests/data/one.csv",
        "numpy/_core/tests/__pycache__/test_x.cpython-313.pyc",
        "greenlet/test/x.py",
        "numpy/core.pyi",
        "requests/py.typed",
        "numpy/_core/include/numpy/arrayobject.h",
        "numpy/random/lib/libnpyrandom.a",
        "pyarrow/lib.pxd",
        "lxml/etree.pyx",
        "package/speedups.c",
    ],
)
def test_what_no_function_needs_stays_behind(path: str) -> None:
    assert strip.needless(path)


@pytest.mark.parametrize(
    "path",
    [
        "numpy/testing/__init__.py",
        "pandas/_testing/asserters.py",
        "jinja2/tests.py",
        "flask/testing.py",
        "pytest/attest/x.py",
        "tests/__init__.py",
        "test/x.py",
        "numpy/core.py",
        "numpy/core.so",
        "skimage/__init__.pyi",
        "one-1.0.dist-info/licenses/tests/LICENSE.c",
        "one-1.0.dist-info/METADATA",
        "one/README.md",
    ],
)
def test_what_runs_or_must_travel_stays(path: str) -> None:
    assert not strip.needless(path)


def test_tests_stay_behind_with_all_they_hold() -> None:
    entries = files(
        {
            "one/__init__.py": "import one.core\n",
            "one/core.py": "def test():\n    from one.tests import run\n    import one.tests\n",
            "one/conftest.py": "from one.tests import fixtures\n",
            "one/tests/__init__.py": "from one.tests import deep\n",
        },
        "one/tests/data.json",
        "one/tests/deep/tests/x.py",
    )
    assert kept(entries) == {"one/__init__.py", "one/core.py", "one/conftest.py"}


@pytest.mark.parametrize(
    "source",
    [
        "from one.tests.runner import Runner\n",
        "from .tests import runner\n",
        "from . import core, tests\n",
        "from . import (\n    core,\n    tests,\n)\n",
        "import os, one.tests.runner as runner\n",
        "try:\n    from one import tests\nexcept ImportError:\n    tests = None\n",
        "import sys\nif sys.version_info > (3,):\n    from one.tests import runner\n",
        "X = '\\d'\nimport one.tests\n",
        "from contextlib import suppress\nwith suppress(ImportError):\n    import one.tests\n",
    ],
)
def test_tests_that_are_imported_with_the_package_stay(source: str) -> None:
    entries = files(
        {"one/__init__.py": source},
        *("one/tests/data.json", "one/tests/types.pyi", "one/tests/runner.py", "one/core/tests/x.py"),
        *("two/__init__.py", "two/tests/x.py"),
    )
    assert kept(entries) == {
        "one/__init__.py",
        "one/tests/runner.py",
        "one/tests/data.json",
        "two/__init__.py",
    }


def test_an_import_from_a_folder_below_is_found() -> None:
    entries = files({"one/deep/mod.py": "from ..test import support\n"}, "one/__init__.py", "one/test/support.py")
    assert kept(entries) == {"one/__init__.py", "one/deep/mod.py", "one/test/support.py"}


@pytest.mark.parametrize(
    "source", ["from .tests import (\n", "from one import x  # tests\nx = 1\0\n", "import one.tests ?"]
)
def test_what_is_no_python_imports_nothing(source: str) -> None:
    assert kept(files({"one/bad.py": source}, "one/tests/x.py")) == {"one/bad.py"}


IMPORT = """
import importlib, os, pkgutil, sys
sys.path.insert(0, os.getcwd())
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    assert package.__file__.startswith(os.getcwd()), package.__file__
    for found in pkgutil.iter_modules(getattr(package, '__path__', ())):
        try:
            importlib.import_module(f'{name}.{found.name}')
        except ImportError as error:
            assert 'test' not in str(error), error
    print(name)
"""


def test_real_libraries_import_from_what_is_left(tmp_path: Path) -> None:
    left: set[str] = set()
    for name in (*LIBRARIES, *NEEDED):
        files = [path for path in distribution(name).files or () if ".." not in path.parts and path.suffix != ".pyc"]
        entries = [Entry(path.as_posix(), 0o644, 0, 0, 0, 0, Path(str(path.locate())).read_bytes()) for path in files]
        there = strip.stripped(entries)
        left |= {entry.path for entry in entries} - {entry.path for entry in there}
        for entry in there:
            target = tmp_path / entry.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(entry.content())
    assert {path.split("/")[0] for path in left if "/tests/" in path} == {"greenlet", "regex"}
    done = subprocess.run(
        [PYTHON, "-S", "-B", "-W", "ignore", "-c", IMPORT, *LIBRARIES],
        cwd=tmp_path,
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == list(LIBRARIES)
