"""The bench's package index, asked by the programs that will ask it."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest
from tests.bench import index

from eventyard import tools

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{more}"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def wheel(folder: Path, name: str, more: str = "") -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    files = {
        f"{name}.py": f"NAME = '{name}'\n",
        f"{name}-1.0.dist-info/METADATA": METADATA.format(name=name.replace("_", "-"), more=more),
        f"{name}-1.0.dist-info/WHEEL": WHEEL,
    }
    record = "".join(f"{file},,\n" for file in [*files, f"{name}-1.0.dist-info/RECORD"])
    with zipfile.ZipFile(path, "w") as written:
        for file, text in {**files, f"{name}-1.0.dist-info/RECORD": record}.items():
            written.writestr(file, text)
    return path


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel(wheels, "corner_shop", "Requires-Dist: till\n")
    wheel(wheels, "till")
    with index.serve(wheels) as served:
        yield served


def test_uv_installs_from_it_with_hashes(address: str, tmp_path: Path) -> None:
    locked = "".join(
        f"{path.name.split('-')[0]}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"
        for path in (tmp_path / "wheels").iterdir()
    )
    (tmp_path / "lock.txt").write_text(locked)
    done = subprocess.run(
        [
            *(tools.uv(ROOT / "build"), "pip", "install", "--no-config", "--default-index", address),
            *("--require-hashes", "--python", sys.executable, "--target", tmp_path / "target"),
            *("-r", tmp_path / "lock.txt"),
        ],
        env={"PATH": os.defpath, "HOME": str(tmp_path), "UV_CACHE_DIR": str(tmp_path / "cache")},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert {"corner_shop.py", "till.py"} <= {path.name for path in (tmp_path / "target").iterdir()}


def ask(address: str, path: str = "", **headers: str) -> tuple[int, str, bytes]:
    """Return status, content type and body."""
    parts = urlsplit(urljoin(address, path))
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request("GET", parts.path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read()
    finally:
        connection.close()


def test_a_page_is_html_or_json_as_asked(address: str) -> None:
    status, kind, page = ask(address, "corner-shop/")
    assert (status, kind) == (200, "text/html; charset=utf-8")
    assert b"corner_shop-1.0-py3-none-any.whl#sha256=" in page
    status, kind, page = ask(address, "corner-shop", Accept=index.JSON)
    assert (status, kind) == (200, index.JSON)
    (file,) = json.loads(page)["files"]
    _, _, wheel = ask(f"{address}corner-shop/", file["url"])
    assert hashlib.sha256(wheel).hexdigest() == file["hashes"]["sha256"]
    _, _, metadata = ask(f"{address}corner-shop/", f"{file['url']}.metadata")
    assert b"Requires-Dist: till" in metadata
    assert hashlib.sha256(metadata).hexdigest() == file["core-metadata"]["sha256"]


def test_what_is_kept_is_asked_for_again_without_being_sent(address: str) -> None:
    _, _, page = ask(address, "till/")
    tag = f'"{hashlib.sha256(page).hexdigest()}"'
    assert ask(address, "till/", **{"If-None-Match": tag})[::2] == (304, b"")
    assert ask(address, "till/", **{"If-None-Match": '"another"'})[::2] == (200, page)


def test_what_is_not_there_is_said(address: str) -> None:
    assert ask(address, "nothing/")[0] == 404
    assert ask(address, "/files/nothing-1.0-py3-none-any.whl")[0] == 404
    assert ask(address, "/files/../index.py")[0] == 404
