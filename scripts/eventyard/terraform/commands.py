"""Argument lists for Terraform, through python-terraform's command builder and nothing else of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from python_terraform import IsFlagged
from python_terraform import Terraform as Builder

if TYPE_CHECKING:
    from pathlib import Path

FLAG: Any = IsFlagged
"""An option without a value."""


class Commands:
    """Builds command lines for one Terraform binary.

    The wrapper's own ways to run them are unsafe on Terraform 1.x, so it never gets that far: it has no working
    directory, no variables and no state, and a dict, which it would write to a temporary file, is refused.

    Parameters
    ----------
    binary
        The program: Terraform or OpenTofu.
    """

    def __init__(self, binary: Path) -> None:
        self._builder = Builder(working_dir="/nonexistent", terraform_bin_path=str(binary))

    def build(self, command: str, *arguments: str, **options: str | int | bool | list[str] | None) -> list[str]:
        """Return the argument list of `command`; options come before arguments, as Terraform wants them.

        Examples
        --------
        >>> Commands(Path("terraform")).build("apply", "x.tfplan", json=FLAG, input=False)
        ['terraform', 'apply', '-json', '-input=false', 'x.tfplan']
        """
        for name, value in options.items():
            if isinstance(value, dict):
                raise TypeError(f"`{name}` is a dict, which would become a temporary file")
        return cast("list[str]", self._builder.generate_cmd_string(command, *arguments, **options))
