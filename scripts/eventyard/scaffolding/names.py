"""What a new thing may be called."""

from __future__ import annotations

import keyword
import re
import sys
from typing import Final

from eventyard.errors import EventyardError

LIMIT: Final = 30
"""Longest name: physical names are made of the stack's, the environment's and a module's own."""

_HYPHENS: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_UNDERSCORES: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_TAKEN: Final = frozenset({"aws_lambda_powertools", "boto3", "botocore", "eventyard", "test", "tests"})
"""Packages a stack's handlers would hide, beside those Python lists as its own."""


class NameRefusedError(EventyardError):
    """The name can't be one; names the nearest that can."""


def hyphened(name: str, what: str) -> str:
    """Return the name of a module or a stack, which has hyphens: `order-events`.

    Raises
    ------
    NameRefusedError
        It has other letters, or is too long.
    """
    if not _HYPHENS.fullmatch(name) or len(name) > LIMIT:
        raise NameRefusedError(
            f"`{name}` is no name for a {what}",
            where=f"eventyard new {what} {name}",
            fix=f"take lower-case letters, digits and single hyphens, a letter first, {LIMIT} at most"
            + _near(name, "-"),
        )
    return name


def package_of(stack: str) -> str:
    """Return the name of the Python package that holds a stack's handlers.

    Raises
    ------
    NameRefusedError
        Python, or a package it has, is called so: an import would find the wrong one.
    """
    package = stack.replace("-", "_")
    if keyword.iskeyword(package) or package in sys.stdlib_module_names | _TAKEN:
        raise NameRefusedError(
            f"The handlers of a stack `{stack}` would be the Python package `{package}`, which there is already",
            where=f"eventyard new stack {stack}",
            fix=f"name it otherwise, such as `{stack}-events`",
        )
    return package


def underscored(name: str) -> str:
    """Return the name of a function, which is a Python package's: `send_email`.

    Raises
    ------
    NameRefusedError
        It has other letters, is too long, or a word of Python's.
    """
    if not _UNDERSCORES.fullmatch(name) or len(name) > LIMIT or keyword.iskeyword(name):
        raise NameRefusedError(
            f"`{name}` is no name for a handler",
            where=f"eventyard new handler {name}",
            fix=f"take lower-case letters, digits and single underscores, a letter first, {LIMIT} at most"
            + _near(name, "_"),
        )
    return name


def _near(name: str, between: str) -> str:
    """Return advice that names what was most likely meant, if anything is left of it."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()
    words = re.sub(r"[^a-z0-9]+", " ", apart).split()
    near = between.join(words).lstrip("0123456789_-")[:LIMIT].rstrip(between)
    if keyword.iskeyword(near):
        near = f"{near}{between}it"
    return f": `{near}`" if near and near != name else ""
