from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.unit.packaging.locked import Install, function, installer, no_uv, sdist

import packaging.tags
from eventyard.errors import EventyardError
from eventyard.packaging import Platform
from eventyard.packaging.cache import Cache
from eventyard.packaging.dependencies import requirements
from eventyard.packaging.dependencies.fetch import FetchError
from eventyard.packaging.dependencies.requirements import LockError
from eventyard.packaging.dependencies.resolve import DependencyError, Found, NoFittingWheel, Resolver

from .conftest import wheel

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def install(tmp_path: Path, uv: Path, said: list[str]) -> Install:
    return installer(tmp_path, uv, said)


# Which wheels


def test_wheels_are_lambdas_not_the_hosts(install: Install, tmp_path: Path, wheels: Path) -> None:
    """Two architectures from one lock: one of them is not this machine's."""
    lines = [
        wheel(wheels, "fast", tag=f"py3-none-manylinux_2_28_{machine}", files={"fast.py": f"M = '{machine}'\n"})
        for machine in ("x86_64", "aarch64")
    ]
    function(tmp_path, "sell", lock=f"fast==1.0 {' '.join(line.split()[1] for line in lines)}\n")
    for architecture, machine in (("x86_64", "x86_64"), ("arm64", "aarch64")):
        (found,) = install("sell", platform=Platform("3.13", architecture))["sell"]
        assert found.filename == f"fast-1.0-py3-none-manylinux_2_28_{machine}.whl"


TAGS = (
    "cp313-cp313-manylinux_2_28_x86_64",
    "cp313-cp313-manylinux2014_x86_64",
    "cp311-abi3-manylinux_2_28_x86_64",
    "cp39-abi3-manylinux_2_28_x86_64",
    "py3-none-manylinux_2_17_x86_64",
    "py3-none-any",
)


@pytest.mark.parametrize("locked", range(len(TAGS)))
def test_the_best_wheel_of_those_that_are_locked_is_taken(
    install: Install, tmp_path: Path, wheels: Path, locked: int
) -> None:
    """The index has all of them, and what Lambda can't run; the lock knows the worse ones only."""
    for tag in ("cp313-cp313-manylinux_2_39_x86_64", "cp313-cp313t-manylinux_2_28_x86_64", "cp314-cp314-win_amd64"):
        wheel(wheels, "many", tag=tag, files={"many.py": tag})
    lines = [wheel(wheels, "many", tag=tag, files={"many.py": tag}) for tag in TAGS]
    function(tmp_path, "sell", lock=f"many==1.0 {' '.join(line.split()[1] for line in lines[locked:])}\n")
    assert install("sell")["sell"][0].filename == f"many-1.0-{TAGS[locked]}.whl"


def test_the_second_amazon_linux_has_older_wheels(install: Install, tmp_path: Path, wheels: Path) -> None:
    tags = ("py3-none-manylinux_2_28_x86_64", "py3-none-manylinux2014_x86_64")
    hashes = [wheel(wheels, "many", tag=tag, files={"many.py": tag}).split()[1] for tag in tags]
    function(tmp_path, "sell", lock=f"many==1.0 {' '.join(hashes)}\n")
    for python, tag in (("3.12", tags[0]), ("3.11", tags[1])):
        assert install("sell", platform=Platform(python, "x86_64"))["sell"][0].filename == f"many-1.0-{tag}.whl"


def test_a_marker_that_says_no_leaves_nothing(install: Install, tmp_path: Path, wheels: Path) -> None:
    line = wheel(wheels, "one")
    function(tmp_path, "sell", lock=line.replace(" --", ' ; sys_platform == "win32" --'))
    function(tmp_path, "none")
    assert install("sell", "none") == {"sell": (), "none": ()}


def test_for_this_machine_its_own_wheels_are_taken(install: Install, tmp_path: Path, wheels: Path) -> None:
    line = wheel(wheels, "one")
    function(tmp_path, "sell", lock=line)
    host = Platform.of_host("3.13")
    assert install("sell", platform=host)["sell"] == install("sell")["sell"]


