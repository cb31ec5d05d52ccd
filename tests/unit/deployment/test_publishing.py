from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eventyard.deployment import Context, Outputs
from eventyard.deployment.publishing import MARK, publish, withdraw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Bucket:
    """An S3 and CloudFront of one versioned bucket, in memory."""

    def __init__(self) -> None:
        self.versions: dict[str, list[dict[str, Any]]] = {}
        self.invalidations = 0

    def client(self, service: str) -> Bucket:
        return self

    def get_paginator(self, name: str) -> Any:
        made = {"list_objects_v2": self._objects, "list_object_versions": self._versions}[name]
        return type("Paginator", (), {"paginate": staticmethod(lambda **_: made())})

    def _objects(self) -> Iterator[dict[str, Any]]:
        yield {"Contents": [{"Key": key} for key in self.versions]}

    def _versions(self) -> Iterator[dict[str, Any]]:
        yield {
            "Versions": [
                {"Key": key, "VersionId": str(at)} for key, found in self.versions.items() for at in range(len(found))
            ]
        }

    def put_object(self, *, Key: str, **rest: Any) -> None:  # noqa: N803
        self.versions.setdefault(Key, []).append(rest)

    def head_object(self, *, Key: str, VersionId: str = "-1", **_: Any) -> dict[str, Any]:  # noqa: N803
        return {"Metadata": self.versions[Key][int(VersionId)].get("Metadata", {})}

    def delete_objects(self, *, Delete: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: N803
        for entry in Delete["Objects"]:
            self.versions.pop(entry["Key"], None)
        return {}

    def create_invalidation(self, **_: Any) -> None:
        self.invalidations += 1


def test_pages_are_put_once_stale_ones_go_and_others_stay(context: Callable[..., Context], tmp_path: Path) -> None:
    here = context()
    bucket = Bucket()
    here.target.__dict__["session"] = bucket
    site = tmp_path / "templates/site/page"
    site.mkdir(parents=True)
    (site / "config.json.j2").write_text('{"api": {{ config.api | tojson }}}')
    (site / "old.html").write_text("old")
    page = {"bucket": "pages", "distribution_id": "E1", "url": "https://x", "config": {"api": "http://x"}}
    found = Outputs(values={}, secrets=frozenset(), pages={"page": page})
    bucket.put_object(Key="somebody-s.txt", Body=b"")
    assert publish(here, found) == 2
    assert publish(here, found) == 0
    assert bucket.invalidations == 1
    put = bucket.versions["config.json"][0]
    assert (put["Body"], put["ContentType"], put["CacheControl"]) == (
        b'{"api": "http://x"}',
        "application/json",
        "no-cache",
    )
    assert MARK in put["Metadata"]
    (site / "old.html").unlink()
    assert publish(here, found) == 1
    assert sorted(bucket.versions) == ["config.json", "somebody-s.txt"]
    assert withdraw(here, "pages") == 1
    assert sorted(bucket.versions) == ["somebody-s.txt"]
