"""What a probe of an emulator works with: what the data say of it, a function that listens, a queue open to all."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError, HTTPClientError

from eventyard import emulators
from eventyard.emulators import http
from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.integration.support.workbench import Workbench

PATIENT = 30.0
BRIEF = 2.0
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
SERVICES = ("apigateway", "cognito-idp", "elasticloadbalancing", "events", "s3", "sns")
LISTENS = """
import json, os
def handler(event, context):
    with open(os.environ["HEARD"], "a") as heard:
        heard.write(json.dumps(event) + "\\n")
    return event
"""


@dataclass(frozen=True)
class Shows:
    """Holds each verdict of the data against what happens."""

    kind: emulators.Kind

    @contextmanager
    def __call__(self, name: str, *, fully: bool = False) -> Iterator[float]:
        """Run the body, which succeeds where the capability works, and has to fail where the data say `no`.

        What it needs is made before: only what shows the capability stands in the body. It gets the seconds to wait.

        Parameters
        ----------
        name
            The capability.
        fully
            The body is the part that is missing where it works `partly`.
        """
        works = emulators.capabilities(self.kind)[name].works
        if works == "yes" or (works == "partly" and not fully):
            yield PATIENT
            return
        try:
            yield BRIEF
        except HTTPError as error:
            error.close()
            return
        except (AssertionError, ClientError, HTTPClientError, OSError, json.JSONDecodeError):
            return
        data = f"scripts/eventyard/emulators/data/{self.kind}.toml"
        pytest.fail(f"capability {name} of {self.kind} says {works}, but it works: change {data}")


@dataclass(frozen=True)
class Ear:
    """A function that keeps every event it is called with, and answers with it."""

    bench: Workbench
    name: str
    file: Path

    @property
    def arn(self) -> str:
        """Its alias, which every service may call."""
        return self.bench.alias_arn(self.name)

    def heard(self, text: str) -> list[Any]:
        """Return the events that hold `text`."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [json.loads(line) for line in lines if text in line]

    def hears(self, text: str, *, within: float) -> list[Any]:
        """Wait for an event that holds `text`."""
        return eventually(lambda: self.heard(text), timeout=within)


def listening(bench: Workbench, file: Path) -> Ear:
    """Make a function that listens, warm it, and let services call it."""
    name = bench.function(LISTENS, ANYTHING, Environment={"Variables": {"HEARD": str(file)}})
    for service in SERVICES:
        bench.client("lambda").add_permission(
            FunctionName=name,
            Qualifier="live",
            StatementId=service,
            Action="lambda:InvokeFunction",
            Principal=f"{service}.amazonaws.com",
        )
    called(bench, name)
    return Ear(bench, name, file)


def called(bench: Workbench, function: str, qualifier: str = "live", event: Any = None) -> tuple[Any, str]:
    """Wait until a function can be called, call it; return its answer, and how it failed if it did."""
    functions = bench.client("lambda")
    version = {"FunctionName": function, "Qualifier": "1" if qualifier == "live" else qualifier}
    eventually(lambda: functions.get_function_configuration(**version)["State"] == "Active")
    answer = functions.invoke(FunctionName=function, Qualifier=qualifier, Payload=json.dumps(event))
    return json.loads(answer["Payload"].read()), answer.get("FunctionError", "")


@dataclass(frozen=True)
class Box:
    """A queue that everybody may send to."""

    bench: Workbench
    url: str
    arn: str

    def gets(self, text: str = "", *, within: float) -> str:
        """Wait for a message that holds `text`, and return it; others are taken out as well."""
        return eventually(
            lambda: [body for body in self.bench.receive(self.url, wait=0) if text in body], timeout=within
        )[0]


def box(bench: Workbench, **attributes: str) -> Box:
    """Make such a queue."""
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    url = bench.queue(Policy=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}), **attributes)
    answer = bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return Box(bench, url, answer["Attributes"]["QueueArn"])


def bucket(bench: Workbench) -> str:
    """Make a bucket and return its name."""
    name = bench.unique("bucket")
    where = {"LocationConstraint": bench.region}
    bench.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)
    return name


def objects(bench: Workbench, name: str) -> list[bytes]:
    """Return what is in a bucket, object by object."""
    s3 = bench.client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=name).get("Contents", [])]
    return [s3.get_object(Bucket=name, Key=key)["Body"].read() for key in keys]


def role(bench: Workbench, service: str) -> str:
    """Make a role for a service that may do anything: IAM is no concern of most probes."""
    return bench.role(ANYTHING, service=f"{service}.amazonaws.com")


def opened(bench: Workbench, url: str, **settings: Any) -> Any:
    """Open an address that is chosen by its host's name, whoever has that name; return the response."""
    parts, way = urlsplit(url), bench.emulator.reach(url)
    path = f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}"
    named = {**way.headers} or {"Host": parts.netloc}
    headers = {**named, **settings.pop("headers", {})}
    return http.request(f"{bench.emulator.endpoint}{path}", headers=headers, timeout=10, **settings)


def delivery(bench: Workbench, **settings: Any) -> tuple[str, str, str]:
    """Make a Firehose stream into a bucket; return its name, its ARN and the bucket's name."""
    firehose, name, into = bench.client("firehose"), bench.unique("delivery"), bucket(bench)
    made = firehose.create_delivery_stream(
        DeliveryStreamName=name,
        ExtendedS3DestinationConfiguration={
            "RoleARN": role(bench, "firehose"),
            "BucketARN": f"arn:aws:s3:::{into}",
            **settings.pop("into", {}),
        },
        **settings,
    )

    def made_or_not() -> str:
        found = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
        return str(found["DeliveryStreamStatus"]).removeprefix("CREATING")

    assert eventually(made_or_not) == "ACTIVE"
    return name, made["DeliveryStreamARN"], into


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    """See that a call is refused; return the error's code."""
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    raise AssertionError(f"{call.__name__} was not refused")
