"""Settings from the environment, complete or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ec2_control._shared.instances import Tag

if TYPE_CHECKING:
    from collections.abc import Mapping


class MissingSettingsError(RuntimeError):
    """Names every setting the environment lacks, so that one look mends them all."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"not set in the environment: {', '.join(names)}")


def required(environment: Mapping[str, str], *names: str) -> tuple[str, ...]:
    """Return the values of `names`, in their order.

    Raises
    ------
    MissingSettingsError
        One or more are absent or empty; names all of them.
    """
    missing = [name for name in names if not environment.get(name)]
    if missing:
        raise MissingSettingsError(missing)
    return tuple(environment[name] for name in names)


def opt_in(environment: Mapping[str, str]) -> tuple[Tag, str]:
    """Return the tag that opts an instance in, and the key of the mark a scheduled stop leaves."""
    key, value, mark = required(environment, "OPT_IN_TAG_KEY", "OPT_IN_TAG_VALUE", "MARK_TAG_KEY")
    return Tag(key, value), mark