@pytest.mark.parametrize(
    ("machine", "best"),
    [
        ("arm64", "cp313-cp313-macosx_11_0_arm64"),
        ("x86_64", "cp313-cp313-macosx_10_13_x86_64"),
    ],
)
def test_on_a_mac_its_wheels_are_best(
    tmp_path: Path, uv: Path, monkeypatch: pytest.MonkeyPatch, machine: str, best: str
) -> None:
    """uv lists what fits the machine it runs on; here is only Linux, so the list of a Mac is given."""
    system = packaging.tags.mac_platforms((14, 0), machine)
    monkeypatch.setattr(packaging.tags, "platform_tags", lambda: system)
    tags = (
        "py3-none-any",
        "cp39-abi3-macosx_11_0_universal2",
        "cp313-cp313-macosx_10_13_universal2",
        "cp313-cp313-macosx_10_9_universal2",
        "cp313-cp313-macosx_11_0_arm64",
        "cp313-cp313-macosx_10_13_x86_64",
    )
    files = [Found("one", "1.0", f"one-1.0-{tag}.whl", "", str(number) * 64) for number, tag in enumerate(tags)]
    hashes = " ".join(f"--hash=sha256:{file.sha256}" for file in files)
    folder = function(tmp_path, "sell", lock=f"one==1.0 {hashes}\n")
    lock = requirements.read(folder, strict=True)
    assert lock
    resolver = Resolver(uv, Platform("3.13", cast("Any", machine), host=True), folder, tmp_path)
    for listed in (files, files[::-1]):
        assert resolver._best("one", listed, lock).filename == f"one-1.0-{best}.whl"


# What can't be had


@pytest.mark.parametrize(
    ("tag", "nearest"),
    [
        ("cp313-cp313-macosx_11_0_arm64", "macosx_11_0_arm64"),
        ("cp39-cp39-manylinux2014_x86_64", "cp39"),
        ("py3-none-manylinux_2_39_x86_64", "manylinux_2_39_x86_64"),
    ],
)
def test_a_dependency_without_a_fitting_wheel_is_named_with_the_nearest(
    install: Install, tmp_path: Path, wheels: Path, tag: str, nearest: str
) -> None:
    folder = function(tmp_path, "sell", lock="# first line\n" + wheel(wheels, "odd", tag=tag))
    with pytest.raises(NoFittingWheel, match=rf"`odd` 1\.0 has no wheel .+ nearest is for `{nearest}`") as caught:
        install("sell")
    assert caught.value.where == f"{folder / 'requirements.txt'}:2"
    with pytest.raises(NoFittingWheel, match=f"nearest is for `{nearest}`"):
        install("sell", from_source=frozenset({"odd"}))  # there is no source either


def test_a_dependency_that_is_source_only_is_named_with_what_would_build_it(
    install: Install, tmp_path: Path, wheels: Path
) -> None:
    function(tmp_path, "sell", lock=sdist(wheels, "raw"))
    with pytest.raises(NoFittingWheel, match=r"`raw` 1\.0 .* published as source only") as caught:
        install("sell")
    assert "`--from-source raw`" in (caught.value.fix or "")
    assert "project.packaging.from_source" in (caught.value.fix or "")


@pytest.mark.parametrize(
    ("lock", "what"),
    [
        (f"one==1.0 --hash=sha256:{'0' * 64}\n", r"Hash mismatch: .+`one` 1\.0.+`one-1\.0-py3-none-any\.whl`"),
        (f"nowhere==1.0 --hash=sha256:{'0' * 64}\n", "nowhere was not found"),
        (f"one==2.0 --hash=sha256:{'0' * 64}\n", r"there is no version of one==2\.0"),
        (f"one==1.0 --hash=sha256:{'0' * 64}\none==2.0 --hash=sha256:{'0' * 64}\n", "unsatisfiable"),
    ],
)
def test_what_is_not_what_was_locked_is_refused(
    install: Install, tmp_path: Path, wheels: Path, lock: str, what: str
) -> None:
    wheel(wheels, "one")
    folder = function(tmp_path, "sell", lock=lock)
    with pytest.raises(DependencyError, match=what) as caught:
        install("sell")
    assert str(folder / "requirements.txt") in (caught.value.where or "")
    assert not list((tmp_path / "cache").glob("resolutions/*"))


def test_the_first_functions_fault_is_told_whichever_is_met_first(
    install: Install, tmp_path: Path, wheels: Path
) -> None:
    for name in ("a", "b", "c"):
        function(tmp_path, name, lock=f"no-{name}==1.0 --hash=sha256:{'0' * 64}\n")
    for _ in range(3):
        with pytest.raises(DependencyError, match="no-a was not found"):
            install("a", "b", "c")


# What is kept


def test_equal_locks_share_one_resolution_and_uv_is_not_asked_again(
    install: Install, tmp_path: Path, wheels: Path
) -> None:
    line = wheel(wheels, "one")
    function(tmp_path, "sell", lock=f"# same\n{line}")
    function(tmp_path, "buy", lock=line)
    first = install("sell", "buy")
    assert len(list((tmp_path / "cache/resolutions").iterdir())) == 1
    assert install("buy", "sell", uv=no_uv) == first
    function(tmp_path, "buy", lock=f"{line}# another comment\n")
    assert install("buy", uv=no_uv)["buy"] == first["buy"]


