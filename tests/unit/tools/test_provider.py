from __future__ import annotations

from pathlib import Path

import pytest

from eventyard.tools import PROVIDER_VERSION, machine, provider_mirror, terraform_environment


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "mirror"
    (place / "registry.terraform.io/hashicorp/aws" / PROVIDER_VERSION / machine.system()).mkdir(parents=True)
    monkeypatch.setenv("TF_PLUGIN_DIR", str(place))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return place


def test_a_named_mirror_comes_first(mirror: Path) -> None:
    assert provider_mirror() == mirror


def test_a_mirror_with_another_version_is_not_one(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventyard.tools.provider.PROVIDER_VERSION", "9.9.9")
    assert provider_mirror() is None


def test_a_configuration_that_names_no_file_is_replaced(
    mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(tmp_path / "absent"))
    written = Path(terraform_environment(tmp_path / "build")["TF_CLI_CONFIG_FILE"])
    assert str(mirror) in written.read_text()
    assert written.is_relative_to(tmp_path / "build")


def test_the_users_own_configuration_wins(mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own.rc"
    own.write_text("")
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(own))
    assert "TF_CLI_CONFIG_FILE" not in terraform_environment(tmp_path / "build")


def test_the_collector_comes_less_often_unless_somebody_said_how_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOGC", raising=False)
    assert terraform_environment(tmp_path)["GOGC"] == "400"
    monkeypatch.setenv("GOGC", "100")
    assert terraform_environment(tmp_path)["GOGC"] == "100"
