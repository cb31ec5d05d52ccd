from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from eventyard.errors import EventyardError
from eventyard.packaging import Platform, lock, requirements

from .conftest import put, wheel

if TYPE_CHECKING:
    from pathlib import Path

HASH = "--hash=sha256:" + "0" * 64


def test_a_function_without_requirements_depends_on_nothing(tmp_path: Path) -> None:
    assert requirements.read(tmp_path) is None
    put(tmp_path, {"requirements.in": "# nothing yet\n"})
    assert requirements.read(tmp_path) is None


@pytest.mark.parametrize(
    ("locked", "what"),
    [
        (None, "not locked"),
        (f"one>=1 {HASH}\n", "`one` has no exact version"),
        (f"one==1.* {HASH}\n", "`one` has no exact version"),
        ("one==1.0\n", "`one` has no hash"),
        (f"one==1.0 {HASH}\ntwo==1\n", "`two` has no hash"),
        ("one==1.0 --hash=md5:0\n", "`one` has no hash"),
        ("--index-url=x\n", "pinned packages only"),
        ("-e .\n", "pinned packages only"),
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
        requirements.read(folder)
    assert "eventyard lock shop/sell" in (caught.value.fix or "")


def test_what_is_shared_has_no_requirements(tmp_path: Path) -> None:
    put(tmp_path, {"shop/_shared/requirements.in": "one", "shop/sell/app.py": ""})
    with pytest.raises(EventyardError, match="`_shared` can't have dependencies"):
        requirements.read(tmp_path / "shop/sell")


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
    found = requirements.read(tmp_path)
    assert found
    assert [pin.name for pin in found.pins] == travels


def test_comments_and_order_do_not_change_a_locks_digest(tmp_path: Path) -> None:
    put(tmp_path, {"a/requirements.txt": f"one==1.0 {HASH}\n# hello\ntwo==1.0 \\\n  {HASH}\n"})
    put(tmp_path, {"b/requirements.txt": f"Two==1.0 {HASH}\none==1.0 {HASH}  # why\n"})
    first, second = requirements.read(tmp_path / "a"), requirements.read(tmp_path / "b")
    assert first
    assert second
    assert first.digest == second.digest


def test_locking_writes_hashes_and_names_no_host(tmp_path: Path, wheels: Path, uv: Path) -> None:
    wheel(wheels, "one", Requires_Dist="two")
    wheel(wheels, "two")
    folder = tmp_path / "shop" / "sell"
    put(folder, {"requirements.in": "one\n"})
    text = lock(folder, uv, Platform()).read_text()
    assert "://" not in text
    assert str(tmp_path) not in text
    found = requirements.read(folder)
    assert found
    assert [pin.name for pin in found.pins] == ["one", "two"]


def test_locking_what_is_nowhere_says_so(tmp_path: Path, wheels: Path, uv: Path) -> None:
    with pytest.raises(EventyardError, match=r"no `requirements\.in`"):
        lock(tmp_path, uv, Platform())
    put(tmp_path, {"requirements.in": "nowhere\n"})
    with pytest.raises(EventyardError, match="nowhere was not found"):
        lock(tmp_path, uv, Platform())