def test_wheels_that_are_gone_from_the_cache_are_fetched_without_uv(
    install: Install, tmp_path: Path, wheels: Path
) -> None:
    function(tmp_path, "sell", lock=wheel(wheels, "one") + wheel(wheels, "two"))
    first = install("sell")
    first["sell"][0].path(Cache(tmp_path / "cache")).unlink()
    assert install("sell", uv=no_uv) == first


def test_an_address_that_is_gone_is_looked_up_anew(install: Install, tmp_path: Path, wheels: Path, index: Any) -> None:
    with index() as server:
        function(tmp_path, "sell", lock=wheel(wheels, "one"))
        first = install("sell")
        first["sell"][0].path(Cache(tmp_path / "cache")).unlink()
        server.files = "moved"
        assert install("sell") == first
        assert server.downloads().count("one-1.0-py3-none-any.whl") >= 2
        first["sell"][0].path(Cache(tmp_path / "cache")).unlink()
        server.files = "moved"
        assert install("sell", uv=no_uv) == first


def test_a_file_that_is_gone_for_good_is_named(install: Install, tmp_path: Path, wheels: Path, index: Any) -> None:
    with index() as server:
        function(tmp_path, "sell", lock=wheel(wheels, "one"))
        (found,) = install("sell")["sell"]
        found.path(Cache(tmp_path / "cache")).unlink()
        (wheels / "one-1.0-py3-none-any.whl").unlink()
        with pytest.raises(EventyardError, match="one") as caught:
            install("sell")
        assert isinstance(caught.value, FetchError | DependencyError)
        assert server.address not in caught.value.what


# Without hashes


def test_pins_without_hashes_are_for_local_environments_and_said(
    install: Install, tmp_path: Path, wheels: Path, said: list[str]
) -> None:
    wheel(wheels, "one", Requires_Dist="two ; extra == 'more'", Provides_Extra="more")
    wheel(wheels, "two")
    folder = function(tmp_path, "sell", lock="One[more]==1.0\n")
    with pytest.raises(LockError, match="`one` has no hash") as caught:
        install("sell", strict=True)
    assert "eventyard lock" in (caught.value.fix or "")
    found = install("sell", strict=False)
    assert [one.name for one in found["sell"]] == ["one", "two"]
    assert len(said) == 1
    assert str(folder / "requirements.txt") in said[0]
    assert "\n" not in said[0]
    assert install("sell", strict=False, uv=no_uv) == found
    assert len(said) == 1


def test_pins_without_hashes_stay_what_they_were_when_first_resolved(
    install: Install, tmp_path: Path, wheels: Path
) -> None:
    wheel(wheels, "one", Requires_Dist="two")
    wheel(wheels, "two")
    function(tmp_path, "sell", lock="one==1.0\n")
    first = install("sell", strict=False)
    first["sell"][1].path(Cache(tmp_path / "cache")).unlink()
    wheel(wheels, "two", files={"two.py": "CHANGED = True\n"})
    with pytest.raises(FetchError, match=r"`two` 1\.0 is not what was locked"):
        install("sell", strict=False)


def test_a_hash_beside_pins_without_one_still_counts(install: Install, tmp_path: Path, wheels: Path) -> None:
    wheel(wheels, "one")
    wheel(wheels, "two")
    function(tmp_path, "sell", lock=f"one==1.0\ntwo==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(DependencyError, match=r"Hash mismatch: .+`two`"):
        install("sell", strict=False)


@pytest.mark.parametrize(
    ("lock", "travels"),
    [("tools==1.0\n", ["tools"]), ("tools==1.0\nboto3==1.0\n", ["boto3", "botocore", "jmespath", "tools"])],
)
def test_what_the_runtime_has_is_left_out_with_what_only_it_needs(
    install: Install, tmp_path: Path, wheels: Path, lock: str, travels: list[str]
) -> None:
    for name, needs in (("tools", "boto3"), ("boto3", "botocore"), ("botocore", "jmespath"), ("jmespath", None)):
        wheel(wheels, name, **({"Requires_Dist": needs} if needs else {}))
    function(tmp_path, "sell", lock=lock)
    assert [one.name for one in install("sell", strict=False)["sell"]] == travels


def test_an_index_that_gives_no_sha256_will_do(install: Install, tmp_path: Path, wheels: Path, index: Any) -> None:
    line = wheel(wheels, "one")
    with index(algorithm="md5"):
        function(tmp_path, "sell", lock="one==1.0\n")
        function(tmp_path, "buy", lock=line)
        function(tmp_path, "bad", lock=f"one==1.0 --hash=sha256:{'0' * 64}\n")
        assert install("sell", strict=False)["sell"] == install("buy")["buy"]
        with pytest.raises(FetchError, match="is not what was locked"):
            install("bad")
