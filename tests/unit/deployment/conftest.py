from __future__ import annotations

import base64
import hashlib
import io
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from rich.console import Console as RichConsole

from eventyard.config import Environment, Settings
from eventyard.console import Console
from eventyard.deployment import Context, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STACK = 'output "url" {\n  value = "u"\n}\n\noutput "word" {\n  value     = "w"\n  sensitive = true\n}\n'


def quiet() -> Console:
    def made() -> RichConsole:
        return RichConsole(file=io.StringIO(), soft_wrap=True, highlight=False, markup=False)

    return Console(made(), made())


class Objects:
    """An S3 of one bucket, in memory: it compares checksums, puts what isn't there, and refuses by AWS's codes."""

    def __init__(self, *, region: str = "eu-west-1", owner: str = "000000000000") -> None:
        self.found: dict[str, bytes] = {}
        self.put: list[dict[str, Any]] = []
        self.refusals: dict[str, list[str]] = {}
        self.region = region
        self.owner = owner

    def client(self, service: str, **_: Any) -> Objects:
        return self

    def head_bucket(self, **named: Any) -> dict[str, str]:
        self._refuse("HeadBucket", named)
        return {"BucketRegion": self.region}

    def head_object(self, *, Key: str, **named: Any) -> None:  # noqa: N803
        self._refuse("HeadObject", named)
        if Key not in self.found:
            raise refusal("404", "HeadObject")

    def get_object(self, *, Key: str, **named: Any) -> dict[str, Any]:  # noqa: N803
        self._refuse("GetObject", named)
        if Key not in self.found:
            raise refusal("NoSuchKey", "GetObject")
        return {"Body": io.BytesIO(self.found[Key])}

    def put_object(self, *, Key: str, Body: Any, **named: Any) -> None:  # noqa: N803
        self._refuse("PutObject", named)
        content = Body if isinstance(Body, bytes) else Body.read()
        checksum = named.get("ChecksumSHA256")
        if checksum and base64.b64decode(checksum) != hashlib.sha256(content).digest():
            raise refusal("BadDigest", "PutObject")
        if named.get("IfNoneMatch") == "*" and Key in self.found:
            raise refusal("PreconditionFailed", "PutObject")
        self.found[Key] = content
        self.put.append({"Key": Key, **named})

    def get_paginator(self, name: str) -> Any:
        assert name == "list_objects_v2"

        def paginate(*, Prefix: str, **named: Any) -> Iterator[dict[str, Any]]:  # noqa: N803
            self._refuse("ListObjectsV2", named)
            yield {"Contents": [{"Key": key} for key in self.found if key.startswith(Prefix)]}

        return type("Paginator", (), {"paginate": staticmethod(paginate)})

    def _refuse(self, operation: str, named: dict[str, Any]) -> None:
        if named.get("ExpectedBucketOwner") != self.owner:
            raise refusal("AccessDenied", operation)
        codes = self.refusals.get(operation)
        if codes:
            raise refusal(codes.pop(0), operation)


def refusal(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "as S3 says it"}}, operation)


class FixedTarget(Target):
    """A target that is there already, and of which nothing is asked."""

    emulator = None
    name = "one"

    @property
    def incarnation(self) -> str:
        return self.name


@pytest.fixture
def context(tmp_path: Path) -> Callable[..., Context]:
    (tmp_path / "terraform/stacks/jobs").mkdir(parents=True)
    (tmp_path / "terraform/stacks/jobs/main.tf").write_text(STACK)

    def make(**environment: Any) -> Context:
        chosen = Environment.model_validate({"name": "local", **environment})
        settings = Settings(root=tmp_path, environments={chosen.name: chosen})
        build = tmp_path / "build"
        return Context(settings, chosen, "jobs", build, FixedTarget(chosen, build), quiet())

    return make


def keeping(context: Context, objects: Objects) -> Context:
    """Let `objects` be what the environment's bucket is."""
    context.target.__dict__["session"] = objects
    return context


def said(context: Context) -> str:
    file = context.console.err.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()
