"""What a reader copies names the release it is written for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
VERSION = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
SOURCE = re.compile(r"eventyard\.git(?://[\w/{}-]+\?ref=|@)v(\d[\w.]*\d)")


def _readers() -> list[Path]:
    """Return what people copy from: READMEs, docs and the text of scaffolds."""
    folders = ("docs", "terraform", "scripts/eventyard/scaffolding", "templates")
    found = [file for folder in folders for file in (REPOSITORY / folder).rglob("*")]
    return [REPOSITORY / "README.md", *(file for file in found if file.suffix in {".md", ".tf", ".py", ".j2"})]


def test_every_source_and_package_is_of_this_release() -> None:
    named = {
        f"{file.relative_to(REPOSITORY)}: v{version}"
        for file in _readers()
        for version in SOURCE.findall(file.read_text(encoding="utf-8"))
        if version != VERSION
    }
    assert named == set(), f"a release changes them all: they name v{VERSION}"


def test_the_changelog_has_this_release() -> None:
    assert f"\n## [{VERSION}] " in (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
