"""Records on their way to objects: from a stream through the transform, and put directly; counted at the far end."""

from __future__ import annotations

import base64
import gzip
import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.testing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.of("delivery-stream")

SENT = 12


class Objects:
    """What lies in the bucket."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def below(self, prefix: str) -> dict[str, bytes]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return {key: self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read() for key in keys}


@pytest.fixture(scope="module")
def objects(outputs: dict[str, Any], client: Callable[[str], Any]) -> Objects:
    return Objects(client("s3"), outputs["delivery_stream"]["bucket"]["name"])


@pytest.fixture(scope="module")
def run(outputs: dict[str, Any], client: Callable[[str], Any]) -> str:
    """Put clicks of two customers, one of a robot and one that is no JSON on the stream; return what marks them."""
    run = uuid.uuid4().hex
    clicks = [{"run": run, "number": n, "customer": {"id": f"c{n % 2}"}, "device": "phone"} for n in range(SENT)]
    robot = clicks[0] | {"number": SENT, "robot": True}
    data = [json.dumps(click).encode() for click in [*clicks, robot]] + [f"{run} is no JSON".encode()]
    answer = client("kinesis").put_records(
        StreamName=outputs["delivery_stream"]["stream"]["name"],
        Records=[{"Data": one, "PartitionKey": str(number)} for number, one in enumerate(data)],
    )
    assert answer["FailedRecordCount"] == 0
    return run


def test_records_are_transformed_and_partitioned(objects: Objects, run: str) -> None:
    def delivered() -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for key, body in objects.below("data/").items():
            lines = [json.loads(line) for line in gzip.decompress(body).splitlines()]
            found.setdefault(key.split("/20")[0], []).extend(line for line in lines if line["run"] == run)
            assert key.endswith(".jsonl.gz")
        assert sum(len(clicks) for clicks in found.values()) == SENT
        return found

    folders = eventually(delivered)
    assert sorted(folders) == ["data/customer=c0/device=phone", "data/customer=c1/device=phone"]
    clicks = [click for folder in folders.values() for click in folder]
    assert sorted(click["number"] for click in clicks) == list(range(SENT))
    assert all(click["seen"] for click in clicks)


def test_what_the_transform_gives_up_is_below_the_error_prefix(objects: Objects, run: str) -> None:
    def failed() -> list[dict[str, Any]]:
        errors = [json.loads(line) for body in objects.below("errors/").values() for line in body.splitlines()]
        return [error for error in errors if run.encode() in base64.b64decode(error["rawData"])]

    (error,) = eventually(failed)
    assert base64.b64decode(error["rawData"]) == f"{run} is no JSON".encode()
    assert all(key.startswith("errors/processing-failed/20") for key in objects.below("errors/"))


def test_every_record_is_kept_as_it_came(objects: Objects, run: str) -> None:
    def kept() -> int:
        came = [gzip.decompress(body) for body in objects.below("raw/").values()]
        assert sum(run.encode() in record for record in came) == SENT + 2
        return len(came)

    eventually(kept)


def test_what_is_put_directly_is_delivered(
    objects: Objects, outputs: dict[str, Any], client: Callable[[str], Any]
) -> None:
    run = uuid.uuid4().hex
    sent = {f"{run} {number}\n".encode() for number in range(3)}
    answer = client("firehose").put_record_batch(
        DeliveryStreamName=outputs["delivery_stream"]["direct"]["name"],
        Records=[{"Data": record.removesuffix(b"\n")} for record in sent],
    )
    assert answer["FailedPutCount"] == 0

    def delivered() -> bool:
        found = {line for body in objects.below("direct/20").values() for line in body.splitlines(keepends=True)}
        return sent <= found

    eventually(delivered)
