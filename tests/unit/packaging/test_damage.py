"""Damage in the cache: found, said, and made good by the same run."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from eventyard import pythons
from eventyard.errors import EventyardError
from eventyard.packaging import Platform

from .conftest import APP, put

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard.packaging import Manifest

    Make = Callable[..., Manifest]


def artefact(manifest: Manifest) -> Path:
    file = manifest.handlers["shop/sell"].file
    assert file is not None
    return file


def flipped(content: bytes) -> bytes:
    # In the middle of the packed bytes of the first member, which the directory at the end says nothing of.
    at = 80
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: content[: len(content) // 2], id="cut_off"),
        pytest.param(flipped, id="flipped_bit"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda content: b"\0" * len(content), id="zeros"),
    ],
)
def test_a_damaged_artefact_is_said_and_made_anew(make: Make, damage: Callable[[bytes], bytes]) -> None:
    file = artefact(make())
    whole = file.read_bytes()
    assert damage(whole) != whole
    file.write_bytes(damage(whole))
    said: list[str] = []
    again = make(say=said.append)
    assert artefact(again).read_bytes() == whole
    assert not again.handlers["shop/sell"].reused
    (line,) = said
    assert str(file) in line
    assert "made anew" in line


def test_a_sound_artefact_of_another_date_is_proven_once_and_reused(make: Make) -> None:
    file = artefact(make())
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content)  # as when a cache is brought from somewhere else
    said: list[str] = []
    for _ in range(2):
        assert make(say=said.append).handlers["shop/sell"].reused
    assert said == []


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"version": 9}'])
def test_a_recipe_that_says_nothing_is_written_anew(make: Make, tmp_path: Path, text: str) -> None:
    whole = artefact(make()).read_bytes()
    (recipe,) = (tmp_path / "cache/recipes").iterdir()
    recipe.write_text(text)
    assert artefact(make()).read_bytes() == whole
    assert json.loads(recipe.read_text())["file"]
    assert make().handlers["shop/sell"].reused


def test_a_recipe_of_another_version_of_the_kit_is_no_error(make: Make, tmp_path: Path) -> None:
    make()
    (recipe,) = (tmp_path / "cache/recipes").iterdir()
    recipe.write_text(json.dumps(json.loads(recipe.read_text()) | {"told by a later kit": 1}))
    assert not make().handlers["shop/sell"].reused
    assert make().handlers["shop/sell"].reused


def test_what_the_runtime_s_python_cannot_compile_is_refused(make: Make, root: Path) -> None:
    """A Python that knows less than this one: its compiler returns nothing for the file."""
    put(root, {"shop/_shared/text.py": "def upper(value):\n    return value.upper()\n\n\ntype Word = str\n"})
    older = pythons.recall("3.11", Path("build")) or shutil.which("python3.11")
    if sys.version_info < (3, 12) or older is None:
        pytest.skip("takes this Python and an older one than 3.12")
    with pytest.raises(EventyardError, match=r"Python 3\.11 can't compile it") as refused:
        make(platform=Platform("3.11", "x86_64"), interpreter=Path(older))
    assert refused.value.where == str(root / "shop/_shared/text.py")
    assert f"`{older} -m py_compile" in (refused.value.fix or "")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("return 1", "outside function"),
        ("nonlocal x", "at module level"),
        ("def f(a, a): ...", "duplicate"),
    ],
)
@pytest.mark.parametrize("bytecode", [True, False])
def test_what_parses_and_does_not_compile_is_refused_with_its_line(
    make: Make, root: Path, line: str, says: str, bytecode: bool
) -> None:
    put(root, {"shop/sell/app.py": f"{APP}\n\n{line}\n"})
    number = f"{APP}\n\n{line}\n".splitlines().index(line) + 1
    with pytest.raises(EventyardError, match=f"Syntax error: .*{says}") as refused:
        make(bytecode=bytecode)
    assert refused.value.where == f"{root / 'shop/sell/app.py'}:{number}"
