"""Mails of both versions of SES are in one mailbox, and an unverified sender's are refused."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError


def content(text):
    return {"Simple": {"Subject": {"Data": "Due"}, "Body": {"Text": {"Data": text}}}}


def test_a_mail_is_in_the_mailbox(localstack):
    mail, sender = localstack.client("sesv2"), f"{localstack.unique('sender')}@example.com"
    mail.create_email_identity(EmailIdentity=sender)
    mail.send_email(
        FromEmailAddress=sender, Destination={"ToAddresses": ["ada@example.com"]}, Content=content("Feed the cat")
    )
    raw = f"From: {sender}\r\nTo: ada@example.com\r\nSubject: Raw\r\n\r\nFeed the dog\r\n"
    mail.send_email(FromEmailAddress=sender, Content={"Raw": {"Data": raw.encode()}})
    found = [mail for mail in localstack.emulator.mail() if mail.sender == sender]
    assert [mail.subject for mail in found][:1] == ["Due"]
    assert ["Feed the cat" in found[0].body, "Feed the dog" in found[1].body] == [True, True]


def test_an_unverified_sender_is_refused(localstack):
    with pytest.raises(ClientError) as refused:
        localstack.client("sesv2").send_email(
            FromEmailAddress=f"{localstack.unique('nobody')}@example.com",
            Destination={"ToAddresses": ["ada@example.com"]},
            Content=content("Hello"),
        )
    assert refused.value.response["Error"]["Code"] == "MessageRejected"


def test_settings_are_read_back(localstack):
    mail, name = localstack.client("sesv2"), localstack.unique("set")
    mail.create_configuration_set(ConfigurationSetName=name, SendingOptions={"SendingEnabled": False})
    assert mail.get_configuration_set(ConfigurationSetName=name)["SendingOptions"] == {"SendingEnabled": False}

    topic = {"TopicArn": "arn:aws:sns:eu-west-1:000000000000:feedback"}
    settings = {"Enabled": True, "MatchingEventTypes": ["BOUNCE"], "SnsDestination": topic}
    named = {"ConfigurationSetName": name, "EventDestinationName": "feedback"}
    mail.create_configuration_set_event_destination(**named, EventDestination=settings)
    mail.update_configuration_set_event_destination(**named, EventDestination={"Enabled": False})
    kept = mail.get_configuration_set_event_destinations(ConfigurationSetName=name)["EventDestinations"]
    assert kept == [{"Name": "feedback", **settings, "Enabled": False}]
    mail.delete_configuration_set_event_destination(**named)
    with pytest.raises(mail.exceptions.NotFoundException):
        mail.delete_configuration_set_event_destination(**named)


def test_an_address_is_found_by_its_name(localstack):
    mail, address = localstack.client("sesv2"), f"{localstack.unique('sender')}@example.com"
    mail.create_email_identity(EmailIdentity=address)
    assert mail.get_email_identity(EmailIdentity=address)["IdentityType"] == "EMAIL_ADDRESS"
    mail.delete_email_identity(EmailIdentity=address)
    with pytest.raises(mail.exceptions.NotFoundException):
        mail.get_email_identity(EmailIdentity=address)
