"""The classes round AWS's clients, against botocore's own models: a misspelt parameter fails here, not on AWS."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from tests.unit.pet_cuddle_o_tron.recorders import ID, NOW, OWNER, USERNAME, a_reminder

from pet_cuddle_o_tron._shared import settings
from pet_cuddle_o_tron._shared.delivery import RejectedError
from pet_cuddle_o_tron._shared.directory import Contact, Directory, PersonUnknownError
from pet_cuddle_o_tron._shared.reminders import Channel, State, execution_input
from pet_cuddle_o_tron._shared.store import Claim, Reminders, _item
from pet_cuddle_o_tron._shared.workflow import Answers, NameTakenError, Workflow
from pet_cuddle_o_tron.create.app import Settings
from pet_cuddle_o_tron.send_email.app import Email
from pet_cuddle_o_tron.send_sms.app import Sms

ARN = "arn:aws:states:eu-west-1:123456789012:stateMachine:reminders"
EXECUTION = f"arn:aws:states:eu-west-1:123456789012:execution:reminders:{ID}"
UNMET = "ConditionalCheckFailedException"


def stubbed(service: str) -> tuple[Any, Stubber]:
    client = boto3.client(service, region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    stubber = Stubber(client)
    stubber.activate()
    return client, stubber


def test_a_reminder_survives_the_table():
    client, stubber = stubbed("dynamodb")
    reminder = a_reminder(state=State.ACCEPTED)
    stubber.add_response("get_item", {"Item": _item(reminder)})
    assert Reminders(client, "t").get(OWNER, ID) == reminder


def test_every_write_is_one_dynamodb_takes_and_an_unmet_condition_is_no_error():
    client, stubber = stubbed("dynamodb")
    reminders, reminder, claim = Reminders(client, "t"), a_reminder(), Claim("h", 5)
    for _ in range(6):
        stubber.add_client_error("update_item", UNMET)
    assert reminders.cancel(OWNER, ID) is False
    assert reminders.mark_started(reminder) is False
    assert reminders.claim(reminder, Channel.EMAIL, claim, NOW) is False
    reminders.release(reminder, Channel.EMAIL, claim)
    reminders.mark_sent(reminder, Channel.EMAIL, NOW)
    reminders.mark_failed(reminder, Channel.SMS, "Rejected", NOW)
    stubber.add_client_error("delete_item", UNMET)
    reminders.remove_unstarted(reminder)
    stubber.assert_no_pending_responses()


def test_the_first_of_two_simultaneous_requests_wins():
    client, stubber = stubbed("dynamodb")
    first = a_reminder(correlation_id="first")
    stubber.add_client_error("put_item", UNMET)
    stubber.add_response("get_item", {"Item": _item(first)})
    assert Reminders(client, "t").add(a_reminder(correlation_id="second")) == first


def test_only_verified_attributes_of_the_same_person_count():
    client, stubber = stubbed("cognito-idp")
    directory = Directory(client, "eu-west-1_pool")

    def answer(**attributes: str) -> None:
        told = [{"Name": name, "Value": value} for name, value in attributes.items()]
        stubber.add_response("admin_get_user", {"Username": USERNAME, "UserAttributes": told, "Enabled": True})

    answer(sub=OWNER, email="m@example.com", email_verified="true", phone_number="+44", phone_number_verified="false")
    assert directory.contact(USERNAME, OWNER) == Contact(email="m@example.com")
    answer(sub="somebody-else", email="m@example.com", email_verified="true")
    stubber.add_client_error("admin_get_user", "UserNotFoundException")
    for _ in range(2):
        with pytest.raises(PersonUnknownError):
            directory.contact(USERNAME, OWNER)


def test_an_execution_started_before_is_ours_only_with_our_input():
    client, stubber = stubbed("stepfunctions")
    workflow, reminder = Workflow(client, ARN), a_reminder()
    for found in (execution_input(reminder), {"other": 1}):
        stubber.add_client_error("start_execution", "ExecutionAlreadyExists")
        stubber.add_response(
            "describe_execution",
            {"executionArn": EXECUTION, "stateMachineArn": ARN, "status": "SUCCEEDED", "startDate": NOW,
             "input": json.dumps(found)},
            {"executionArn": EXECUTION},
        )  # fmt: skip
    workflow.start(reminder)
    with pytest.raises(NameTakenError):
        workflow.start(reminder)


def test_stopping_what_never_started_is_nothing():
    client, stubber = stubbed("stepfunctions")
    stubber.add_client_error("describe_execution", "ExecutionDoesNotExist")
    Workflow(client, ARN).stop(ID)


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_an_answer_nobody_waits_for_is_no_error(code: str):
    client, stubber = stubbed("stepfunctions")
    for operation in ("send_task_heartbeat", "send_task_success", "send_task_failure"):
        stubber.add_client_error(operation, code)
    answers = Answers(client)
    assert (answers.alive("t"), answers.success("t", {}), answers.failure("t", "E", "c")) == (False, False, False)


def test_a_mail_has_one_recipient_plain_text_and_the_configuration_set():
    client, stubber = stubbed("sesv2")
    sender = Email(client, "robot@example.com", "reminders")
    asked: dict[str, Any] = {}
    client.meta.events.register(
        "provide-client-params.sesv2.SendEmail", lambda params, **_: asked.update(params) or params
    )
    stubber.add_response("send_email", {"MessageId": "m"})
    sender.send(a_reminder(), "m@example.com")
    assert asked["Destination"] == {"ToAddresses": ["m@example.com"]}
    assert asked["ConfigurationSetName"] == "reminders"
    assert set(asked["Content"]["Simple"]["Body"]) == {"Text"}
    stubber.add_client_error("send_email", "MessageRejected")
    with pytest.raises(RejectedError):
        sender.send(a_reminder(), "m@example.com")


def test_an_sms_goes_to_the_number_and_a_refused_one_is_rejected():
    client, stubber = stubbed("sns")
    stubber.add_response("publish", {"MessageId": "m"})
    Sms(client).send(a_reminder(), "+441632960000")
    stubber.add_client_error("publish", "InvalidParameter")
    with pytest.raises(RejectedError):
        Sms(client).send(a_reminder(), "nonsense")


def test_missing_settings_are_all_named_at_once():
    with pytest.raises(settings.MissingSettingsError, match="POOL_ID, WORKFLOW_ARN"):
        settings.read(Settings, {"TABLE_NAME": "t", "POOL_ID": ""})
