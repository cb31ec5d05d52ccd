"""The Pet-Cuddle-o-Tron as it runs: real Terraform, real functions, IAM enforced, mail in the mailbox."""

from __future__ import annotations

import base64
import json
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.support.people import Person, call, sign_up

from eventyard.testing import eventually, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [
    pytest.mark.needs("cognito_sign_up", "http_api_jwt", "ses_mailbox", "step_functions"),
    # One worker applies the stack once, for these tests and for the page's.
    pytest.mark.xdist_group("pet-cuddle-o-tron"),
]

ENDED = {"sent", "failed", "cancelled"}


@pytest.fixture(scope="module")
def system(stack: Callable[[str], Any]) -> Any:
    return stack("pet-cuddle-o-tron")


@pytest.fixture(scope="module")
def outputs(system: Any) -> dict[str, Any]:
    return dict(system.outputs)


@pytest.fixture
def new_person(system: Any, aws: Callable[[str], Any]) -> Callable[[], Person]:
    def new_person() -> Person:
        return sign_up(
            aws("cognito-idp"), system.outputs,
            api_url=system.addresses["api_url"], origin=system.addresses["site_url"].rstrip("/"),
        )  # fmt: skip

    return new_person


@pytest.fixture
def person(new_person: Callable[[], Person]) -> Person:
    return new_person()


@pytest.fixture
def mails(mailbox: Callable[[], list[Any]]) -> Callable[[Person], list[str]]:
    """The reminders somebody got, without the mails of the sign-up."""

    def mails(person: Person) -> list[str]:
        return [mail.body for mail in mailbox() if person.email in mail.to and mail.subject == "Your reminder"]

    return mails


def ended(person: Person, reminder_id: str) -> str:
    """Wait until a reminder is settled; return its status."""
    return str(eventually(lambda: (s := person.status(reminder_id)["status"]) in ENDED and s, timeout=60))


# What it is for


def test_a_reminder_reaches_the_mailbox_once(person: Person, mails: Callable[[Person], list[str]]):
    answer = person.remind(message="cuddle the cat\nand the dog")
    assert (answer.status, answer.body["status"]) == (202, "waiting")
    assert answer.headers["location"] == f"/reminders/{answer.body['id']}"
    assert ended(person, answer.body["id"]) == "sent"
    never(lambda: len(mails(person)) != 1, for_seconds=2)
    assert mails(person)[0].startswith("cuddle the cat\nand the dog")


