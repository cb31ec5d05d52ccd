from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from eventyard.packaging.sources import folders
from eventyard.packaging.sources.members import SourceError

from .conftest import put

if TYPE_CHECKING:
    from pathlib import Path

APP = "def handler(event, context): ...\n"


def paths(folder: Path, name: str = "fn") -> list[str]:
    return [member.path for member in folders.collect(folder, name).members]


def test_each_folder_with_python_is_a_function(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "b/app.py": APP,
            "a/deep/down/x.py": "",
            "my-fn.v2/index.py": APP,
            "loose.py": "",
            "_shared/x.py": "",
            ".hidden/x.py": "",
            "docs/x.md": "",
            "only_hidden/.x.py": "",
            "compiled/__pycache__/x.py": "",
            "__pycache__/x.py": "",
        },
    )
    (tmp_path / "empty").mkdir()
    assert folders.discover(tmp_path) == ["a", "b", "my-fn.v2"]


def test_a_folder_that_is_missing_or_empty_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is missing") as caught:
        folders.discover(tmp_path / "no")
    assert caught.value.where == str(tmp_path / "no")
    put(tmp_path, {"app.py": APP})
    with pytest.raises(SourceError, match="there is no function"):
        folders.discover(tmp_path)
    with pytest.raises(SourceError, match="is missing"):
        folders.discover(tmp_path / "app.py")


def test_everything_in_it_travels_but_what_is_hidden_compiled_or_decides(tmp_path: Path) -> None:
    put(
        tmp_path / "fn",
        {
            "app.py": APP,
            "pkg/__init__.py": "",
            "pkg/data.json": "{}",
            "tests/test_app.py": "",
            "pyproject.toml": "[tool.ruff]",
            "pkg/requirements.txt": "data, one level down",
            "sourceless.pyc": "",
            "app.pyc": "",
            "requirements.txt": "",
            "requirements.in": "",
            ".env": "SECRET=1",
            ".git/config": "",
            "__pycache__/app.cpython-313.pyc": "",
        },
    )
    assert paths(tmp_path) == [
        "app.py",
        "pyproject.toml",
        "sourceless.pyc",
        "pkg/__init__.py",
        "pkg/data.json",
        "pkg/requirements.txt",
        "tests/test_app.py",
    ]
    put(tmp_path / "fn", {"uv.lock": ""})
    assert not {"uv.lock", "pyproject.toml"} & set(paths(tmp_path))


def test_links_inside_travel_as_files_and_others_are_refused(tmp_path: Path) -> None:
    put(tmp_path, {"fn/app.py": APP, "shared/x.py": "", "fn/pkg/y.py": "Y = 1\n"})
    (tmp_path / "fn/link.py").symlink_to("pkg/y.py")
    found = {member.path: member for member in folders.collect(tmp_path, "fn").members}
    assert found["link.py"].digest == found["pkg/y.py"].digest
    for target in ("../shared/x.py", "nowhere.py", "../shared", "pkg"):
        link = tmp_path / "fn/other"
        link.symlink_to(target)
        with pytest.raises(SourceError, match="A link leads") as caught:
            folders.collect(tmp_path, "fn")
        assert caught.value.where == str(link)
        link.unlink()


def test_a_function_that_is_a_link_is_taken(tmp_path: Path) -> None:
    put(tmp_path, {"elsewhere/app.py": APP, "elsewhere/pkg/x.py": ""})
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions/fn").symlink_to(tmp_path / "elsewhere")
    assert folders.discover(tmp_path / "functions") == ["fn"]
    assert paths(tmp_path / "functions") == ["app.py", "pkg/x.py"]


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    put(tmp_path, {"fn/app.py": APP})
    os.mkfifo(tmp_path / "fn/pipe")
    with pytest.raises(SourceError, match="neither a file nor a folder") as caught:
        folders.collect(tmp_path, "fn")
    assert caught.value.where == str(tmp_path / "fn/pipe")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
@pytest.mark.parametrize("name", ["fn/app.py", "fn/pkg"])
def test_what_can_not_be_read_is_named(tmp_path: Path, name: str) -> None:
    put(tmp_path, {"fn/app.py": APP, "fn/pkg/x.py": ""})
    (tmp_path / name).chmod(0)
    try:
        with pytest.raises(SourceError, match="can't be read") as caught:
            folders.collect(tmp_path, "fn")
    finally:
        (tmp_path / name).chmod(0o755)
    assert (caught.value.where or "").rstrip("/") == str(tmp_path / name)


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({"app.py": APP}, "app.handler"),
        ({"app.py": "def lambda_handler(e, c): ..."}, "app.lambda_handler"),
        ({"lambda_function.py": "def lambda_handler(e, c): ..."}, "lambda_function.lambda_handler"),
        ({"index.py": APP, "main.py": APP}, "index.handler"),
        ({"app.py": "x = 1", "index.py": APP}, "index.handler"),
        ({"app.py": "from mangum import Mangum\nhandler = Mangum(1)"}, "app.handler"),
        ({"app.py": "from core import handler"}, "app.handler"),
        (
            {"app.py": "try:\n    from .core import x\nexcept ImportError:\n    from core import x\n" + APP},
            "app.handler",
        ),
        ({"app.py": "async def handler(e, c): ..."}, ""),
        ({"app.py": "class handler: ..."}, ""),
        ({"app.py": "def handler2(e, c): ..."}, ""),
        ({"src/app.py": APP}, ""),
        ({"app.py": r"handler = lambda e, c: '\d'"}, "app.handler"),
    ],
)
def test_the_handler_is_found_where_it_mostly_is(tmp_path: Path, files: dict[str, str], wanted: str) -> None:
    put(tmp_path / "fn", files)
    assert folders.handler(folders.collect(tmp_path, "fn").members) == wanted


@pytest.mark.parametrize("text", ["def handler(:", "x = '\0'"])
def test_a_handler_that_is_no_python_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    put(tmp_path / "fn", {"app.py": text})
    with pytest.raises(SourceError) as caught:
        folders.handler(folders.collect(tmp_path, "fn").members)
    assert caught.value.where == f"{tmp_path / 'fn/app.py'}:1"
