from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from eventyard.errors import EventyardError
from eventyard.packaging.sources.closure import ImportRoot, discover

from .conftest import put

if TYPE_CHECKING:
    from pathlib import Path


def collected(root: Path, name: str = "shop/sell") -> list[str]:
    return [member.path for member in ImportRoot(root).collect(name).members]


def test_a_stacks_functions_are_its_folders(root: Path) -> None:
    put(root, {"shop/buy/app.py": "", "shop/tests/x.py": "", "shop/.idea/x": "", "shop/left/__pycache__/app.pyc": ""})
    assert discover(root, "shop") == ["shop/buy", "shop/sell"]
    put(root, {"big_shop/buy/app.py": ""})
    assert discover(root, "big-shop") == ["big_shop/buy"]
    assert discover(root, "none") == []


def test_what_is_shared_travels_only_when_it_is_imported(root: Path) -> None:
    assert collected(root) == ["shop/_shared/text.py", "shop/sell/app.py"]


def test_imports_are_followed_through_packages_and_relative_names(root: Path) -> None:
    put(
        root,
        {
            "shop/__init__.py": "",
            "shop/README.md": "no",
            "shop/sell/app.py": "from . import logic\ndef handler(e, c): ...\n",
            "shop/sell/logic.py": "def f():\n    from .._shared.deep import thing\n",
            "shop/_shared/deep/__init__.py": "from .thing import *\n",
            "shop/_shared/deep/thing.py": "import common.money as money\n",
            "shop/_shared/deep/schema.json": "{}",
            "common/money.py": "import importlib\nimportlib.import_module('common.lazy')\n",
            "common/lazy.py": "",
            "common/other.py": "",
        },
    )
    assert collected(root) == [
        "common/lazy.py",
        "common/money.py",
        "shop/__init__.py",
        "shop/_shared/deep/__init__.py",
        "shop/_shared/deep/schema.json",
        "shop/_shared/deep/thing.py",
        "shop/sell/app.py",
        "shop/sell/logic.py",
    ]


def test_tests_locks_and_leftovers_stay_behind_and_data_travels(root: Path) -> None:
    put(
        root,
        {
            "shop/sell/requirements.in": "",
            "shop/sell/tests/test_app.py": "import nothing_of_the_kind",
            "shop/sell/__pycache__/app.pyc": "",
            "shop/sell/.env": "",
            "shop/sell/mail.txt": "Dear",
        },
    )
    assert collected(root) == ["shop/_shared/text.py", "shop/sell/app.py", "shop/sell/mail.txt"]


@pytest.mark.parametrize(
    ("source", "what", "line"),
    [
        ("def handler(e, c):\n  return (\n", "Syntax error", 2),
        ("from shop._shared import txt\ndef handler(e, c): ...\n", "There is no module `shop._shared.txt`", 1),
        ("\nimport shop._shared.gone.far\ndef handler(e, c): ...\n", "There is no module `shop._shared.gone`", 2),
        ("from .... import x\ndef handler(e, c): ...\n", "leads out of the import root", 1),
        ("x = 1\n", "has no `handler`", 1),
        ("async def handler(e, c): ...\n", "has no `handler`", 1),
    ],
)
def test_what_is_wrong_is_named_with_its_line(root: Path, source: str, what: str, line: int) -> None:
    file = root / "shop/sell/app.py"
    file.write_text(source)
    with pytest.raises(EventyardError, match=what) as caught:
        collected(root)
    assert caught.value.where == f"{file}:{line}"


def test_an_import_that_may_fail_is_no_error(root: Path) -> None:
    put(
        root,
        {
            "shop/sell/app.py": """
import contextlib
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from shop._shared import gone
try:
    from shop._shared import gone
except ImportError:
    gone = None
with contextlib.suppress(ImportError):
    import shop._shared.gone
handler = lambda event, context: gone
"""
        },
    )
    assert collected(root) == ["shop/sell/app.py"]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("shop/none", "no function"),
        ("shop/un-wise", "no Python name"),
        ("shop/class", "no Python name"),
        ("shop", "no f"),
    ],
)
def test_a_name_that_is_no_function_is_refused(root: Path, name: str, what: str) -> None:
    with pytest.raises(EventyardError, match=what):
        collected(root, name)


def test_a_folder_without_app_is_refused(root: Path) -> None:
    put(root, {"shop/buy/logic.py": ""})
    with pytest.raises(EventyardError, match=r"no `app\.py`"):
        collected(root, "shop/buy")


def test_a_stack_that_would_hide_pythons_own_module_is_refused(root: Path) -> None:
    put(root, {"email/send/app.py": "def handler(e, c): ...\n"})
    with pytest.raises(EventyardError, match="hide Python's own module `email`"):
        collected(root, "email/send")


def test_a_link_out_of_the_root_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (root / "shop/sell/secret").symlink_to(tmp_path / "secret")
    with pytest.raises(EventyardError, match="link leads out"):
        collected(root)
