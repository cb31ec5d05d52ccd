"""The first thing a newcomer runs, on machines that lack something."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
NEEDED = ("sh", "cat", "cksum", "dirname", "mkdir", "rm", "mv", "env", "sleep", "sed", "head", "grep", "chmod")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files bootstrap.sh reads, and a PATH that holds nothing but the plainest programs."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/bootstrap.sh", folder / "scripts")
    shutil.copy(ROOT / "pyproject.toml", folder)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in NEEDED:
        found = shutil.which(name)
        assert found, name
        (programs / name).symlink_to(found)
    return folder


def bootstrap(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(checkout.parent / "bin"), "HOME": str(checkout.parent)}
    return subprocess.run(
        ["sh", "scripts/bootstrap.sh", *words],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def program(checkout: Path, name: str, text: str) -> None:
    path = checkout.parent / "bin" / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_without_python_and_uv_it_names_what_to_install(checkout: Path) -> None:
    result = bootstrap(checkout, "kit", "eventyard")
    assert result.returncode == 1
    assert "no Python 3.11 or later" in result.stderr
    assert "install `python3`" in result.stderr


def test_without_pip_and_uv_it_names_the_package(checkout: Path) -> None:
    # A Python that is new enough and has no pip, as Debian's python3 without python3-pip.
    program(checkout, "python3", f'case "$*" in *pip*) exit 1;; *print*) echo "{checkout.parent}/bin/python3";; esac')
    result = bootstrap(checkout, "kit", "eventyard")
    assert result.returncode == 1
    assert "`python3-pip`" in result.stderr


def test_an_unknown_environment_is_named(checkout: Path) -> None:
    result = bootstrap(checkout, "tests", "pytest")
    assert result.returncode == 1
    assert "no environment `tests`" in result.stderr


def test_a_fresh_environment_is_used_as_it_is(checkout: Path) -> None:
    text = b"".join(
        (checkout / name).read_bytes()
        for name in ("requirements/kit.txt", "pyproject.toml", "requirements/build.txt", "scripts/bootstrap.sh")
    )
    stamp = subprocess.run(["cksum"], input=text, capture_output=True, check=True).stdout.decode()
    folder = checkout / "build/envs/kit"
    (folder / "bin").mkdir(parents=True)
    (folder / "eventyard.stamp").write_text(stamp)
    tool = folder / "bin/eventyard"
    tool.write_text('#!/bin/sh\necho "called with $*"\n')
    tool.chmod(0o755)
    assert bootstrap(checkout, "kit", "eventyard", "plan").stdout == "called with plan\n"


def test_a_failed_installation_leaves_no_half_made_environment(checkout: Path) -> None:
    program(checkout, "uv", 'case "$1" in --version|venv) exit 0;; *) echo "no route" >&2; exit 2;; esac')
    program(checkout, "python3", f'case "$*" in *print*) echo "{checkout.parent}/bin/python3";; esac')
    result = bootstrap(checkout, "kit", "eventyard")
    assert result.returncode == 1
    assert "no route" in result.stderr
    assert "could not be made" in result.stderr
    assert not (checkout / "build/envs/kit").exists()
    assert not (checkout / "build/envs/.kit.lock").exists()


def test_the_script_is_posix(checkout: Path) -> None:
    shells = [shell for shell in ("dash", "sh", "bash") if shutil.which(shell)]
    for shell in shells:
        subprocess.run([shell, "-n", str(checkout / "scripts/bootstrap.sh")], check=True, env=dict(os.environ))
