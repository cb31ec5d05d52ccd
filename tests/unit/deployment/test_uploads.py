from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.deployment.bucket import Bucket, BucketError
from eventyard.deployment.uploads import upload
from eventyard.errors import EventyardError
from eventyard.packaging import Artefact, Manifest, Platform
from eventyard.packaging.limits import PACKED_BYTES, TooLarge

from .conftest import Objects, keeping, said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from eventyard.deployment import Context

KEPT = {"bucket": "artefacts", "prefix": "shop"}


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("app.py", "")
    return file


def manifest(filename: Path | None, *, size: int = 3, digest: str = "0a1b") -> Manifest:
    made = Artefact(filename, digest, "jobs.a.app.handler", "python3.13", "arm64", size, size)
    return Manifest(Platform(), {"jobs/a": made})


def test_an_artefact_is_put_once_under_its_hash_with_a_checksum(context: Callable[..., Context], zipped: Path) -> None:
    store = Objects()
    here = keeping(context(artefacts=KEPT), store)
    upload(here, manifest(zipped))
    upload(here, manifest(zipped))
    bill, put = store.put
    assert bill["Key"] == "shop/artefacts/0a1b.cdx.json"
    assert json.loads(store.found[bill["Key"]])["metadata"]["component"]["version"] == "0a1b"
    assert put == {
        "Key": "shop/artefacts/0a1b.zip",
        "Bucket": "artefacts",
        "ExpectedBucketOwner": "000000000000",
        "ContentType": "application/zip",
        "ChecksumSHA256": base64.b64encode(hashlib.sha256(zipped.read_bytes()).digest()).decode(),
        "IfNoneMatch": "*",
    }
    assert "1 of 1 artefacts put" in said(here)
    assert "every artefact is there" in said(here)


def test_the_key_encrypts_what_is_put(context: Callable[..., Context], zipped: Path) -> None:
    store = Objects()
    upload(keeping(context(artefacts={**KEPT, "key": "arn:aws:kms:x"}), store), manifest(zipped))
    assert len(store.put) == 2
    for put in store.put:
        assert (put["ServerSideEncryption"], put["SSEKMSKeyId"]) == ("aws:kms", "arn:aws:kms:x")


def test_an_artefact_that_is_there_needs_no_file(context: Callable[..., Context]) -> None:
    store = Objects()
    store.found["shop/artefacts/0a1b.zip"] = b"zip"
    upload(keeping(context(artefacts=KEPT), store), manifest(None))
    assert store.put == []


def test_an_artefact_that_is_nowhere_is_named(context: Callable[..., Context]) -> None:
    with pytest.raises(EventyardError, match="`jobs/a` is neither") as refused:
        upload(keeping(context(artefacts=KEPT), Objects()), manifest(None))
    assert refused.value.where == "s3://artefacts/shop/artefacts/0a1b.zip"


def test_the_second_of_two_puts_finds_it_there(context: Callable[..., Context], zipped: Path) -> None:
    store = Objects()
    bucket = Bucket.of(keeping(context(artefacts=KEPT), store))
    assert bucket is not None
    assert bucket.put("k", zipped)
    assert not bucket.put("k", zipped)
    store.refusals["PutObject"] = ["ConditionalRequestConflict"]
    assert not bucket.put("k", zipped)
    store.found.clear()
    store.refusals["PutObject"] = ["ConditionalRequestConflict"]
    assert bucket.put("k", zipped)
    store.refusals["PutObject"] = ["ConditionalRequestConflict"] * 3
    with pytest.raises(BucketError, match="all the time"):
        bucket.put("k", zipped)


@pytest.mark.parametrize(
    ("operation", "code", "what", "fix"),
    [
        ("HeadBucket", "404", "There is no bucket `artefacts`", "`eventyard state bootstrap --env local`"),
        ("HeadBucket", "403", "HeadBucket is denied", "s3:ListBucket"),
        ("HeadObject", "403", "HeadObject is denied", "s3:GetObject"),
        ("PutObject", "AccessDenied", "PutObject is denied", "s3:PutObject"),
        ("PutObject", "KMS.DisabledException", "KMS.DisabledException: as S3 says it", "mend"),
    ],
)
def test_what_s3_refuses_is_said_in_words(
    context: Callable[..., Context], zipped: Path, operation: str, code: str, what: str, fix: str
) -> None:
    store = Objects()
    store.refusals[operation] = [code]
    with pytest.raises(BucketError, match=what) as refused:
        upload(keeping(context(artefacts=KEPT), store), manifest(zipped))
    assert refused.value.where == "eventyard.toml: environments.local.artefacts"
    assert fix in (refused.value.fix or "")
    assert store.found == {}


@pytest.mark.parametrize(
    ("store", "kept", "what"),
    [
        (Objects(region="us-east-1"), {}, "is in us-east-1, and Lambda takes code only from its own region"),
        (Objects(owner="222222222222"), {}, "HeadBucket is denied"),
    ],
)
def test_a_bucket_elsewhere_or_of_a_stranger_is_refused(
    context: Callable[..., Context], zipped: Path, store: Objects, kept: dict[str, Any], what: str
) -> None:
    with pytest.raises(BucketError, match=what):
        upload(keeping(context(artefacts={**KEPT, **kept}), store), manifest(zipped))


def test_a_bucket_of_another_account_is_named_with_it(context: Callable[..., Context], zipped: Path) -> None:
    store = Objects(owner="222222222222")
    upload(keeping(context(artefacts={**KEPT, "account": "222222222222"}), store), manifest(zipped))
    assert len(store.put) == 2


def test_what_no_upload_takes_needs_a_bucket(context: Callable[..., Context], zipped: Path) -> None:
    large = manifest(zipped, size=PACKED_BYTES + 1)
    with pytest.raises(TooLarge, match=r"`jobs/a` is 50\.0 MB") as refused:
        upload(context(), large)
    assert "artefacts.bucket" in (refused.value.fix or "")
    upload(keeping(context(artefacts=KEPT), Objects()), large)
