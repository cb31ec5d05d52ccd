"""Functions with locked dependencies, and what is installed for them."""

from __future__ import annotations

import io
import itertools
import tarfile
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.packaging.conftest import PYTHON, put

from eventyard.packaging import Platform
from eventyard.packaging.archives.wheel import Wheel
from eventyard.packaging.cache import Cache
from eventyard.packaging.dependencies import install as installed

if TYPE_CHECKING:
    from pathlib import Path

Install = Callable[..., dict[str, tuple[Wheel, ...]]]
LAMBDA = Platform("3.13", "x86_64")


def installer(tmp_path: Path, uv: Path, said: list[str]) -> Install:
    """Give the wheels of the functions in `tmp_path/fn`, by their names."""

    def run(*names: str, **changes: Any) -> dict[str, tuple[Wheel, ...]]:
        arguments: dict[str, Any] = {
            "platform": LAMBDA,
            "cache": Cache(tmp_path / "cache"),
            "uv": lambda: uv,
            "interpreter": lambda: PYTHON,
            "strict": True,
            "from_source": frozenset(),
            "say": said.append,
        }
        folders = [tmp_path / "fn" / name for name in names]
        found = installed.install(folders, **{**arguments, **changes})
        assert list(found) == folders
        for one in itertools.chain.from_iterable(found.values()):
            assert sha256(one.path(arguments["cache"]).read_bytes()).hexdigest() == one.sha256
        return {folder.name: wheels for folder, wheels in found.items()}

    return run


def function(tmp_path: Path, name: str, **files: str) -> Path:
    folder = tmp_path / "fn" / name
    names = {"lock": "requirements.txt", "source": "requirements.in", "project": "pyproject.toml", "uv": "uv.lock"}
    put(folder, {names.get(key, key): text for key, text in files.items()})
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sdist(folder: Path, name: str, *, tag: str = "py3-none-any") -> str:
    """Write a source distribution whose own backend builds a wheel without any other package; return its lock."""
    backend = (
        "import os, zipfile\n"
        "def build_wheel(folder, config_settings=None, metadata_directory=None):\n"
        f"    name = '{name}-1.0-{tag}.whl'\n"
        "    with zipfile.ZipFile(os.path.join(folder, name), 'w') as archive:\n"
        f"        archive.writestr('{name}.py', 'VALUE = ' + os.environ['SOURCE_DATE_EPOCH'])\n"
        f"        archive.writestr('{name}-1.0.dist-info/METADATA', "
        f"'Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n')\n"
        f"        archive.writestr('{name}-1.0.dist-info/WHEEL', "
        f"'Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: {tag}\\n')\n"
        f"        archive.writestr('{name}-1.0.dist-info/RECORD', '')\n"
        "    return name\n"
    )
    members = {
        "PKG-INFO": f"Metadata-Version: 2.2\nName: {name}\nVersion: 1.0\n",
        "pyproject.toml": "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"
        f"[project]\nname = '{name}'\nversion = '1.0'\n",
        "backend.py": backend,
    }
    path = folder / f"{name}-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for member, text in members.items():
            info = tarfile.TarInfo(f"{name}-1.0/{member}")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return f"{name}==1.0 --hash=sha256:{sha256(path.read_bytes()).hexdigest()}\n"


def no_uv() -> Path:
    pytest.fail("uv was asked for")
