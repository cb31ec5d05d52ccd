"""Messages, records, requests and events through the applied functions, to where each of them ends."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from eventyard.testing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.of("function")


@pytest.fixture(scope="module")
def made(outputs: dict[str, Any]) -> dict[str, Any]:
    """Return the outputs of the function's example."""
    found: dict[str, Any] = outputs["function"]
    return found


@pytest.fixture(scope="module")
def run() -> str:
    """Return what tells this run's jobs from another's."""
    return uuid.uuid4().hex


@pytest.fixture(scope="module")
def sent(made: dict[str, Any], client: Callable[[str], Any], run: str) -> dict[str, dict[str, Any]]:
    """Send two jobs that fit, one that fails and one that nobody asked for."""
    jobs = {
        "resized": {"id": f"{run}-resized", "kind": "resize"},
        "rotated": {"id": f"{run}-rotated", "kind": "rotate"},
        "failing": {"id": f"{run}-failing", "kind": "resize", "fail": True},
        "unasked": {"id": f"{run}-unasked", "kind": "delete"},
    }
    entries = [{"Id": name, "MessageBody": json.dumps(job)} for name, job in jobs.items()]
    client("sqs").send_message_batch(QueueUrl=made["queue"], Entries=entries)
    return jobs


@pytest.fixture(scope="module")
def results(made: dict[str, Any], client: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    """``results("aws:kinesis")``: what was handed on of one source so far."""
    seen: list[dict[str, Any]] = []

    def of(source: str) -> list[Any]:
        answer = client("sqs").receive_message(QueueUrl=made["results"], MaxNumberOfMessages=10, WaitTimeSeconds=1)
        seen.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
        return [one["body"] for one in seen if one["source"] == source]

    return of


@pytest.mark.needs("sqs_lambda")
def test_only_what_fits_is_recorded_and_only_what_failed_stays(
    made: dict[str, Any], client: Callable[[str], Any], sent: dict[str, dict[str, Any]], run: str
) -> None:
    def recorded() -> set[str]:
        items = client("dynamodb").scan(TableName=made["table"])["Items"]
        return {item["id"]["S"] for item in items if item["id"]["S"].startswith(run)}

    eventually(lambda: recorded() == {sent["resized"]["id"], sent["rotated"]["id"]}, timeout=30)
    eventually(lambda: _held(client("sqs"), made["queue"]) + _held(client("sqs"), made["unfit"]) == 1, timeout=30)


@pytest.mark.needs("dynamodb_stream_lambda")
def test_new_items_reach_the_second_function_by_the_tables_stream(
    sent: dict[str, dict[str, Any]], results: Callable[[str], list[Any]], run: str
) -> None:
    def keys() -> list[str]:
        return sorted(one["id"]["S"] for one in results("aws:dynamodb") if one["id"]["S"].startswith(run))

    eventually(lambda: keys() == sorted([sent["resized"]["id"], sent["rotated"]["id"]]), timeout=30)


@pytest.mark.needs("kinesis_lambda", "kinesis_lambda_from_a_time")
def test_records_of_a_stream_reach_it_too(
    made: dict[str, Any], client: Callable[[str], Any], results: Callable[[str], list[Any]], run: str
) -> None:
    client("kinesis").put_record(StreamName=made["stream"], Data=f"{run}-click".encode(), PartitionKey=run)
    eventually(lambda: f"{run}-click" in results("aws:kinesis"), timeout=30)


@pytest.mark.needs("lambda_async_on_failure")
def test_an_event_that_is_given_up_leaves_its_whole_record(
    made: dict[str, Any], client: Callable[[str], Any], run: str
) -> None:
    event = {"id": run, "fail": True}
    client("lambda").invoke(
        FunctionName=made["function"]["alias_arn"], InvocationType="Event", Payload=json.dumps(event)
    )

    def records() -> list[dict[str, Any]]:
        answer = client("sqs").receive_message(QueueUrl=made["failures"]["url"], WaitTimeSeconds=1)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    record = eventually(records, timeout=30)[0]
    assert record["requestPayload"] == event
    assert record["requestContext"]["condition"] == "RetriesExhausted"


@pytest.mark.needs("lambda_layers", "lambda_versions")
def test_the_alias_runs_the_version_that_is_released_with_its_layer(
    made: dict[str, Any], client: Callable[[str], Any], run: str
) -> None:
    answer = client("lambda").invoke(
        FunctionName=made["function"]["alias_arn"], Payload=json.dumps({"id": run}).encode()
    )
    assert json.load(answer["Payload"])["greeting"] == f"hello {run}"
    assert answer["ExecutedVersion"] == made["version"]
    watch = client("lambda").get_alias(FunctionName=made["watch"]["name"], Name="first")
    assert (watch["AliasArn"], watch["FunctionVersion"]) == (made["watch"]["alias_arn"], "1")


def test_permissions_are_on_the_alias_alone(made: dict[str, Any], client: Callable[[str], Any]) -> None:
    answer = client("lambda").get_policy(FunctionName=made["function"]["name"], Qualifier="live")
    statements = json.loads(answer["Policy"])["Statement"]
    assert {one["Action"] for one in statements} == {"lambda:InvokeFunction", "lambda:InvokeFunctionUrl"}
    assert {one["Resource"] for one in statements} == {made["function"]["alias_arn"]}
    assert all("444455556666" in json.dumps(one["Principal"]) for one in statements)


@pytest.fixture
def people(
    made: dict[str, Any], client: Callable[[str], Any], run: str
) -> Iterator[Callable[..., boto3.session.Session]]:
    """``people("call_url")``: the session of a new user who has these grants of the function's."""
    iam, names = client("iam"), []

    def person(*grants: str) -> boto3.session.Session:
        name = f"{run}-{len(names)}"
        iam.create_user(UserName=name)
        names.append(name)
        statements = [_statement(made["grants"][label]) for label in grants]
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam.put_user_policy(UserName=name, PolicyName="grants", PolicyDocument=document)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return boto3.session.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=iam.meta.region_name)

    yield person
    for name in names:
        for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
            iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
        for policy in iam.list_user_policies(UserName=name)["PolicyNames"]:
            iam.delete_user_policy(UserName=name, PolicyName=policy)
        iam.delete_user(UserName=name)


@pytest.mark.needs("iam_callers", "lambda_function_urls")
def test_the_url_answers_only_who_signs_and_was_granted_it(
    made: dict[str, Any], client: Callable[[str], Any], people: Callable[..., boto3.session.Session]
) -> None:
    endpoint, label = client("lambda").meta.endpoint_url, urlsplit(made["url"]).netloc.split(".")[0]
    address = f"{endpoint}/_aws/lambda-url/{label}/there"
    assert _get(address, None)[0] == 403
    assert _get(address, people())[0] == 403
    assert _get(address, people("call_url", "invoke_by_url")) == (200, "hello /there")


def _statement(grant: dict[str, Any]) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": sorted(grant["actions"]), "Resource": sorted(grant["resources"])}
    return statement | ({"Condition": grant["conditions"]} if grant["conditions"] else {})


def _get(address: str, session: boto3.session.Session | None) -> tuple[int, str]:
    request = AWSRequest("GET", address)
    if session:
        SigV4Auth(session.get_credentials(), "lambda", session.region_name).add_auth(request)
    try:
        with urlopen(Request(address, headers=dict(request.headers.items())), timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, ""


def _held(sqs: Any, queue: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)
