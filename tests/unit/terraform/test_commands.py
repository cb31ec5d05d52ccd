from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eventyard.terraform.commands import FLAG, Commands

BUILD = Commands(Path("/opt/terraform")).build


@pytest.mark.parametrize(
    ("name", "arguments", "options", "wanted"),
    [
        ("apply", ("x.tfplan",), {"json": FLAG, "input": False}, ["apply", "-json", "-input=false", "x.tfplan"]),
        ("plan", (), {"out": "a b", "detailed_exitcode": FLAG}, ["plan", "-out=a b", "-detailed-exitcode"]),
        ("state pull", (), {}, ["state", "pull"]),
        ("init", (), {"lockfile": None, "backend": False}, ["init", "-backend=false"]),
        ("plan", (), {"target": ["a", "b"]}, ["plan", "-target=a", "-target=b"]),
    ],
)
def test_command_lines(name: str, arguments: tuple[str, ...], options: dict[str, Any], wanted: list[str]) -> None:
    assert BUILD(name, *arguments, **options) == ["/opt/terraform", *wanted]


def test_a_dict_never_becomes_a_temporary_file() -> None:
    with pytest.raises(TypeError, match="temporary file"):
        BUILD("plan", var={"a": "b"})  # type: ignore[arg-type]
