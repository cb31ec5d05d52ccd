from __future__ import annotations

from pathlib import Path

import pytest

from eventyard.errors import EventyardError
from eventyard.packaging.dependencies import requirements
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .conftest import put

HASH = "--hash=sha256:" + "0" * 64


def test_a_function_without_requirements_depends_on_nothing(tmp_path: Path) -> None:
    assert requirements.read(tmp_path, strict=True) is None
    put(tmp_path, {"requirements.in": "# nothing yet\n"})
    assert requirements.read(tmp_path, strict=True) is None


@pytest.mark.parametrize(
    ("locked", "what"),
    [
        (None, "not locked"),
        (f"one>=1 {HASH}\n", "`one` has no exact version"),
        (f"one==1.* {HASH}\n", "`one` has no exact version"),
        (f"one==1.0\ntwo==1.0 {HASH}\n", "`one` has no hash"),
        (f"one==1.0 {HASH}\ntwo==1\n", "`two` has no hash"),
        (f"one==1.0 --hash=md5:0\ntwo==1.0 {HASH}\n", "`one` has no hash"),
        ("-e .\n", "pinned packages only, not `-e`"),
        ("-r other.txt\n", "pinned packages only, not `-r`"),
        (f"one==1.0 {HASH} --config-settings x\ntwo==1==1\n", "Not a requirement"),
        (f"one @ file:///x {HASH}\n", "`one` has no exact version"),
        (f"one==1.0 {HASH}\n    # via two\n", "`Two` is wanted, none is locked"),
        (f"one==3.0 {HASH}\ntwo==1.0 {HASH}\n", "`one<3` is wanted, 3.0 is locked"),
        (
            f"one==1.0 {HASH}\ntwo==1.0 {HASH}\nthree==1 {HASH}\n    # via -r requirements.in\n",
            "`three` is locked, nothing wants it",
        ),
    ],
)
def test_a_lock_that_is_none_is_refused_with_the_command_that_mends_it(
    tmp_path: Path, locked: str | None, what: str
) -> None:
    folder = tmp_path / "shop" / "sell"
    put(folder, {"requirements.in": "one<3\nTwo  # the second\n"})
    if locked:
        put(folder, {"requirements.txt": locked})
    with pytest.raises(EventyardError, match=what) as caught:
        requirements.read(folder, strict=True)
    assert f"`eventyard lock {folder}`" in (caught.value.fix or "")


def test_the_command_is_what_can_be_typed_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"shop/sell/requirements.in": "one"})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EventyardError) as caught:
        requirements.read(tmp_path / "shop/sell", strict=True)
    assert caught.value.fix == "run `eventyard lock shop/sell`"
    put(tmp_path, {"shop/buy/requirements.txt": "one>=1"})
    with pytest.raises(EventyardError) as caught:
        requirements.read(tmp_path / "shop/buy", strict=False)
    assert caught.value.fix == "name what is wanted in a `requirements.in` beside it, and run `eventyard lock shop/buy`"


@pytest.mark.parametrize(
    ("option", "fix"),
    [
        ("--index-url https://index.example/simple", "uv's own settings"),
        ("--extra-index-url=https://me:secret@index.example/simple", "uv's own settings"),
        ("-f wheels", "uv's own settings"),
        ("--requirement other.txt", "one lock holds all"),
        ("--pre", "take the line out"),
    ],
)
def test_options_are_refused_with_where_they_belong(tmp_path: Path, option: str, fix: str) -> None:
    put(tmp_path, {"requirements.txt": f"# first\n{option}\none==1.0 {HASH}\n"})
    with pytest.raises(EventyardError, match="pinned packages only") as caught:
        requirements.read(tmp_path, strict=False)
    assert fix in (caught.value.fix or "")
    assert caught.value.where == f"{tmp_path / 'requirements.txt'}:2"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfeo\x00", b"one==1.0 # \xe4"])
def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "requirements.txt").write_bytes(content)
    with pytest.raises(EventyardError, match="not UTF-8"):
        requirements.read(tmp_path, strict=False)


def test_what_pip_reads_is_read(tmp_path: Path) -> None:
    """A byte order mark, carriage returns, continued lines, comments, upper case, both ways to write a hash."""
    text = (
        f"\ufeff# a\r\nOne.Two == 1.0 ; python_version>'3' \\\r\n   {HASH.replace('=', ' ', 1)} \\\r\n  {HASH}  # b\r\n"
    )
    (tmp_path / "requirements.txt").write_bytes(text.encode())
    found = requirements.read(tmp_path, strict=True)
    assert found
    assert found.text() == f'one-two==1.0 ; python_version > "3" {HASH}\n'