def test_a_reminder_can_wait_until_a_date_in_any_zone(person: Person, mails: Callable[[Person], list[str]]):
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
    answer = person.remind(at=(due + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S+02:00"))
    assert answer.body["due_at"] == due.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert ended(person, answer.body["id"]) == "sent"
    assert datetime.now(UTC) >= due
    assert len(mails(person)) == 1


def test_both_channels_go_out_when_both_are_verified(
    person: Person, outputs: dict[str, Any], aws: Callable[[str], Any], mails: Callable[[Person], list[str]]
):
    verify_number(aws, outputs, person, verified="true")
    reminder_id = person.remind(channel="both").body["id"]
    assert ended(person, reminder_id) == "sent"
    assert {name: shown["status"] for name, shown in person.status(reminder_id)["channels"].items()} == {
        "email": "sent",
        "sms": "sent",
    }
    assert len(mails(person)) == 1


# Once and only once


def test_a_repeat_answers_the_first_id_and_another_body_is_a_conflict_also_after_the_end(
    person: Person, mails: Callable[[Person], list[str]]
):
    key = uuid.uuid4().hex
    first = person.remind(key)
    for _ in range(2):
        repeat = person.remind(key)
        assert (repeat.status, repeat.body["id"]) == (202, first.body["id"])
        other = person.remind(key, message="walk the dog")
        assert (other.status, other.body["error"]["code"]) == (409, "idempotency_conflict")
        ended(person, first.body["id"])
    assert len(mails(person)) == 1


def test_two_people_with_one_key_have_two_reminders(new_person: Callable[[], Person]):
    key = uuid.uuid4().hex
    assert new_person().remind(key).body["id"] != new_person().remind(key).body["id"]


def test_a_queue_that_delivers_twice_sends_one_mail(
    person: Person, outputs: dict[str, Any], aws: Callable[[str], Any], mails: Callable[[Person], list[str]]
):
    sqs, url = aws("sqs"), outputs["email_queue_url"]
    with paused(aws("lambda"), outputs["functions"]["send_email"]):
        reminder_id = person.remind().body["id"]
        [message] = eventually(lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages"))
        for _ in range(3):
            sqs.send_message(QueueUrl=url, MessageBody=message["Body"])
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert ended(person, reminder_id) == "sent"
    never(lambda: len(mails(person)) > 1, for_seconds=3)


def test_an_order_nobody_waits_for_sends_nothing(
    person: Person, outputs: dict[str, Any], aws: Callable[[str], Any], mails: Callable[[Person], list[str]]
):
    reminder_id = person.remind(minutes=60).body["id"]
    owner = claims(person.token)["sub"]
    order = {"task_token": "made-up", "owner": owner, "id": reminder_id, "correlation_id": "made-up"}
    aws("sqs").send_message(QueueUrl=outputs["email_queue_url"], MessageBody=json.dumps(order))
    never(lambda: mails(person), for_seconds=3)
    assert person.status(reminder_id)["status"] == "waiting"


# Cancelling


def test_a_cancelled_reminder_is_never_mailed(person: Person, mails: Callable[[Person], list[str]]):
    reminder_id = person.remind(seconds=10).body["id"]
    for _ in range(2):
        answer = person.call("DELETE", f"/reminders/{reminder_id}")
        assert (answer.status, answer.body["status"]) == (200, "cancelled")
    never(lambda: mails(person), for_seconds=12)
    assert person.status(reminder_id)["status"] == "cancelled"


def test_a_reminder_that_was_sent_cannot_be_cancelled(person: Person):
    reminder_id = person.remind().body["id"]
    ended(person, reminder_id)
    answer = person.call("DELETE", f"/reminders/{reminder_id}")
    assert (answer.status, answer.body["error"]["code"]) == (409, "not_cancellable")


# One's own, and nobody else's


def test_an_unverified_number_is_refused(person: Person, outputs: dict[str, Any], aws: Callable[[str], Any]):
    for verified in (None, "false"):
        if verified:
            verify_number(aws, outputs, person, verified=verified)
        for channel in ("sms", "both"):
            answer = person.remind(channel=channel)
            assert (answer.status, answer.body["error"]["field"]) == (409, "phone_number")
    assert person.call("GET", "/reminders").body["reminders"] == []


def test_an_address_unverified_after_the_request_gets_no_mail_and_the_owner_is_told_why(
    person: Person, outputs: dict[str, Any], aws: Callable[[str], Any], mails: Callable[[Person], list[str]]
):
    reminder_id = person.remind(seconds=2).body["id"]
    change = [{"Name": "email_verified", "Value": "false"}]
    aws("cognito-idp").admin_update_user_attributes(
        UserPoolId=outputs["pool_id"], Username=person.username, UserAttributes=change
    )
    assert ended(person, reminder_id) == "failed"
    assert person.status(reminder_id)["channels"]["email"]["reason"]["code"] == "AddressNotVerified"
    assert mails(person) == []


def test_anothers_reminder_is_not_found(new_person: Callable[[], Person]):
    mine, stranger = new_person(), new_person()
    reminder_id = mine.remind(minutes=5).body["id"]
    for method in ("GET", "DELETE"):
        assert stranger.call(method, f"/reminders/{reminder_id}").status == 404
    assert mine.status(reminder_id)["status"] == "waiting"


def test_the_list_shows_ones_own_newest_first_page_by_page(new_person: Callable[[], Person]):
    mine, stranger = new_person(), new_person()
    stranger.remind(minutes=5)
    ids = [mine.remind(minutes=5).body["id"] for _ in range(3)]
    eventually(lambda: len(mine.call("GET", "/reminders").body["reminders"]) == len(ids))
    first = mine.call("GET", "/reminders?limit=2").body
    second = mine.call("GET", f"/reminders?limit=2&cursor={first['cursor']}").body
    shown = first["reminders"] + second["reminders"]
    assert sorted(reminder["id"] for reminder in shown) == sorted(ids)
    assert [reminder["created_at"] for reminder in shown] == sorted((r["created_at"] for r in shown), reverse=True)
    assert second["cursor"] is None
    assert stranger.call("GET", f"/reminders?cursor={first['cursor']}").status == 200
    assert all(r["id"] not in ids for r in stranger.call("GET", "/reminders").body["reminders"])


@pytest.mark.parametrize("kind", ["none", "tampered", "nonsense", "id"])
def test_only_a_good_access_token_opens_the_api(person: Person, kind: str):
    head, payload, signature = person.token.split(".")
    forged = (
        base64.urlsafe_b64encode(json.dumps(claims(person.token) | {"sub": "stranger"}).encode()).decode().rstrip("=")
    )
    token = {"none": "", "tampered": f"{head}.{forged}.{signature}", "nonsense": "x.y.z", "id": person.id_token}[kind]
    assert payload != forged
    headers = {"origin": person.origin} | ({"authorization": f"Bearer {token}"} if token else {})
    assert call("GET", f"{person.api_url}/reminders", headers=headers).status == 401


# Wrong input


@pytest.mark.parametrize(
    ("body", "headers", "status", "field"),
    [
        ({"channel": "email", "seconds": 1}, {}, 400, "message"),
        ({"message": "m", "seconds": 1}, {}, 400, "channel"),
        ({"message": "m", "channel": "email"}, {}, 400, "minutes"),
        ({"message": "m", "channel": "email", "seconds": 0}, {}, 400, "seconds"),
        ({"message": "m", "channel": "email", "seconds": 1, "email": "stranger@example.com"}, {}, 400, "email"),
        ({"message": "m", "channel": "email", "at": "2020-01-01T00:00:00Z"}, {}, 400, "at"),
        ({"message": "m" * 20_000, "channel": "email", "seconds": 1}, {}, 413, None),
        ({"message": "m", "channel": "email", "seconds": 1}, {"idempotency_key": "short"}, 400, "Idempotency-Key"),
        ("{not json", {}, 400, None),
        ("[]", {}, 400, None),
        ("message=m", {"content_type": "application/x-www-form-urlencoded"}, 415, None),
    ],
)
def test_a_wrong_request_is_a_json_error_that_the_page_may_read(
    person: Person, body: Any, headers: dict[str, str], status: int, field: str | None
):
    answer = person.call("POST", "/reminders", body, **({"idempotency_key": uuid.uuid4().hex} | headers))
    assert (answer.status, answer.body["error"].get("field")) == (status, field)
    assert {"code", "message"} <= set(answer.body["error"])
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == person.origin


def test_cors_answers_the_page_and_nobody_else(person: Person):
    asked = {
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,idempotency-key",
    }
    url = f"{person.api_url}/reminders"
    allowed = call("OPTIONS", url, headers=asked | {"origin": person.origin})
    assert allowed.status in {200, 204}
    assert allowed.headers["access-control-allow-origin"] == person.origin
    assert "POST" in allowed.headers["access-control-allow-methods"]
    assert "idempotency-key" in allowed.headers["access-control-allow-headers"].lower()
    stranger = call("OPTIONS", url, headers=asked | {"origin": "https://stranger.example"})
    assert "access-control-allow-origin" not in stranger.headers


# When things go wrong behind the API


def test_a_poison_message_ends_in_the_dead_letter_queue(outputs: dict[str, Any], aws: Callable[[str], Any]):
    sqs, url = aws("sqs"), outputs["email_queue_url"]
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    poison = f"poison {uuid.uuid4().hex}"
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})  # five deliveries now, not in an hour
    try:
        sqs.send_message(QueueUrl=url, MessageBody=poison)
        dead = {"QueueUrl": outputs["email_dead_letter_queue_url"], "WaitTimeSeconds": 1, "VisibilityTimeout": 0}
        eventually(lambda: poison in {m["Body"] for m in sqs.receive_message(**dead).get("Messages", [])}, timeout=60)
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=before)


