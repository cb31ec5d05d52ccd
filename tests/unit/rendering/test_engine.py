from __future__ import annotations

import json
from typing import TYPE_CHECKING

import hcl2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventyard.rendering import Engine, RenderingError
from eventyard.rendering.engine import hcl

if TYPE_CHECKING:
    from pathlib import Path


def engine(folder: Path, **templates: str) -> Engine:
    for name, text in templates.items():
        (folder / name.replace("__", ".")).write_text(text)
    return Engine([folder])


def test_a_missing_value_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(RenderingError, match="'x' is undefined"):
        engine(tmp_path, a__txt__j2="{{ x }}").render("a.txt.j2", {})


@pytest.mark.parametrize(("name", "text"), [("a__tf__j2", "module {{ x }} {"), ("a__json__j2", '{"a": {{ x }}')])
def test_what_does_not_parse_is_never_returned(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(RenderingError, match="not valid"):
        engine(tmp_path, **{name: text}).render(name.replace("__", "."), {"x": "y"})


def test_a_template_with_a_fault_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(RenderingError) as refused:
        engine(tmp_path, a__txt__j2="fine\n{% if %}").render("a.txt.j2", {})
    assert (refused.value.where or "").endswith("a.txt.j2:2")


def test_the_first_folder_that_has_a_template_wins(tmp_path: Path) -> None:
    own, kit = tmp_path / "own", tmp_path / "kit"
    for folder in (own, kit):
        folder.mkdir()
        (folder / "a.txt").write_text(folder.name)
    (kit / "b.txt").write_text("kit's b")
    both = Engine([own, kit])
    assert (both.render("a.txt", {}), both.render("b.txt", {})) == ("own", "kit's b")


def test_html_is_escaped_and_scripts_can_take_json(tmp_path: Path) -> None:
    made = engine(tmp_path, a__html__j2="<p>{{ x }}</p>").render("a.html.j2", {"x": "<script>"})
    assert made == "<p>&lt;script&gt;</p>"


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=30))
def test_any_text_survives_as_an_hcl_literal(text: str) -> None:
    read = hcl2.loads(f"locals {{\n  x = {hcl(text)}\n}}\n")["locals"][0]["x"]
    assert json.loads(read) == text
