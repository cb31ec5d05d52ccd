"""`docs/configuration.md` names every key the models have, with the defaults they have, and its examples are read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from eventyard.config import load
from eventyard.config.models import Environment, Project, Reference, Settings, StackSettings, model_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

PAGE = Path(__file__).resolve().parents[3] / "docs/configuration.md"
MAPS = {Environment: "<name>", StackSettings: "<stack>"}
FILLED_IN = {"environments", "environments.<name>.name", "environments.<name>.copy_of", "project", "root"}
"""What the kit sets itself, and the two tables that are headings of the page."""


def model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := model_in(part))), None)


def keys(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model_fields(model).items():
        here = f"{path}{name}"
        yield here, field
        nested = model_in(field.annotation)
        if nested is Reference:
            yield from keys(nested, f"{here}.<input>.")
        elif nested is not None:
            yield from keys(nested, f"{here}.{MAPS[nested]}." if nested in MAPS else f"{here}.")


def default(field: FieldInfo) -> str:
    """Return a default as the page writes it."""
    if field.default_factory is not None:
        return "`{}`"
    value = field.default
    if value is PydanticUndefined:
        return "required"
    if value is None:
        return "none"
    if isinstance(value, BaseModel):
        return "`{}`"
    if isinstance(value, tuple):
        return f"`{json.dumps(list(value))}`"
    return f"`{json.dumps(value if isinstance(value, bool) else str(value))}`"


DECLARED = {key: field for key, field in keys(Settings) if key not in FILLED_IN}
ROW = re.compile(r"^\| `((?:project|environments)\.[^`]+)` \|.*\| ([^|]+) \|$", re.MULTILINE)
ROWS = dict(ROW.findall(PAGE.read_text(encoding="utf-8")))


def test_every_key_is_on_the_page_and_no_other() -> None:
    assert sorted(ROWS) == sorted(DECLARED)


@pytest.mark.parametrize("key", sorted(DECLARED))
def test_default_is_the_one_the_code_has(key: str) -> None:
    assert ROWS.get(key) == default(DECLARED[key])


@pytest.mark.parametrize("example", re.findall(r"^```toml\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL))
def test_example_is_read(example: str, tmp_path: Path) -> None:
    (tmp_path / "eventyard.toml").write_text(example, encoding="utf-8")
    assert load(tmp_path).environments


def test_walk_reaches_what_is_nested() -> None:
    assert {f"project.{name}" for name in Project.model_fields} <= set(DECLARED)
    assert "environments.<name>.stacks.<stack>.inputs.<input>.from" in DECLARED
    assert "environments.<name>.state.key_prefix" in DECLARED
