from __future__ import annotations

import tarfile
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from eventyard.packaging import Manifest, Platform
from eventyard.packaging.dependencies import DependencyError, NoFittingWheel

from .conftest import names, put, wheel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Manifest]


def test_wheels_are_lambdas_not_the_hosts(make: Make, root: Path, wheels: Path) -> None:
    """Two architectures from one lock: one of them is not this machine's."""
    lines = [
        wheel(wheels, "fast", tag=f"py3-none-manylinux_2_28_{machine}", files={"fast.py": f"M = '{machine}'\n"})
        for machine in ("x86_64", "aarch64")
    ]
    hashes = " ".join(line.split()[1] for line in lines)
    put(root, {"shop/sell/requirements.txt": f"fast==1.0 {hashes}\n"})
    for architecture, machine in (("x86_64", "x86_64"), ("arm64", "aarch64")):
        made = make(platform=Platform("3.13", architecture), interpreter=None).handlers["shop/sell"]
        with zipfile.ZipFile(made.filename) as archive:
            assert archive.read("fast.py").decode() == f"M = '{machine}'\n"
            assert not [name for name in archive.namelist() if name.endswith(("RECORD", "INSTALLER", ".lock"))]


@pytest.mark.parametrize(
    ("tag", "nearest"),
    [
        ("cp313-cp313-macosx_11_0_arm64", "macosx_11_0_arm64"),
        ("cp39-cp39-manylinux2014_x86_64", "cp39"),
        ("py3-none-manylinux_2_39_x86_64", "manylinux_2_39_x86_64"),
    ],
)
def test_a_dependency_without_a_fitting_wheel_is_named_with_the_nearest(
    make: Make, root: Path, wheels: Path, tag: str, nearest: str
) -> None:
    put(root, {"shop/sell/requirements.txt": "# first line\n" + wheel(wheels, "odd", tag=tag)})
    with pytest.raises(NoFittingWheel, match=rf"`odd` 1\.0 has no wheel .+ nearest is for `{nearest}`") as caught:
        make(platform=Platform("3.13", "x86_64"), interpreter=None)
    assert caught.value.where == f"{root / 'shop/sell/requirements.txt'}:2"


def test_a_dependency_that_is_source_only_is_named(make: Make, root: Path, wheels: Path) -> None:
    path = wheels / "raw-1.0.tar.gz"
    put(wheels / "raw-1.0", {"PKG-INFO": "Metadata-Version: 2.1\nName: raw\nVersion: 1.0\n", "setup.py": "boom"})
    with tarfile.open(path, "w:gz") as archive:
        archive.add(wheels / "raw-1.0", "raw-1.0")
    put(root, {"shop/sell/requirements.txt": f"raw==1.0 --hash=sha256:{sha256(path.read_bytes()).hexdigest()}\n"})
    with pytest.raises(NoFittingWheel, match=r"`raw` 1\.0 .* published as source only"):
        make()


def test_a_wheel_that_is_not_what_was_locked_is_refused(make: Make, root: Path, wheels: Path) -> None:
    wheel(wheels, "one")
    put(root, {"shop/sell/requirements.txt": f"one==1.0 --hash=sha256:{'0' * 64}\n"})
    with pytest.raises(DependencyError, match="Hash mismatch"):
        make()


def test_equal_locks_share_one_set_and_uv_is_not_asked_again(
    make: Make, root: Path, wheels: Path, tmp_path: Path
) -> None:
    line = wheel(wheels, "one")
    put(root, {"shop/buy/app.py": "import one\ndef handler(e, c): ...\n"})
    put(root, {"shop/buy/requirements.txt": line, "shop/sell/requirements.txt": f"# same\n{line}"})
    make(functions=["shop/sell", "shop/buy"])
    assert len(list((tmp_path / "cache/dependencies").iterdir())) == 1
    (root / "shop/buy/app.py").write_text("import one\ndef handler(e, c): return 1\n")
    assert "one/__init__.py" in names(make(functions=["shop/buy"], uv=tmp_path / "no-uv"), "shop/buy")


def test_console_scripts_stay_behind_and_programs_travel(make: Make, root: Path, wheels: Path) -> None:
    data = {
        "one/__init__.py": "",
        "one-1.0.data/scripts/run": "#!python\nprint()\n",
        "one-1.0.data/scripts/tool": "\x7fELF",
    }
    put(root, {"shop/sell/requirements.txt": wheel(wheels, "one", files=data)})
    found = names(make())
    assert "bin/tool" in found
    assert "bin/run" not in found