def test_a_function_whose_permission_is_taken_away_is_denied(
    person: Person, outputs: dict[str, Any], aws: Callable[[str], Any]
):
    assert person.call("GET", "/reminders").status == 200
    with without_policies(aws, outputs["functions"]["list"]):
        answer = eventually(lambda: (a := person.call("GET", "/reminders")).status == 500 and a)
        assert answer.body["error"]["code"] == "internal"
        assert answer.headers["access-control-allow-origin"] == person.origin
    eventually(lambda: person.call("GET", "/reminders").status == 200)


def test_a_workflow_that_died_is_told_as_a_failure(person: Person, outputs: dict[str, Any], aws: Callable[[str], Any]):
    reminder_id = person.remind(minutes=60).body["id"]
    execution = f"{outputs['workflow_arn'].replace(':stateMachine:', ':execution:')}:{reminder_id}"
    aws("stepfunctions").stop_execution(executionArn=execution)
    shown = person.status(reminder_id)
    assert (shown["status"], shown["reason"]["code"]) == ("failed", "WorkflowEnded")


def test_one_correlation_id_follows_a_reminder_and_nothing_personal_is_logged(
    person: Person, outputs: dict[str, Any], aws: Callable[[str], Any]
):
    correlation_id, since, secret = f"trace-{uuid.uuid4().hex}", datetime.now(UTC), f"secret {uuid.uuid4().hex}"
    body = {"message": secret, "channel": "email", "seconds": 1}
    answer = person.call("POST", "/reminders", body, idempotency_key=uuid.uuid4().hex, x_correlation_id=correlation_id)
    assert answer.headers["x-correlation-id"] == correlation_id
    assert ended(person, answer.body["id"]) == "sent"
    for name in ("create", "send_email"):
        lines = eventually(lambda name=name: [
            line for line in logged(aws, outputs["functions"][name], since) if correlation_id in line
        ])  # fmt: skip
        assert any(json.loads(line).get("reminder_id") == answer.body["id"] for line in lines)
        everything = "\n".join(logged(aws, outputs["functions"][name], since))
        for personal in (secret, person.email, person.token):
            assert personal not in everything


