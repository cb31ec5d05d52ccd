from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eventyard.packaging import identity, recipes
from eventyard.packaging.archives.entries import COMPRESSION_LEVEL
from eventyard.packaging.archives.wheel import Wheel
from eventyard.packaging.bytecode import Compiler
from eventyard.packaging.cache import Cache
from eventyard.packaging.model import Options, Part, Platform
from eventyard.packaging.recipes import Recipe
from eventyard.packaging.sources.members import Member, Source

MEMBER = Member("app.py", 0o644, "a" * 64, 3, Path("somewhere/app.py"))
COMPILER = Compiler(Path("python"), "cpython-313", 51183856)
RECIPE = Recipe("f.zip", "b" * 64, "app.handler", 5, 9, (Part("", "", "", 4), Part("one", "1.0", "c" * 64, 5)))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    found = Cache(tmp_path / "cache")
    with found.writing(recipes.ARTEFACTS, RECIPE.file) as scratch:
        scratch.write_bytes(b"12345")
    return found


@pytest.fixture
def source(tmp_path: Path) -> Source:
    folder = tmp_path / "fn"
    folder.mkdir()
    return Source("fn", folder, "app.handler", (MEMBER,), ())


def key(source: Source, **changes: Any) -> str:
    given: dict[str, Any] = {
        "platform": Platform("3.13", "arm64"),
        "options": Options(),
        "compiler": COMPILER,
        "strict": True,
    } | changes
    return recipes.key(source, given["platform"], given["options"], given["compiler"], strict=given["strict"])


def test_whatever_decides_is_in_the_key(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [
        key(source),
        key(replace(source, handler="app.other")),
        key(replace(source, members=(replace(MEMBER, path="app2.py"),))),
        key(replace(source, members=(replace(MEMBER, mode=0o755),))),
        key(replace(source, members=(replace(MEMBER, digest="b" * 64),))),
        key(replace(source, members=())),
        key(source, platform=Platform("3.12", "arm64")),
        key(source, platform=Platform("3.13", "x86_64")),
        key(source, platform=replace(Platform.of_host("3.13"), architecture="arm64")),
        key(source, options=Options(strip=True)),
        key(source, options=Options(from_source=frozenset({"one"}))),
        key(source, compiler=None),
        key(source, compiler=replace(COMPILER, tag="cpython-312")),
        key(source, compiler=replace(COMPILER, release=51183857)),
        key(source, strict=False),
    ]
    for name in ("requirements.in", "requirements.txt"):
        (source.folder / name).write_text("one==1.0\n")
        keys.append(key(source))
    (source.folder / "requirements.txt").write_text("one==1.1\n")
    keys.append(key(source))
    for name in ("requirements.in", "requirements.txt"):
        (source.folder / name).unlink()
    (source.folder / "uv.lock").write_text("version = 1\n")
    keys.append(key(source))
    (source.folder / "pyproject.toml").write_text("[project]\n")
    keys.append(key(source))
    (source.folder / "pyproject.toml").unlink()
    (source.folder / "uv.lock").unlink()
    for name in ("PACKAGER", "CODEC"):
        with monkeypatch.context() as patch:
            patch.setattr(recipes, name, "other")
            keys.append(key(source))
    assert len(set(keys)) == len(keys)
    assert key(source) == keys[0]


def test_where_the_files_lie_and_when_they_were_written_is_not_in_the_key(source: Source, tmp_path: Path) -> None:
    (source.folder / "requirements.txt").write_text("one==1.0\n")
    first = key(source)
    os.utime(source.folder / "requirements.txt", (0, 0))
    elsewhere = tmp_path / "elsewhere"
    source.folder.rename(elsewhere)
    moved = replace(source, name="other", folder=elsewhere, members=(replace(MEMBER, origin=Path("other")),))
    assert key(moved) == first
    assert key(moved, compiler=replace(COMPILER, interpreter=Path("elsewhere"))) == first


def test_a_recipe_is_found_as_it_was_kept(cache: Cache) -> None:
    recipes.keep(cache, "k", RECIPE)
    assert recipes.find(cache, "k") == RECIPE
    assert recipes.find(cache, "other") is None


def test_a_recipe_without_its_artefact_is_none(cache: Cache) -> None:
    recipes.keep(cache, "k", RECIPE)
    artefact = cache.path(recipes.ARTEFACTS, RECIPE.file)
    artefact.write_bytes(b"1234")
    assert recipes.find(cache, "k") is None
    artefact.unlink()
    assert recipes.find(cache, "k") is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", '{"parts": []}', '{"parts": 1, "file": "f.zip"}', '{"parts": [[1]]}', "\xff"]
)
def test_what_is_no_recipe_is_none(cache: Cache, text: str) -> None:
    recipes.keep(cache, "k", RECIPE)
    cache.path(recipes.KIND, "k.json").write_text(text, encoding="latin-1")
    assert recipes.find(cache, "k") is None


