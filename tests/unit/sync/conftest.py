from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from eventyard.packaging import Artefact
from eventyard.sync.deployed import Alias, Function
from eventyard.sync.matching import Pair

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def alias(version: str = "1", *, name: str = "live", weighted: bool = False) -> Alias:
    return Alias(f"module.stack.aws_lambda_alias.{name}", name, version, weighted)


def function(name: str = "shop-local-greet", **changes: Any) -> Function:
    word = name.rpartition("-")[2]
    settings: dict[str, Any] = {
        "address": f"module.stack.module.{word}.aws_lambda_function.this",
        "name": name,
        "handler": f"shop.{word}.app.handler",
        "runtime": "python3.13",
        "architecture": "x86_64",
        "hash": "applied",
        "code_sha256": "bytes applied",
        "version": "1",
        "publish": True,
        "aliases": (alias(),),
    }
    return Function(**(settings | changes))


@pytest.fixture
def artefact(tmp_path: Path) -> Callable[..., Artefact]:
    """``artefact("greet", hash="edited")``: an artefact with a file of its own."""

    def make(word: str = "greet", **changes: Any) -> Artefact:
        file = tmp_path / f"{word}.zip"
        file.write_bytes(f"zip of {word}".encode())
        settings: dict[str, Any] = {
            "filename": file,
            "hash": "applied",
            "handler": f"shop.{word}.app.handler",
            "runtime": "python3.13",
            "architecture": "x86_64",
            "size": 10,
            "unpacked_size": 10,
        }
        return Artefact(**(settings | changes))

    return make


@pytest.fixture
def pair(artefact: Callable[..., Artefact]) -> Callable[..., Pair]:
    """``pair("edited", version="2")``: a function as the state has it, and an artefact of that hash."""

    def make(packaged: str = "applied", **changes: Any) -> Pair:
        return Pair("shop/greet", function(**changes), artefact(hash=packaged))

    return make