# Helpers


def claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return told


def logged(aws: Callable[[str], Any], function: str, since: datetime) -> list[str]:
    """Return what a function has logged since then, line by line."""
    configuration = aws("lambda").get_function_configuration(FunctionName=function)
    group = configuration.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{function}"
    pages = aws("logs").get_paginator("filter_log_events").paginate(
        logGroupName=group, startTime=int(since.timestamp() * 1000)
    )  # fmt: skip
    return [line for page in pages for event in page["events"] for line in event["message"].splitlines()]


def verify_number(aws: Callable[[str], Any], outputs: dict[str, Any], person: Person, *, verified: str) -> None:
    change = [{"Name": "phone_number", "Value": "+441632960000"}, {"Name": "phone_number_verified", "Value": verified}]
    aws("cognito-idp").admin_update_user_attributes(
        UserPoolId=outputs["pool_id"], Username=person.username, UserAttributes=change
    )


@contextmanager
def paused(functions: Any, name: str) -> Iterator[None]:
    """Keep a function from its queue for a while."""
    [mapping] = [
        found for page in functions.get_paginator("list_event_source_mappings").paginate()
        for found in page["EventSourceMappings"] if f":{name}" in found["FunctionArn"]
    ]  # fmt: skip

    def switch(state: str) -> None:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=state == "Enabled")
        eventually(lambda: functions.get_event_source_mapping(UUID=mapping["UUID"])["State"] == state, timeout=120)

    switch("Disabled")
    try:
        yield
    finally:
        switch("Enabled")


@contextmanager
def without_policies(aws: Callable[[str], Any], name: str) -> Iterator[None]:
    """Take a function's own permissions away for a while."""
    iam = aws("iam")
    role = aws("lambda").get_function_configuration(FunctionName=name)["Role"].rsplit("/", 1)[-1]
    policies = {
        policy: iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]
    }
    for policy in policies:
        iam.delete_role_policy(RoleName=role, PolicyName=policy)
    try:
        yield
    finally:
        for policy, document in policies.items():
            iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))
