"""A real headless Chromium; where none can be had, the layer is skipped aloud."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def find_browser(own: str) -> str | None:
    """Look on PATH, then at Playwright's own, then install Debian's where that is allowed."""
    on_path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if on_path or Path(own).is_file():
        return on_path or own
    if os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            subprocess.run(command, check=False, capture_output=True)
    return shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the whole run."""
    with sync_playwright() as playwright:
        program = find_browser(playwright.chromium.executable_path)
        if program is None:
            pytest.skip("no Chromium on PATH nor of Playwright's own, and none could be installed: install `chromium`")
        # Chromium refuses to run its sandbox as root; everyone else keeps it.
        arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        opened = playwright.chromium.launch(executable_path=program, args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address as a person would who was never there, and fail on whatever the page complains of."""
    contexts = []
    complaints: list[str] = []

    def open_page(address: str, *, width: int = 1280, colours: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=colours, locale="en-GB", timezone_id="Europe/London"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        page.set_default_timeout(15_000)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
