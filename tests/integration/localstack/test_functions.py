"""What a function keeps: its key, and every permission that is added to it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from eventyard.testing.waiting import eventually

SOURCE = "def handler(event, context): return event"
KEY = "arn:aws:kms:eu-west-1:000000000000:key/5e9d1a4c-0000-0000-0000-000000000000"


def keys(bench, name):
    """Return the key as it is read, also of a published version, after it was left alone and then taken away."""
    lambda_ = bench.client("lambda")
    found = [lambda_.get_function_configuration(FunctionName=name, Qualifier=one) for one in ("1", "$LATEST")]
    lambda_.update_function_configuration(FunctionName=name, Timeout=11)
    lambda_.get_waiter("function_updated_v2").wait(FunctionName=name)
    found.append(lambda_.get_function_configuration(FunctionName=name))
    lambda_.update_function_configuration(FunctionName=name, KMSKeyArn="")
    return [one.get("KMSKeyArn") for one in (*found, lambda_.get_function_configuration(FunctionName=name))]


def test_a_function_keeps_its_key(localstack):
    assert keys(localstack, localstack.function(SOURCE, KMSKeyArn=KEY)) == [KEY, KEY, KEY, None]


def test_permissions_that_are_added_at_once_are_all_kept(localstack):
    lambda_ = localstack.client("lambda")
    for _ in range(3):
        name = localstack.function(SOURCE)

        def add(number, name=name):
            lambda_.add_permission(
                FunctionName=name,
                StatementId=f"s{number}",
                Action="lambda:InvokeFunction",
                Principal="sns.amazonaws.com",
            )

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(add, range(8)))
        kept = json.loads(lambda_.get_policy(FunctionName=name)["Policy"])["Statement"]
        assert sorted(one["Sid"] for one in kept) == [f"s{number}" for number in range(8)]


@pytest.mark.parametrize(
    ("destination", "source"),
    [("OnSuccess", SOURCE), ("OnFailure", "def handler(event, context): raise ValueError(event)")],
)
def test_an_asynchronous_call_of_an_alias_has_its_settings(localstack, destination, source):
    lambda_, url = localstack.client("lambda"), localstack.queue()
    attributes = localstack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    name = localstack.function(source)
    lambda_.get_waiter("published_version_active").wait(FunctionName=name, Qualifier="1")
    lambda_.put_function_event_invoke_config(
        FunctionName=name,
        Qualifier="live",
        MaximumRetryAttempts=0,
        DestinationConfig={destination: {"Destination": attributes["Attributes"]["QueueArn"]}},
    )
    lambda_.invoke(FunctionName=name, Qualifier="live", InvocationType="Event", Payload=b'"it"')
    (told,) = eventually(lambda: localstack.receive(url, wait=1))
    assert json.loads(told)["requestPayload"] == "it"


def weigh(bench, name):
    """Give half of the alias's calls to a second version."""
    lambda_ = bench.client("lambda")
    lambda_.update_function_configuration(FunctionName=name, Timeout=11)
    lambda_.get_waiter("function_updated_v2").wait(FunctionName=name)
    version = lambda_.publish_version(FunctionName=name)["Version"]
    lambda_.get_waiter("published_version_active").wait(FunctionName=name, Qualifier=version)
    weights = {"AdditionalVersionWeights": {version: 0.5}}
    lambda_.update_alias(FunctionName=name, Name="live", RoutingConfig=weights)
    return lambda_.get_alias(FunctionName=name, Name="live")["RoutingConfig"] == weights


def test_an_aliass_weights_are_changed(localstack):
    name = localstack.function("def handler(event, context): return context.function_version")
    assert weigh(localstack, name)
    lambda_ = localstack.client("lambda")

    def both():
        answers = {lambda_.invoke(FunctionName=name, Qualifier="live")["Payload"].read() for _ in range(10)}
        return answers == {b'"1"', b'"2"'}

    eventually(both)


def test_upstream_still_forgets_the_key(plain):
    lambda_, name = plain.client("lambda"), plain.unique("function")
    lambda_.create_function(
        FunctionName=name,
        Role=plain.role(),
        Runtime="python3.13",
        Handler="app.handler",
        Code={"ZipFile": b"PK\x05\x06" + bytes(18)},
        KMSKeyArn=KEY,
    )
    assert "KMSKeyArn" not in lambda_.get_function_configuration(FunctionName=name)