@pytest.mark.parametrize("strict", [True, False])
def test_pins_without_hashes_are_taken_unless_that_is_for_aws(tmp_path: Path, strict: bool) -> None:
    put(tmp_path, {"requirements.txt": f"one==1.0 {HASH}\ntwo[x]==1\n"})
    if strict:
        with pytest.raises(EventyardError, match="`two` has no hash") as caught:
            requirements.read(tmp_path, strict=True)
        assert caught.value.where == f"{tmp_path / 'requirements.txt'}:2"
    else:
        found = requirements.read(tmp_path, strict=False)
        assert found
        assert not found.whole
        assert found.text() == f"one==1.0 {HASH}\ntwo[x]==1\n"


def test_the_files_that_decide_are_those_that_are_there(tmp_path: Path) -> None:
    assert requirements.deciding_files(tmp_path) == ()
    put(tmp_path, {"pyproject.toml": "", "requirements.txt": ""})
    assert [file.name for file in requirements.deciding_files(tmp_path)] == ["requirements.txt"]
    put(tmp_path, {"uv.lock": "", "requirements.in": ""})
    found = [file.name for file in requirements.deciding_files(tmp_path)]
    assert found == ["requirements.in", "requirements.txt", "pyproject.toml", "uv.lock"]


def test_what_is_shared_has_no_requirements(tmp_path: Path) -> None:
    put(tmp_path, {"shop/_shared/requirements.in": "one", "shop/sell/app.py": ""})
    with pytest.raises(EventyardError, match="`_shared` can't have dependencies"):
        requirements.read(tmp_path / "shop/sell", strict=True)


BOTO = f"""
boto3==1.44.5 \\
    {HASH}
    # via -r requirements.in
botocore==1.44.5 {HASH}
    # via
    #   boto3
    #   s3transfer
jmespath==1.1.0 {HASH}
    # via
    #   botocore
    #   tools
s3transfer==0.1 {HASH}
    # via boto3
six==1.0 {HASH}
    # via python-dateutil
python-dateutil==1.0 {HASH}
    # via botocore
tools==1.0 {HASH}
    # via -r requirements.in
"""


@pytest.mark.parametrize(
    ("wanted", "travels"),
    [
        ("tools\nboto3\n", ["jmespath", "tools"]),
        (
            "tools\nboto3>=1.44\n",
            ["boto3", "botocore", "jmespath", "s3transfer", "six", "python-dateutil", "tools"],
        ),
    ],
)
def test_what_the_runtime_has_travels_only_when_a_version_is_asked_for(
    tmp_path: Path, wanted: str, travels: list[str]
) -> None:
    put(tmp_path, {"requirements.in": wanted, "requirements.txt": BOTO})
    found = requirements.read(tmp_path, strict=True)
    assert found
    assert [pin.name for pin in found.pins] == travels


def test_comments_and_order_do_not_change_a_locks_digest(tmp_path: Path) -> None:
    put(tmp_path, {"a/requirements.txt": f"one==1.0 {HASH}\n# hello\ntwo==1.0 \\\n  {HASH}\n"})
    put(tmp_path, {"b/requirements.txt": f"Two==1.0 {HASH}\none==1.0 {HASH}  # why\n"})
    first, second = (requirements.read(tmp_path / name, strict=True) for name in "ab")
    assert first
    assert second
    assert first.digest == second.digest


@pytest.mark.parametrize(
    "line",
    [
        "One_two.3==1.0",
        "one==1!2.0.post1+cpu.1",
        "cffi==2.1.1 ; platform_python_implementation != 'PyPy'",
        "a==1 ; python_full_version < '3.12' and sys_platform == 'linux' or os_name not in 'nt java'",
    ],
)
def test_what_is_read_without_the_library_is_read_as_the_library_does(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = Requirement(line)
    (slow,) = requirements.parse(Path("x"), line.replace("==", "== ", 1) + f" {HASH}", "")
    monkeypatch.setattr(requirements, "_unusual", None)
    (pin,) = requirements.parse(Path("x"), f"{line} {HASH}", "")
    assert pin == slow
    assert pin.name == canonicalize_name(expected.name)
    assert f"=={pin.version}" == str(expected.specifier)
    assert pin.marker == str(expected.marker or "")
