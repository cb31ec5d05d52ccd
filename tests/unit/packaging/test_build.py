from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.errors import EventyardError
from eventyard.packaging import Manifest, Platform, limits
from eventyard.packaging.archives import archive
from eventyard.packaging.model import MANIFEST_VERSION

from .conftest import LAMBDA, PYTHON, names, put, wheel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from eventyard.packaging.archives.entries import Entry

    Make = Callable[..., Manifest]

TAG = sys.implementation.cache_tag


def made(manifest: Manifest) -> bytes:
    return manifest.handlers["shop/sell"].filename.read_bytes()


SCRIPT = f"""
import os, sys
from pathlib import Path
from eventyard.packaging import Platform, Toolbox
from eventyard.packaging.handlers import package
os.umask(int(sys.argv[4], 8))
tools = Toolbox(cache=Path(sys.argv[2]), uv=lambda: Path(sys.argv[3]), interpreter=lambda _: Path(sys.executable))
made = package(Path(sys.argv[1]), functions=['shop/sell'], platform=Platform({LAMBDA.python!r}, 'x86_64'),
    tools=tools, strict=True)
print(made.handlers['shop/sell'].hash, made.handlers['shop/sell'].filename)
"""


def start(source: Path, cache: Path, uv: Path, umask: str = "022", **environment: str) -> subprocess.Popen[bytes]:
    """Package `shop/sell` in a process of its own."""
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(source), str(cache), str(uv), umask],
        env={**os.environ, "PYTHONPATH": path, **environment},
        stdout=subprocess.PIPE,
    )


def result(process: subprocess.Popen[bytes]) -> tuple[str, bytes]:
    """Return the hash and the bytes of what it made."""
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    name, _, path = output.strip().partition(b" ")
    return name.decode(), Path(os.fsdecode(path)).read_bytes()


def test_an_artefact_holds_the_function_its_imports_and_their_bytecode(make: Make) -> None:
    manifest = make()
    artefact = manifest.handlers["shop/sell"]
    assert names(manifest) == [
        f"shop/_shared/__pycache__/text.{TAG}.pyc",
        "shop/_shared/text.py",
        f"shop/sell/__pycache__/app.{TAG}.pyc",
        "shop/sell/app.py",
    ]
    assert artefact.handler == "shop.sell.app.handler"
    assert artefact.runtime == LAMBDA.runtime
    assert artefact.size == artefact.filename.stat().st_size
    with zipfile.ZipFile(artefact.filename) as archive:
        assert archive.testzip() is None
        assert artefact.unpacked_size == sum(info.file_size for info in archive.infolist())
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o100644}


