from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.packaging.archives import assembly
from eventyard.packaging.archives.entries import PLAIN, pack
from eventyard.packaging.archives.wheel import Wheel
from eventyard.packaging.sources.members import Member, Reference, Source, SourceError, member

if TYPE_CHECKING:
    from pathlib import Path

    from eventyard.packaging.model import Part

PYC = f"__pycache__/{{}}.{sys.implementation.cache_tag}.pyc"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").touch()
    return tmp_path


def own(here: Path, **files: str) -> dict[Member, tuple[Any, ...]]:
    """Write our own files, `_` for `/` and `__` for `.`, and return them packed, with bytecode beside Python."""
    found = {}
    for name, text in files.items():
        path = name.replace("__", ".").replace("_", "/")
        (here / path).parent.mkdir(parents=True, exist_ok=True)
        (here / path).write_text(text)
        one = member(here / path, path)
        found[one] = (pack(path, one.mode, text.encode()), *bytecode(path, f"ours of {text}"))
    return found


def bytecode(path: str, content: str) -> list[Any]:
    if not path.endswith(".py"):
        return []
    folder, slash, name = path.rpartition("/")
    return [pack(f"{folder}{slash}{PYC.format(name.removesuffix('.py'))}", PLAIN, content.encode())]


def dependency(name: str, files: dict[str, str], *, compiled: bool = True) -> tuple[Wheel, tuple[Any, ...]]:
    found = [pack(path, PLAIN, text.encode()) for path, text in files.items()]
    extra = [one for path, text in files.items() if compiled for one in bytecode(path, f"{name}'s of {text}")]
    return Wheel(name, "1.0", f"{name}.whl", name.encode().hex().ljust(64, "0")), (*found, *extra)


def assembled(
    here: Path, mine: dict[Member, tuple[Any, ...]], *dependencies: tuple[Wheel, tuple[Any, ...]], **changes: Any
) -> tuple[dict[str, bytes], tuple[Part, ...], list[str]]:
    """Return contents by name, parts, and what was said."""
    said: list[str] = []
    source = Source(**{"name": "fn", "folder": here, "handler": "", "members": tuple(mine), "external": ()} | changes)
    brought = {wheel.sha256: assembly.Brought(entries, 7) for wheel, entries in dependencies}
    done = assembly.assemble(source, [wheel for wheel, _ in dependencies], brought, mine, said.append)
    assert done.stripped == 7 * len(dependencies)
    paths = [entry.path for entry in done.entries]
    assert len(set(paths)) == len(paths)
    return {entry.path: entry.content() for entry in done.entries}, done.parts, said


def test_everything_is_put_together_and_counted(here: Path) -> None:
    mine = own(here, app__py="1", data__txt="22")
    two = dependency("two", {"two/__init__.py": "2222", "two/x.so": "x"}, compiled=False)
    one = dependency("one", {"one.py": "333"}, compiled=False)
    files, parts, said = assembled(here, mine, two, one)
    assert set(files) == {"app.py", PYC.format("app"), "data.txt", "two/__init__.py", "two/x.so", "one.py"}
    assert [(part.name, part.version, part.size) for part in parts] == [
        ("", "", 1 + len("ours of 1") + 2),
        ("one", "1.0", 3),
        ("two", "1.0", 5),
    ]
    assert said == []


def test_a_file_of_ours_is_never_replaced(here: Path) -> None:
    with pytest.raises(
        SourceError, match=r"`docs/x\.txt` of `fn` and the dependency `one` are two different"
    ) as caught:
        assembled(here, own(here, docs_x__txt="mine"), dependency("one", {"docs/x.txt": "other", "one.py": ""}))
    assert caught.value.where == str(here / "docs/x.txt")


def test_the_same_file_twice_is_no_clash(here: Path) -> None:
    """Many distributions bring the same empty `__init__.py`; bytecode compiled beside other files may differ."""
    one = dependency("one", {"ns/__init__.py": "", "ns/one.py": "1"})
    two = dependency("two", {"ns/__init__.py": "", "ns/two.py": "2"})
    files, _, said = assembled(here, own(here, data_x__txt="x"), one, two, dependency("three", {"data/x.txt": "x"}))
    assert said == []
    assert files["ns/" + PYC.format("__init__")] == b"two's of "
    assert files["data/x.txt"] == b"x"


