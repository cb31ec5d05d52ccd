from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.config import Environment, Settings
from eventyard.console.output import NotConfirmedError
from eventyard.deployment import Deployment

from .conftest import FixedTarget, quiet

if TYPE_CHECKING:
    from pathlib import Path

AWS = {"target": "aws", "account": "111111111111", "state": {"bucket": "states"}}


def deployment(folder: Path, name: str, **environment: Any) -> Deployment:
    (folder / "terraform/stacks/jobs").mkdir(parents=True, exist_ok=True)
    (folder / "terraform/stacks/jobs/main.tf").write_text("")
    chosen = Environment.model_validate({"name": name, **environment})
    settings = Settings(root=folder, environments={name: chosen})
    build = folder / "build"
    return Deployment(settings, chosen, "jobs", build=build, console=quiet(), target=FixedTarget(chosen, build))


@pytest.mark.parametrize(
    ("name", "environment", "approve", "reviewed", "asks"),
    [
        ("local", {}, None, False, False),
        ("dev", AWS, None, False, True),
        ("dev", AWS, None, True, True),
        ("dev", AWS, True, False, False),
        ("prod", AWS, None, True, True),
        ("prod", AWS, True, False, True),
        ("prod", AWS, True, True, False),
        ("prod", {}, None, False, True),
    ],
)
def test_who_is_asked_before_an_apply(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    environment: dict[str, Any],
    approve: bool | None,
    reviewed: bool,
    asks: bool,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    here = deployment(tmp_path, name, **environment)
    if asks:
        with pytest.raises(NotConfirmedError):
            here._approve(approve, reviewed=reviewed)
    else:
        here._approve(approve, reviewed=reviewed)


def test_a_protected_environment_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    from eventyard.deployment.destroying import ProtectedError  # noqa: PLC0415

    with pytest.raises(ProtectedError):
        deployment(tmp_path, "prod", **AWS).destroy(approve=True)
    assert not (tmp_path / "build").exists()