def test_the_artefact_runs_from_its_bytecode(make: Make, tmp_path: Path) -> None:
    """The unpacked source is spoilt: only unchecked bytecode can still answer."""
    task = tmp_path / "task"
    with zipfile.ZipFile(make().handlers["shop/sell"].filename) as archive:
        archive.extractall(task)
    (task / "shop/sell/app.py").write_text("raise SystemExit('the source was read')")
    code = "import shop.sell.app as app; print(app.handler('hi', None), app.handler.__code__.co_filename)"
    done = subprocess.run([PYTHON, "-E", "-c", code], cwd=task, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["HI", str(task / "shop/sell/app.py")]


def test_same_inputs_give_the_same_bytes_elsewhere(
    make: Make, root: Path, wheels: Path, tmp_path: Path, uv: Path
) -> None:
    """Another folder, umask, time zone, locale, file order and clock, and nothing cached."""
    many = {f"one/m{number}.py": f"import os\nX = {{'a', 'b', {number}}}\n" for number in range(20)}
    put(root, {"shop/sell/requirements.txt": wheel(wheels, "one", files=many)})
    first = make()
    elsewhere = tmp_path / "else where" / "räüm"
    files = sorted((file for file in root.rglob("*") if file.is_file()), reverse=True)
    for file in files:
        copy = elsewhere / file.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
        os.utime(copy, (1, 1))
        copy.chmod(0o600)
    settings = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7", "PYTHONUTF8": "0"}
    other = start(elsewhere, tmp_path / "other", uv, "077", UV_CACHE_DIR=str(tmp_path / "uv-2"), **settings)
    assert result(other) == (first.handlers["shop/sell"].hash, made(first))


def test_bytecode_is_the_same_whatever_was_compiled_before(make: Make, root: Path, tmp_path: Path) -> None:
    for number in range(10):
        put(root, {f"shop/sell/m{number}.py": f"import os\nNAMES = ('os', 'path', {number})\n"})
    make()
    (root / "shop/sell/m3.py").write_text("import os\nNAMES = ('path',)\n")
    assert made(make()) == made(make(cache=tmp_path / "fresh"))


def test_nothing_is_built_twice_and_an_edit_builds_one(make: Make, root: Path) -> None:
    put(root, {"shop/buy/app.py": "def handler(e, c): ...\n"})
    both = ["shop/buy", "shop/sell"]
    assert [item.reused for item in make(functions=both).handlers.values()] == [False, False]
    assert [item.reused for item in make(functions=both).handlers.values()] == [True, True]
    (root / "shop/_shared/text.py").write_text("def upper(value): return value\n")
    assert [item.reused for item in make(functions=both).handlers.values()] == [True, False]


def test_every_input_is_in_the_identity(make: Make, root: Path, wheels: Path) -> None:
    hashes = [make().handlers["shop/sell"].hash]
    hashes.append(make(platform=Platform(LAMBDA.python, "arm64")).handlers["shop/sell"].hash)
    hashes.append(make(platform=Platform("3.12", "x86_64"), say=len).handlers["shop/sell"].hash)
    hashes.append(make(interpreter=None, say=len).handlers["shop/sell"].hash)
    hashes.append(make(platform=Platform.of_host(LAMBDA.python), strict=False).handlers["shop/sell"].hash)
    (root / "shop/sell/app.py").chmod(0o755)
    hashes.append(make().handlers["shop/sell"].hash)
    put(root, {"shop/sell/requirements.txt": wheel(wheels, "one")})
    hashes.append(make().handlers["shop/sell"].hash)
    assert len(set(hashes)) == len(hashes)


def test_without_a_fitting_python_bytecode_is_off_and_one_line_says_so(make: Make) -> None:
    said: list[str] = []
    for changes in ({"interpreter": None}, {"platform": Platform("3.10", "x86_64")}):
        assert names(make(say=said.append, **changes)) == ["shop/_shared/text.py", "shop/sell/app.py"]
    assert len(said) == 2
    assert all("no bytecode" in line and "\n" not in line for line in said)


def test_several_processes_may_fill_one_cache(root: Path, wheels: Path, tmp_path: Path, uv: Path) -> None:
    put(root, {"shop/sell/requirements.txt": wheel(wheels, "one")})
    processes = [start(root, tmp_path / "cache", uv) for _ in range(5)]
    assert len({result(process) for process in processes}) == 1
    assert list((tmp_path / "cache/partial").iterdir()) == []


def test_a_damaged_artefact_is_made_anew(make: Make) -> None:
    whole = made(make())
    make().handlers["shop/sell"].filename.write_bytes(whole[:100])
    assert made(make()) == whole


def test_a_run_that_fails_leaves_nothing_half_written(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written = archive.write

    def spoilt(path: Path, entries: Iterable[Entry]) -> int:
        written(path, entries)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "write", spoilt)
    with pytest.raises(EventyardError, match="No space left"):
        make()
    assert list((tmp_path / "cache").glob("artefacts/*")) == []
    assert list((tmp_path / "cache/partial").iterdir()) == []


def test_what_lambda_would_not_unpack_is_refused_with_the_heaviest_files(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 10)
    with pytest.raises(limits.TooLarge, match="`shop/sell` unpacks to") as caught:
        make()
    assert "shop/sell/app.py" in (caught.value.where or "")


def test_an_import_that_nothing_provides_is_named_with_its_line(make: Make, root: Path, wheels: Path) -> None:
    source = "import json\nimport boto3\nimport one\ndef handler(e, c): ...\n"
    put(root, {"shop/sell/app.py": source})
    with pytest.raises(EventyardError, match="Nothing provides `one`") as caught:
        make()
    assert caught.value.where == f"{root / 'shop/sell/app.py'}:3"
    put(root, {"shop/sell/requirements.txt": wheel(wheels, "one")})
    make()


def test_a_folder_of_ours_may_not_hide_a_dependency(make: Make, root: Path, wheels: Path) -> None:
    put(root, {"shop/sell/requirements.txt": wheel(wheels, "shop")})
    with pytest.raises(EventyardError, match="hides the dependency `shop`"):
        make()


def test_artefacts_for_this_machine_never_go_to_aws(make: Make) -> None:
    host = Platform.of_host(LAMBDA.python)
    with pytest.raises(EventyardError, match="for local environments"):
        make(platform=host)
    other = "arm64" if host.architecture == "x86_64" else "x86_64"
    with pytest.raises(EventyardError, match=f"can't make {other}"):
        make(platform=Platform(LAMBDA.python, other, host=True), strict=False)
    manifest = make(platform=host, strict=False)
    manifest.require(host)
    with pytest.raises(EventyardError, match="AWS would run them"):
        manifest.require(Platform(LAMBDA.python, host.architecture))


def test_a_manifest_is_read_as_it_was_written_and_moves_with_its_folder(make: Make, tmp_path: Path) -> None:
    build = tmp_path / "build"
    manifest = make(cache=build / "cache")
    manifest.write(build / "local/shop/manifest.json")
    document = json.loads((build / "local/shop/manifest.json").read_text())
    assert document["version"] == MANIFEST_VERSION
    assert document["bytecode"] == TAG
    assert document["platform"] == {"python": LAMBDA.python, "architecture": "x86_64", "host": False}
    assert Manifest.read(build / "local/shop/manifest.json") == manifest
    build.rename(tmp_path / "moved")
    moved = Manifest.read(tmp_path / "moved/local/shop/manifest.json")
    moved.require(LAMBDA)
    with pytest.raises(EventyardError, match="were made for"):
        moved.require(Platform(LAMBDA.python, "arm64"))
    shutil.rmtree(tmp_path / "moved/cache")
    with pytest.raises(EventyardError, match="`shop/sell` is gone"):
        moved.require(LAMBDA)


@pytest.mark.parametrize("content", [None, "{", "{}", '{"version": 9}', '{"version": 1, "platform": {"x": 1}}'])
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, content: str | None) -> None:
    path: Any = tmp_path / "manifest.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(EventyardError) as caught:
        Manifest.read(path)
    assert caught.value.where == str(path)
    assert "eventyard package" in (caught.value.fix or "")
