"""What `doctor` finds, and the one thing it says to do about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from eventyard import doctor
from eventyard.config import load

if TYPE_CHECKING:
    from pathlib import Path

AWS = """
[environments.dev]
target  = "aws"
account = "111111111111"
state   = { bucket = "states" }
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    stack = tmp_path / "terraform/stacks/jobs"
    stack.mkdir(parents=True)
    (stack / "main.tf").write_text("# nothing yet\n")
    (tmp_path / "eventyard.toml").write_text(AWS)
    return tmp_path


def examine(project: Path, environment: str = "local") -> dict[str, doctor.Check]:
    settings = load(project)
    return {check.name: check for check in doctor.examine(settings, settings.environment(environment))}


def test_a_sound_project_is_sound_throughout(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    checks = examine(project)
    assert all(check.ok for check in checks.values()), checks
    assert "jobs" in checks["configuration"].detail
    assert {"Terraform", "provider", "uv", "emulator's Python"} <= set(checks)


def test_a_project_without_stacks_is_told_where_they_go(tmp_path: Path) -> None:
    check = examine(tmp_path)["configuration"]
    assert not check.ok
    assert "project.stacks" in (check.fix or "")


def test_real_looking_credentials_are_not_for_a_local_target(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    check = examine(project)["credentials"]
    assert not check.ok
    assert "unset AWS_ACCESS_KEY_ID" in (check.fix or "")
    assert "EXAMPLE" not in check.detail


def test_aws_without_credentials_says_how_to_sign_in(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(project / "absent"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    check = examine(project, "dev")["credentials"]
    assert not check.ok
    assert "aws sso login" in (check.fix or "")


def test_a_full_disk_is_said_before_anything_fails_on_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "FREE_SPACE", 10**18)
    check = examine(project)["disk"]
    assert not check.ok
    assert check.fix == "free space on this disk"
