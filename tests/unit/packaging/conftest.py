from __future__ import annotations

import base64
import hashlib
import shutil
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from eventyard import tools
from eventyard.packaging import Manifest, Platform, package

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LAMBDA = Platform(f"3.{sys.version_info.minor}", "x86_64")
PYTHON = Path(sys.executable)

APP = """
from shop._shared import text


def handler(event, context):
    return text.upper(event)
"""
TEXT = """
def upper(value):
    return value.upper()
"""


@pytest.fixture(scope="session")
def uv() -> Path:
    found = shutil.which("uv")
    if found:
        return Path(found)
    return tools.uv(Path(__file__).parents[3] / "build")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An import root with one function and what it shares."""
    folder = tmp_path / "handlers"
    put(folder, {"shop/sell/app.py": APP, "shop/_shared/text.py": TEXT, "shop/_shared/unused.py": "X = 1\n"})
    return folder


@pytest.fixture
def make(root: Path, tmp_path: Path, uv: Path) -> Callable[..., Manifest]:
    """Package `shop/sell`, unless told otherwise."""

    def run(**changes: Any) -> Manifest:
        arguments: dict[str, Any] = {
            "functions": ["shop/sell"],
            "platform": LAMBDA,
            "cache": tmp_path / "cache",
            "uv": uv,
            "strict": True,
            "interpreter": PYTHON,
        }
        arguments.update(changes)
        return package(arguments.pop("source", root), **arguments)

    return run


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is uv's only index."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    settings = tmp_path / "uv.toml"
    settings.write_text(f'no-index = true\nfind-links = ["{folder}"]\n')
    monkeypatch.setenv("UV_CONFIG_FILE", str(settings))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    monkeypatch.setenv("UV_LINK_MODE", "copy")
    return folder


def put(folder: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def wheel(
    folder: Path, name: str, *, tag: str = "py3-none-any", files: Mapping[str, str] | None = None, **metadata: str
) -> str:
    """Write a wheel of version 1.0 and return its locked requirement."""
    info = f"{name}-1.0.dist-info"
    extra = "".join(f"{key.replace('_', '-')}: {value}\n" for key, value in metadata.items())
    members = {
        **(files or {f"{name}/__init__.py": "VALUE = 1\n"}),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{extra}",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    rows = [f"{path},{_record(content)},{len(content.encode())}\n" for path, content in members.items()]
    members[f"{info}/RECORD"] = "".join(rows) + f"{info}/RECORD,,\n"
    path = folder / f"{name}-1.0-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def _record(content: str) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).rstrip(b"=").decode()


def names(manifest: Manifest, function: str = "shop/sell") -> list[str]:
    with zipfile.ZipFile(manifest.handlers[function].filename) as archive:
        return archive.namelist()
