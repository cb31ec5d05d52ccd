"""Settings come from the environment, and a function that lacks one fails at init, not at its first request."""

from __future__ import annotations

import os
from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed import DataclassInstance

S = TypeVar("S", bound="DataclassInstance")


class MissingSettingsError(Exception):
    """Names every setting that is missing, so that one look mends them all."""


def read(kind: type[S], environment: Mapping[str, str] = os.environ) -> S:
    """Fill a dataclass of strings from the environment: field `table_name` from `TABLE_NAME`.

    Raises
    ------
    MissingSettingsError
        A name is absent or empty; lists all of them.
    """
    names = {field.name: field.name.upper() for field in fields(kind)}
    missing = sorted(name for name in names.values() if not environment.get(name))
    if missing:
        raise MissingSettingsError(f"missing in the function's environment: {', '.join(missing)}")
    return kind(**{field: environment[name] for field, name in names.items()})
