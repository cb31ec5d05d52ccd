from __future__ import annotations

import fcntl
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.unit.packaging.running import APP, members, out, packaged

from .conftest import put

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    Package = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def functions(tmp_path: Path) -> Path:
    put(tmp_path, {"functions/one/app.py": APP, "functions/two/app.py": APP + "\n", "functions/README.md": "#"})
    return tmp_path / "functions"


@pytest.fixture
def package(tmp_path: Path, uv: Path) -> Package:
    return partial(packaged, tmp_path, uv)


@pytest.mark.parametrize("how", ["edited", "truncated", "removed", "dated", "linked"])
def test_what_somebody_did_to_a_zip_is_put_right(functions: Path, package: Package, tmp_path: Path, how: str) -> None:
    package()
    file = tmp_path / "build/package/one.zip"
    whole = file.read_bytes()
    match how:
        case "edited":
            file.write_bytes(whole[:-1] + b"x")
        case "truncated":
            file.write_bytes(whole[:50])
        case "removed":
            file.unlink()
        case "dated":
            file.touch()
        case _:
            (tmp_path / "mine.zip").write_bytes(whole)
            file.unlink()
            file.symlink_to(tmp_path / "mine.zip")
    package()
    assert file.read_bytes() == whole
    assert not file.is_symlink()


def test_a_zip_is_right_whatever_the_manifest_says(functions: Path, package: Package, tmp_path: Path) -> None:
    """A run that is killed between the two leaves a manifest that is older than the zips, and perhaps of equal size."""
    (functions / "one/data.bin").write_bytes(bytes(range(256)))
    package()
    old = (tmp_path / "build/package/manifest.json").read_bytes()
    first = (tmp_path / "build/package/one.zip").read_bytes()
    (functions / "one/data.bin").write_bytes(bytes(range(255, -1, -1)))
    package()
    second = (tmp_path / "build/package/one.zip").read_bytes()
    assert second != first
    assert len(second) == len(first)
    (tmp_path / "build/package/manifest.json").write_bytes(old)
    (functions / "one/data.bin").write_bytes(bytes(range(256)))
    package()
    assert (tmp_path / "build/package/one.zip").read_bytes() == first


def test_what_a_killed_run_left_is_taken_away_and_hidden_files_of_others_stay(
    functions: Path, package: Package, tmp_path: Path
) -> None:
    put(
        tmp_path / "build/package",
        {".one.zip.12.eventyard-partial": "half", ".manifest.json.1-23": "half", ".keep": "", ".zip.partial": ""},
    )
    package()
    assert sorted(out(tmp_path)) == [".keep", ".zip.partial", "manifest.json", "one.zip", "two.zip"]


def test_two_runs_never_put_zips_into_one_folder_at_once(functions: Path, package: Package, tmp_path: Path) -> None:
    place = tmp_path / "build/package"
    place.mkdir(parents=True)
    held = os.open(place, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(package)
        while not (tmp_path / "build/cache/recipes").is_dir() and not running.done():
            time.sleep(0.01)
        with pytest.raises(TimeoutError):
            running.result(timeout=0.5)
        assert list(place.iterdir()) == []
        os.close(held)
        running.result(timeout=60)
    assert sorted(out(tmp_path)) == ["manifest.json", "one.zip", "two.zip"]


FULL = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
"""


@pytest.mark.parametrize(("known", "what"), [(True, "can't be put there"), (False, "can't be made")])
def test_a_full_disk_leaves_what_was_there(
    functions: Path, package: Package, tmp_path: Path, known: bool, what: str
) -> None:
    """As a disk would, the process may write no more than so much into a file."""
    package()
    before = out(tmp_path)
    (functions / "two/data.bin").write_bytes(os.urandom(200_000))
    if known:  # the cache has it, so that it fails as it is put in its place
        package("--out", "elsewhere")
    done = package(code=1, before=FULL)
    assert what in done.stderr.splitlines()[0]
    assert "File too large" in done.stderr
    assert out(tmp_path) == before
    assert list((tmp_path / "build/cache/partial").iterdir()) == []
    package()
    assert members(tmp_path / "build/package/two.zip") == ["app.py", "data.bin"]


def test_a_function_that_is_gone_takes_its_zip_along_and_nothing_else_goes(
    functions: Path, package: Package, tmp_path: Path
) -> None:
    put(functions, {"three/app.py": APP, "four/app.py": APP})
    package()
    place = tmp_path / "build/package"
    put(place, {"mine.txt": "", "mine.zip": "", "sub/one.zip": "", "five.cdx.json": ""})
    (place / "four.zip").write_text("put here by somebody since")
    for name in ("two", "three", "four"):
        (functions / name / "app.py").unlink()
        (functions / name).rmdir()
    package()
    assert sorted(file.name for file in place.iterdir()) == [
        "five.cdx.json",
        "four.zip",
        "manifest.json",
        "mine.txt",
        "mine.zip",
        "one.zip",
        "sub",
    ]
    assert (place / "four.zip").read_text() == "put here by somebody since"


def test_a_manifest_never_leads_to_files_elsewhere(functions: Path, package: Package, tmp_path: Path) -> None:
    """A project's manifest names files in the cache; one that somebody made may name anything."""
    package()
    file = tmp_path / "build/package/manifest.json"
    document = json.loads(file.read_text())
    victim = tmp_path / "victim.zip"
    for name in ("victim", "../../victim"):
        victim.write_text("x")
        os.utime(victim, (400_000_000, 400_000_000))
        document["handlers"][name] = document["handlers"]["one"] | {"filename": "../../victim.zip"}
        file.write_text(json.dumps(document))
        package()
        assert victim.exists()


def test_a_manifest_that_is_none_only_loses_what_it_knew(functions: Path, package: Package, tmp_path: Path) -> None:
    package()
    before = out(tmp_path)
    for text in ("", "{", "[]", '{"version": 1}', '{"version": 99, "handlers": {}}'):
        (tmp_path / "build/package/manifest.json").write_text(text)
        package()
        assert out(tmp_path)["one.zip"] == before["one.zip"]
        assert out(tmp_path)["manifest.json"][0] == before["manifest.json"][0]
