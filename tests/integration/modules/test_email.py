"""Mail goes out through the grant, as the sender and as nobody else."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.testing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard.testing.stacks import Yard

    Client = Callable[[str], Any]

pytestmark = pytest.mark.of("email")


@pytest.fixture
def send(outputs: dict[str, Any], client: Client) -> Callable[..., Any]:
    """``send(to=…, subject=…)``: ask the function to send; what SES said."""

    def ask(**event: str) -> Any:
        answer = client("lambda").invoke(FunctionName=outputs["email"]["function"], Payload=json.dumps(event))
        assert "FunctionError" not in answer
        return json.loads(answer["Payload"].read())

    return ask


@pytest.mark.needs("ses_mailbox")
def test_a_mail_sent_with_the_grant_arrives(outputs: dict[str, Any], send: Callable[..., Any], library_yard: Yard):
    emulator, subject = library_yard.target.emulator, uuid.uuid4().hex
    assert emulator
    assert send(to="somebody@example.org", subject=subject)["id"]
    [mail] = eventually(lambda: [mail for mail in emulator.mail() if mail.subject == subject])
    assert (mail.sender, mail.to) == (outputs["email"]["sender"], ("somebody@example.org",))


@pytest.mark.needs("iam_callers")
def test_the_grant_is_for_the_sender_alone(send: Callable[..., Any]):
    said = send(**{"from": "ceo@mail.example.com"}, to="somebody@example.org", subject="Pay at once")
    assert said == {"refused": "AccessDeniedException"}


@pytest.mark.needs("ses_dkim")
def test_a_domain_has_its_records(outputs: dict[str, Any]):
    records = outputs["email"]["records"]
    assert len(records) == 3
    assert all(name.endswith("._domainkey.mail.example.com") for name in records)


def test_events_go_to_the_topic_and_elsewhere(outputs: dict[str, Any], client: Client):
    told = client("sesv2").get_configuration_set_event_destinations(ConfigurationSetName=outputs["email"]["set"])
    assert {each["Name"]: set(each["MatchingEventTypes"]) for each in told["EventDestinations"]} == {
        "feedback": {"BOUNCE", "COMPLAINT", "DELIVERY"},
        "lake": {"BOUNCE", "COMPLAINT", "DELIVERY", "REJECT", "SEND"},
        "rules": {"DELIVERY"},
    }
