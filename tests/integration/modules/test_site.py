"""Pages put into the site's bucket are seen through CloudFront, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError

import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard.testing.stacks import Yard

    Client = Callable[[str], Any]

pytestmark = pytest.mark.of("site")
PAGE = b"<!doctype html><title>Shop</title>"


@pytest.fixture(scope="module")
def site(outputs: dict[str, Any], client: Client) -> dict[str, Any]:
    """Return the site with a page and a picture in it."""
    made: dict[str, Any] = outputs["site"]
    put = client("s3").put_object
    put(Bucket=made["bucket"], Key="index.html", Body=PAGE, ContentType="text/html")
    put(Bucket=made["bucket"], Key="logo.svg", Body=b"<svg/>", ContentType="image/svg+xml")
    return made


@pytest.fixture
def seen(library_yard: Yard, site: dict[str, Any]) -> Callable[[str], Any]:
    """``seen("/path")``: what a browser gets, by https."""

    def get(path: str) -> Any:
        emulator = library_yard.target.emulator
        assert emulator
        return emulator.open_url(f"{site['url']}{path}", headers={"X-Forwarded-Proto": "https"})

    return get


def test_a_page_opens_with_its_security_headers(seen: Callable[[str], Any]):
    with seen("/") as answer:
        assert answer.read() == PAGE
        headers = {name.lower(): value for name, value in answer.headers.items()}
    assert headers["content-security-policy"] == "frame-ancestors 'self'; object-src 'none'"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["strict-transport-security"].startswith("max-age=63072000")
    assert headers["x-robots-tag"] == "noindex"


def test_every_path_that_is_no_file_is_the_page(seen: Callable[[str], Any]):
    with seen("/logo.svg") as answer:
        assert answer.read() == b"<svg/>"
    with seen("/orders/17") as answer:
        assert (answer.status, answer.read()) == (200, PAGE)


def test_nobody_reads_past_cloudfront(site: dict[str, Any], library_yard: Yard):
    s3 = library_yard.target.session.client("s3", config=Config(signature_version=UNSIGNED))
    with pytest.raises((ClientError, HTTPError), match=r"AccessDenied|403"):
        s3.get_object(Bucket=site["bucket"], Key="index.html")
