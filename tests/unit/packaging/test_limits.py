from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eventyard.packaging import limits
from eventyard.packaging.archives.entries import PLAIN, STORED, Entry
from eventyard.packaging.model import Artefact, Part

MEGABYTE = 1024 * 1024


def entry(path: str, size: int) -> Entry:
    return Entry(path, PLAIN, 0, size, size, STORED, Path("nowhere"))


def test_what_lambda_unpacks_is_exactly_250_megabytes() -> None:
    files = [entry("pandas/big.so", 150 * MEGABYTE), entry("app.py", 100 * MEGABYTE)]
    assert limits.check_unpacked("fn", files) == 250 * MEGABYTE == 262_144_000
    with pytest.raises(limits.TooLarge, match=r"`fn` unpacks to 250\.0 MB; Lambda takes 250\.0 MB") as caught:
        limits.check_unpacked("fn", [*files, entry("one", 1)])
    assert caught.value.where == "heaviest: pandas/big.so (150.0 MB), app.py (100.0 MB), one (1 byte)"
    assert "drop a dependency" in (caught.value.fix or "")


def test_an_iterator_is_read_once() -> None:
    assert limits.check_unpacked("fn", (entry(name, 3) for name in "ab")) == 6


def test_what_an_upload_takes_is_exactly_50_megabytes() -> None:
    parts = (Part("", "", "", 5), Part("pandas", "2.3", "0" * 64, 70 * MEGABYTE), Part("numpy", "2.2", "1" * 64, 9))
    one = Artefact(Path("a.zip"), "0", "app.handler", "python3.13", "arm64", 50 * MEGABYTE, 1, parts)
    limits.check_packed({"fn": one})
    with pytest.raises(limits.TooLarge, match="artefact of `fn`") as caught:
        limits.check_packed({"other": one, "fn": replace(one, size=50 * MEGABYTE + 1)})
    assert (caught.value.where or "").startswith("heaviest: pandas (70.0 MB), numpy")
    assert "own code (5 bytes)" in (caught.value.where or "")
    assert "`artefacts.bucket`" in (caught.value.fix or "")