def test_of_two_dependencies_the_later_by_name_has_its_way_and_it_is_said(here: Path) -> None:
    for order in (1, -1):
        pair = [dependency("aa", {"x.py": "a"}), dependency("bb", {"x.py": "b"})][::order]
        files, _, said = assembled(here, own(here, app__py=""), *pair)
        assert (files["x.py"], files[PYC.format("x")]) == (b"b", b"bb's of b")
        assert said == ["`fn`: `aa` and `bb` both bring `x.py`; that of `bb` is taken"]


def test_bytecode_never_stays_beside_another_source(here: Path) -> None:
    """Python would run it, for its hash is unchecked: the later one's source does not compile."""
    first, second = dependency("aa", {"x.py": "a"}), dependency("bb", {"x.py": "b ="}, compiled=False)
    files, _, _ = assembled(here, own(here, app__py=""), first, second)
    assert files["x.py"] == b"b ="
    assert PYC.format("x") not in files


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        ("yaml__py", "yaml/__init__.py"),
        ("yaml_own__py", "yaml/__init__.py"),
        ("yaml_own__py", "yaml.py"),
    ],
)
def test_a_module_of_ours_may_not_hide_a_dependency(here: Path, mine: str, other: str) -> None:
    with pytest.raises(SourceError, match="`yaml` of `fn` hides the dependency `yaml`"):
        assembled(here, own(here, **{mine: "1"}), dependency("one", {other: "2"}))


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        ("bin_tool__sh", "bin/native"),
        ("lib_own__py", "lib/libx.so"),
        ("docs_a__txt", "docs/conf.py"),
        ("tests_data__json", "tests/__init__.py"),
        ("yaml__json", "yaml/__init__.py"),
    ],
)
def test_folders_that_only_share_a_name_hide_nothing(here: Path, mine: str, other: str) -> None:
    files, _, said = assembled(here, own(here, **{mine: "1"}), dependency("one", {other: "2"}))
    assert other in files
    assert said == []


def test_no_name_is_a_file_and_a_folder(here: Path) -> None:
    with pytest.raises(SourceError, match="`data` would be a file and a folder") as caught:
        assembled(here, own(here, app__py="", data_x__txt="1"), dependency("one", {"data": "2"}))
    assert caught.value.where == "it comes from the dependency `one`"


@pytest.mark.parametrize("name", [b"bad\xff.txt", b"back\\slash.txt"])
def test_a_name_that_no_zip_can_hold_is_refused(here: Path, name: bytes) -> None:
    file = here / name.decode("utf-8", "surrogateescape")
    try:
        file.touch()
    except OSError:
        pytest.skip("this file system takes no such name")
    one = member(file, file.name)
    with pytest.raises(SourceError, match="can't be in a zip") as caught:
        assembled(here, {one: (pack("x", PLAIN, b""),)})
    assert (caught.value.where or "").isascii()


def test_an_import_that_nothing_provides_is_named(here: Path) -> None:
    def importing(name: str, *, optional: bool = False) -> dict[str, Any]:
        return {"external": (Reference((name,), (), here / "app.py", 7, optional=optional),)}

    files = {"pure/__init__.py": "", "alone.py": "", "_native.abi3.so": "", "ext/_x.so": "", "one-1.0.dist-info/x": ""}
    one = dependency("one", files)
    mine = own(here, app__py="")
    for name in ("pure", "alone", "_native", "ext", "boto3", "json"):
        assembled(here, mine, one, **importing(name))
    assembled(here, mine, one, **importing("nowhere", optional=True))
    for name in ("nowhere", "one"):
        with pytest.raises(SourceError, match=f"Nothing provides `{name}`") as caught:
            assembled(here, mine, one, **importing(name))
        assert caught.value.where == f"{here / 'app.py'}:7"
