"""Jinja2 with `StrictUndefined`, and a parser for everything that has a grammar."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import hcl2
import jinja2

from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class RenderingError(EventyardError):
    """A template, or what came out of it, is wrong; nothing was written."""


def hcl(value: Any) -> str:
    r"""Return `value` as an HCL literal: JSON, with what HCL would take for a template escaped.

    Examples
    --------
    >>> hcl("${oops}")
    '"$\u007boops}"'
    """
    # The brace goes by its number: HCL's own escapes, `$${` and `%%{`, are read by Terraform but not by every parser.
    return json.dumps(value, ensure_ascii=False).replace("${", "$\\u007b").replace("%{", "%\\u007b")


class Engine:
    """Renders templates from the first of several folders that has them.

    Parameters
    ----------
    folders
        Where templates are looked for, the project's own before the kit's.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader([str(folder) for folder in folders]),
            undefined=jinja2.StrictUndefined,
            autoescape=jinja2.select_autoescape(("html", "html.j2", "xml", "xml.j2", "svg.j2")),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters["hcl"] = hcl

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """Return the text of `template`, parsed as what its name says it is.

        Raises
        ------
        RenderingError
            A value is missing, the template has a fault, or its text is not what its name promises.
        """
        try:
            text = self._environment.get_template(template).render(values)
        except jinja2.TemplateNotFound as error:
            raise RenderingError(f"There is no template `{error.name}`", where=template) from error
        except jinja2.UndefinedError as error:
            raise RenderingError(
                f"The template asks for what isn't there: {error.message}",
                where=template,
                fix="give the value, or take it out of the template",
            ) from error
        except jinja2.TemplateSyntaxError as error:
            raise RenderingError(
                f"The template has a fault: {error.message}", where=f"{error.filename}:{error.lineno}"
            ) from error
        check(template.removesuffix(".j2"), text)
        return text


def check(name: str, text: str) -> None:
    """Parse `text` as the format the end of `name` stands for; other names pass."""
    try:
        if name.endswith(".tf"):
            hcl2.loads(text)
        elif name.endswith(".json"):
            json.loads(text)
    except Exception as error:
        # The grammar's library has many exceptions of its own, and each means the same to a person.
        raise RenderingError(
            f"What was rendered is not valid {'HCL' if name.endswith('.tf') else 'JSON'}: {_first_line(error)}",
            where=name,
            fix="mend the template or the value it was given",
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