def test_a_recipe_that_knows_more_than_this_kit_is_none(cache: Cache) -> None:
    recipes.keep(cache, "k", RECIPE)
    path = cache.path(recipes.KIND, "k.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"new": 1}))
    assert recipes.find(cache, "k") is None


def test_use_is_noted_on_both(cache: Cache) -> None:
    both = [cache.path(recipes.ARTEFACTS, RECIPE.file), cache.path(recipes.KIND, "k.json")]
    os.utime(both[0], (0, 0))
    recipes.keep(cache, "k", RECIPE)
    os.utime(both[1], (0, 0))
    recipes.find(cache, "k")
    assert all(path.stat().st_mtime > time.time() - 60 for path in both)


def name(**changes: Any) -> str:
    given: dict[str, Any] = {
        "members": [MEMBER],
        "wheels": [Wheel("one", "1.0", "one.whl", "a" * 64), Wheel("two", "1.0", "two.whl", "b" * 64)],
        "handler": "app.handler",
        "platform": Platform("3.13", "arm64"),
        "bytecode": "cpython-313",
        "strip": False,
    } | changes
    return identity.identity(given.pop("members"), given.pop("wheels"), **given)


def test_an_identity_is_taken_from_what_goes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = Wheel("one", "1.0", "one.whl", "a" * 64), Wheel("two", "1.0", "two.whl", "b" * 64)
    names = [
        name(),
        name(members=[]),
        name(members=[replace(MEMBER, path="b.py")]),
        name(members=[replace(MEMBER, mode=0o755)]),
        name(members=[replace(MEMBER, digest="b" * 64)]),
        name(wheels=[one]),
        name(wheels=[one, replace(two, sha256="c" * 64)]),
        name(handler="app.other"),
        name(platform=Platform("3.12", "arm64")),
        name(platform=Platform("3.13", "x86_64")),
        name(platform=replace(Platform.of_host("3.13"), architecture="arm64")),
        name(bytecode=None),
        name(bytecode="cpython-312"),
        name(strip=True),
    ]
    with monkeypatch.context() as patch:
        patch.setattr(identity, "PACKAGER", "other")
        names.append(name())
    assert len(set(names)) == len(names)
    assert name(wheels=[two, one]) == name()
    assert name(members=[replace(MEMBER, origin=Path("elsewhere"))]) == name()


def test_the_compressor_is_not_in_the_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    before = name()
    monkeypatch.setattr(identity, "CODEC", "zlib")
    assert name() == before


def test_the_compressor_is_the_one_that_is_named() -> None:
    """Its bytes are stable for one version only; whoever installs another must say so here."""
    assert f"deflate {importlib.metadata.version('deflate')}, level {COMPRESSION_LEVEL}" == identity.CODEC


def test_the_named_version_is_the_one_required() -> None:
    pyproject = (Path(__file__).parents[3] / "pyproject.toml").read_text()
    assert f'"deflate=={importlib.metadata.version("deflate")}"' in pyproject


def test_a_digest_is_of_the_canonical_form() -> None:
    one = identity.digest({"b": [1, "ä"], "a": None})
    assert one == identity.digest({"a": None, "b": [1, "ä"]})
    assert one == hashlib.sha256(b'{"a":null,"b":[1,"\\u00e4"]}').hexdigest()
