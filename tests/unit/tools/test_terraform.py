"""Terraform is fetched from a local server, and refused when it is not what was pinned."""

from __future__ import annotations

import functools
import hashlib
import http.server
import threading
import zipfile
from typing import TYPE_CHECKING

import pytest

from eventyard.errors import EventyardError
from eventyard.tools import machine, terraform, terraform_version
from eventyard.tools.terraform import PINNED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = '#!/bin/sh\necho \'{"terraform_version": "%s"}\'\n'


@pytest.fixture
def releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A server that holds one release, and a PATH with no Terraform on it."""
    folder = tmp_path / "releases"
    archive = folder / PINNED / f"terraform_{PINNED}_{machine.system()}.zip"
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("LICENSE.txt", "licence")
        members.writestr("terraform", PROGRAM % PINNED)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("EVENTYARD_TERRAFORM_RELEASES", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr("shutil.which", lambda name: None)
    yield archive
    server.shutdown()
    server.server_close()


def pin(monkeypatch: pytest.MonkeyPatch, digest: str) -> None:
    monkeypatch.setitem(terraform.__globals__["SHA256"], machine.system(), digest)


def test_the_pinned_release_is_fetched_once(releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pin(monkeypatch, hashlib.sha256(releases.read_bytes()).hexdigest())
    binary = terraform("terraform", tmp_path / "build")
    assert terraform_version(binary) == tuple(int(n) for n in PINNED.split("."))
    releases.unlink()
    assert terraform("terraform", tmp_path / "build") == binary


def test_another_hash_is_refused_and_leaves_nothing(releases: Path, tmp_path: Path) -> None:
    with pytest.raises(EventyardError, match="the download is not Terraform") as error:
        terraform("terraform", tmp_path / "build")
    assert "do not use it" in (error.value.fix or "")
    assert not [path for path in (tmp_path / "build").rglob("*") if path.is_file()]


def test_an_unreachable_server_names_the_address(
    releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases.unlink()
    with pytest.raises(EventyardError, match="could not be fetched") as error:
        terraform("terraform", tmp_path / "build")
    assert str(PINNED) in (error.value.where or "")


def test_an_old_terraform_is_passed_over(releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "old-terraform"
    old.write_text(PROGRAM % "1.5.7")
    old.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name: str(old))
    pin(monkeypatch, hashlib.sha256(releases.read_bytes()).hexdigest())
    assert terraform("terraform", tmp_path / "build") != old


def test_another_binary_by_name_is_never_replaced_by_a_download(releases: Path, tmp_path: Path) -> None:
    with pytest.raises(EventyardError, match="`tofu` is missing or older"):
        terraform("tofu", tmp_path / "build")
