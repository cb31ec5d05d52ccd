"""Workflows tell how they are traced and encrypted."""

from __future__ import annotations

import json

import pytest

DEFINITION = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}})


def create(bench, **settings):
    return bench.client("stepfunctions").create_state_machine(
        name=bench.unique("machine"),
        roleArn=bench.role(service="states.amazonaws.com"),
        definition=DEFINITION,
        **settings,
    )["stateMachineArn"]


@pytest.mark.parametrize("first", [True, False])
def test_tracing_is_read_back_and_changed(localstack, first):
    workflows = localstack.client("stepfunctions")
    machine = create(localstack, tracingConfiguration={"enabled": first})
    assert workflows.describe_state_machine(stateMachineArn=machine)["tracingConfiguration"] == {"enabled": first}
    workflows.update_state_machine(stateMachineArn=machine, tracingConfiguration={"enabled": not first})
    assert workflows.describe_state_machine(stateMachineArn=machine)["tracingConfiguration"] == {"enabled": not first}


def test_the_key_is_read_back(localstack):
    workflows = localstack.client("stepfunctions")
    encryption = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "alias/flows", "kmsDataKeyReusePeriodSeconds": 300}
    machine = create(localstack, encryptionConfiguration=encryption)
    assert workflows.describe_state_machine(stateMachineArn=machine)["encryptionConfiguration"] == encryption
    owned = {"type": "AWS_OWNED_KEY"}
    assert workflows.describe_state_machine(stateMachineArn=create(localstack))["encryptionConfiguration"] == owned
    workflows.update_state_machine(stateMachineArn=machine, encryptionConfiguration=owned)
    assert workflows.describe_state_machine(stateMachineArn=machine)["encryptionConfiguration"] == owned


def test_upstream_still_forgets_both(plain):
    machine = create(plain, tracingConfiguration={"enabled": True}, encryptionConfiguration={"type": "AWS_OWNED_KEY"})
    told = plain.client("stepfunctions").describe_state_machine(stateMachineArn=machine)
    assert {"tracingConfiguration", "encryptionConfiguration"}.isdisjoint(told)
