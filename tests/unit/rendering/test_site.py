from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from eventyard.rendering import RenderingError, render_site

if TYPE_CHECKING:
    from pathlib import Path


def test_only_templates_are_rendered_and_each_file_has_its_type(tmp_path: Path) -> None:
    folder = tmp_path / "site/page"
    (folder / "img").mkdir(parents=True)
    (folder / "config.json.j2").write_text('{"api": {{ config.api | tojson }}}')
    (folder / "index.html").write_text("{{ not rendered }}")
    (folder / "img/a.png").write_bytes(b"\x89PNG")
    (folder / "_part.html").write_text("never published")
    pages = {page.key: page for page in render_site("page", {"api": "http://x/"}, tmp_path)}
    assert sorted(pages) == ["config.json", "img/a.png", "index.html"]
    assert json.loads(pages["config.json"].body) == {"api": "http://x/"}
    assert pages["index.html"].body == b"{{ not rendered }}"
    assert pages["index.html"].content_type == "text/html; charset=utf-8"
    assert pages["index.html"].cache_control == "no-cache"
    assert pages["img/a.png"].cache_control.startswith("public")


def test_a_missing_value_or_template_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site/page").mkdir(parents=True)
    (tmp_path / "site/page/config.json.j2").write_text("{{ api }}")
    with pytest.raises(RenderingError, match="api"):
        render_site("page", {}, tmp_path)
    with pytest.raises(RenderingError, match="no site template"):
        render_site("nothing-of-that-name", {}, tmp_path)
