"""Reads `eventyard.toml`, and refuses what can't be right before anything runs."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic import BaseModel, ValidationError

from .errors import ConfigError, nearest
from .models import Environment, Settings, model_fields
from .order import check_references

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic_core import ErrorDetails

FILE: Final = "eventyard.toml"
_FILLED_IN: Final = {"name", "root", "copy_of"}
"""What the kit sets itself: an environment's name is its table's heading, the root is the file's folder."""


def find_root(start: Path | None = None) -> Path:
    """Return the folder of the `eventyard.toml` nearest above `start`, or `start` when there is none."""
    here = (start or Path.cwd()).resolve()
    return next((folder for folder in (here, *here.parents) if (folder / FILE).is_file()), here)


def load(root: Path) -> Settings:
    """Read the settings of the project in `root`.

    An empty or absent file means one environment, `local`, with every default.

    Raises
    ------
    ConfigError
        A key is unknown (names the nearest right one), a value has the wrong type or form, a reference leads nowhere.
    """
    file = root / FILE
    try:
        document: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"`{FILE}` is not valid TOML: {error}", where=str(file), fix="mend the line and run again"
        ) from error
    if "root" in document:
        raise ConfigError("Unknown key `root`", where=f"{FILE}: root", fix="the project's root is this file's folder")
    settings = _validate({**document, "root": root.resolve(), "environments": _named(document)})
    _check_stacks(settings)
    check_references(settings)
    return settings


def _named(document: Mapping[str, Any]) -> Any:
    """Give every environment its name; `local` is always there."""
    environments = document.get("environments", {})
    if not isinstance(environments, dict):
        return environments
    for name, environment in environments.items():
        for key in ("name", "copy_of"):
            if isinstance(environment, dict) and key in environment:
                raise ConfigError(
                    f"Unknown key `{key}`",
                    where=f"{FILE}: environments.{name}.{key}",
                    fix="the table's heading names the environment; leave the key out",
                )
    named = {
        name: {**environment, "name": name} if isinstance(environment, dict) else environment
        for name, environment in environments.items()
    }
    return {"local": {"name": "local"}, **named}


def _validate(document: Mapping[str, Any]) -> Settings:
    try:
        return Settings.model_validate(document)
    except ValidationError as error:
        raise _explain(error.errors()[0]) from error


def _explain(problem: ErrorDetails) -> ConfigError:
    path = [part for part in problem["loc"] if not _is_union_branch(part)]
    where = f"{FILE}: {'.'.join(str(part) for part in path) or 'top level'}"
    if problem["type"] == "extra_forbidden":
        known = set(_fields_at(Settings, path[:-1])) - (_FILLED_IN if path[0] != "project" else set())
        return ConfigError(f"Unknown key `{path[-1]}`", where=where, fix=nearest(str(path[-1]), known))
    value = problem["input"]
    shown = f", not `{value!r}`" if isinstance(value, str | int | float | bool) else ""
    message = problem["msg"].removeprefix("Value error, ")
    return ConfigError(f"{message[:1].upper()}{message[1:]}{shown}", where=where, fix="mend the value and run again")


def _is_union_branch(part: object) -> bool:
    """Pydantic puts the names of a union's branches into the path of an error; toml knows none of them."""
    return isinstance(part, str) and (part.startswith("function-") or part in {"Reference", "json-any"})


def _fields_at(model: type[BaseModel], path: Sequence[object]) -> dict[str, Any]:
    """Follow `path` through models and maps of models to the keys that may be set there."""
    fields: dict[str, Any] = model_fields(model)
    in_map: type[BaseModel] | None = None
    for part in path:
        if in_map is not None:
            fields, in_map = model_fields(in_map), None
            continue
        found = fields.get(str(part))
        nested = _model_in(found.annotation) if found else None
        if found is None or nested is None:
            return {}
        if _is_map(found.annotation):
            in_map, fields = nested, {}
        else:
            fields = model_fields(nested)
    return fields


def _is_map(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) is dict


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _check_stacks(settings: Settings) -> None:
    """Refuse settings of stacks that don't exist, when any exist at all."""
    names = settings.stack_names()
    for environment in settings.environments.values():
        for stack in environment.stacks:
            if names and stack not in names:
                raise ConfigError(
                    f"There is no stack `{stack}`",
                    where=f"{FILE}: environments.{environment.name}.stacks.{stack}",
                    fix=nearest(stack, names),
                )


__all__ = ["FILE", "Environment", "find_root", "load"]
