from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventyard.emulators import addresses

ENDPOINT = "http://127.0.0.1:4601"
REGION = "eu-west-1"


def translate(value):
    return addresses.translate(value, ENDPOINT)


@pytest.mark.parametrize(
    ("address", "local"),
    [
        (f"https://a1b2c3d4.execute-api.{REGION}.amazonaws.com", f"{ENDPOINT}/_aws/execute-api/a1b2c3d4"),
        (f"https://a1b2c3d4.execute-api.{REGION}.amazonaws.com/", f"{ENDPOINT}/_aws/execute-api/a1b2c3d4/"),
        (
            f"https://a1b2c3d4.execute-api.{REGION}.amazonaws.com/v1/pets?n=1",
            f"{ENDPOINT}/_aws/execute-api/a1b2c3d4/v1/pets?n=1",
        ),
        ("http://a1b2c3d4.execute-api.localhost:4601/v1", f"{ENDPOINT}/_aws/execute-api/a1b2c3d4/v1"),
        ("https://d111abcdef8.cloudfront.net", "http://d111abcdef8.cloudfront.localhost:4601"),
        ("https://d111abcdef8.cloudfront.net/a/b.js", "http://d111abcdef8.cloudfront.localhost:4601/a/b.js"),
        (f"https://sqs.{REGION}.amazonaws.com/000000000000/jobs", f"{ENDPOINT}/000000000000/jobs"),
        ("http://localhost:4601/000000000000/jobs", f"{ENDPOINT}/000000000000/jobs"),
        (f"https://cognito-idp.{REGION}.amazonaws.com", ENDPOINT),
        (f"https://cognito-idp.{REGION}.amazonaws.com/", f"{ENDPOINT}/"),
        (
            f"https://cognito-idp.{REGION}.amazonaws.com/{REGION}_AbC123/.well-known/jwks.json",
            f"{ENDPOINT}/{REGION}_AbC123/.well-known/jwks.json",
        ),
        (f"https://pets.auth.{REGION}.amazoncognito.com/oauth2/token", f"{ENDPOINT}/oauth2/token"),
        (f"https://pets.s3.{REGION}.amazonaws.com/a/b", f"{ENDPOINT}/pets/a/b"),
        (
            f"https://abc123.lambda-url.{REGION}.on.aws/",
            f"http://abc123.lambda-url.{REGION}.localhost:4601/",
        ),
    ],
)
def test_address_becomes_one_that_opens_here(address, local):
    assert translate(address) == local
    assert translate(local) == local


@pytest.mark.parametrize(
    "value",
    [
        f"https://cognito-idp.{REGION}.amazonaws.com/{REGION}_AbC123",
        f"cognito-idp.{REGION}.amazonaws.com/{REGION}_AbC123",
        f"arn:aws:sqs:{REGION}:000000000000:jobs",
        "https://example.com/a",
        "http://localhost:9999/other",
        "d111abcdef8.cloudfront.net",
        7,
        None,
        True,
        b"https://d111abcdef8.cloudfront.net",
    ],
)
def test_issuers_names_and_what_is_no_address_stay(value):
    assert translate(value) == value


def test_addresses_within_structures_and_texts_are_found():
    found = translate(
        {
            "pages": {"site": {"url": "https://d1.cloudfront.net", "config": {"n": "1"}}},
            "queues": ("https://sqs.eu-west-1.amazonaws.com/000000000000/a",),
            "text": "open https://d1.cloudfront.net/x, or `https://d1.cloudfront.net`",
        }
    )
    assert found == {
        "pages": {"site": {"url": "http://d1.cloudfront.localhost:4601", "config": {"n": "1"}}},
        "queues": [f"{ENDPOINT}/000000000000/a"],
        "text": "open http://d1.cloudfront.localhost:4601/x, or `http://d1.cloudfront.localhost:4601`",
    }


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_translation_changes_nothing_twice(value):
    assert translate(translate(value)) == translate(value)


def test_python_reaches_host_names_by_a_header():
    way = addresses.reach("https://d1.cloudfront.net/a?b=c", ENDPOINT)
    assert way.url == f"{ENDPOINT}/a?b=c"
    assert way.headers == {"Host": "d1.cloudfront.localhost:4601"}
    assert addresses.reach(f"{ENDPOINT}/x", ENDPOINT) == addresses.Reach(f"{ENDPOINT}/x")
