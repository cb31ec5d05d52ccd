"""Who may start a workflow's alias is told by a condition on the workflow."""

from __future__ import annotations

import json

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

PASSES = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})


def released(bench, kind="STANDARD"):
    """Return the ARNs of a new machine and of its alias."""
    states = bench.client("stepfunctions")
    made = states.create_state_machine(
        name=bench.unique("machine"),
        definition=PASSES,
        type=kind,
        roleArn=bench.role(service="states.amazonaws.com"),
        publish=True,
    )
    alias = states.create_state_machine_alias(
        name="live", routingConfiguration=[{"stateMachineVersionArn": made["stateMachineVersionArn"], "weight": 100}]
    )
    return made["stateMachineArn"], alias["stateMachineAliasArn"]


def starter(bench, machine):
    condition = {"StringEquals": {"states:StateMachineQualifier": ["live"]}}
    may = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": machine, "Condition": condition}
    return bench.acting("stepfunctions", may)


def waiting(bench):
    # boto3 puts `sync-` before the host of this call, which the loopback address has no name for.
    return bench.emulator.session().client("stepfunctions", config=Config(inject_host_prefix=False))


def test_who_may_start_the_alias_may_not_start_the_rest(bench):
    machine, alias = released(bench)
    states = starter(bench, machine)
    assert states.start_execution(stateMachineArn=alias)["executionArn"]
    for other in (machine, f"{machine}:1"):
        with pytest.raises(ClientError, match="AccessDenied"):
            states.start_execution(stateMachineArn=other)


def test_who_may_start_the_workflow_may_start_its_alias(bench):
    machine, alias = released(bench)
    may = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": machine}
    assert bench.acting("stepfunctions", may).start_execution(stateMachineArn=alias)["executionArn"]


def test_who_waits_for_the_answer_may_name_the_alias(bench):
    _, alias = released(bench, "EXPRESS")
    answer = waiting(bench).start_sync_execution(stateMachineArn=alias, input='{"a": 1}')
    assert (answer["status"], json.loads(answer["output"])) == ("SUCCEEDED", {"a": 1})


def test_upstream_still_knows_no_alias_of_a_synchronous_start(plain):
    _, alias = released(plain, "EXPRESS")
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        waiting(plain).start_sync_execution(stateMachineArn=alias)


def test_upstream_still_denies_the_alias(plain):
    machine, alias = released(plain)
    with pytest.raises(ClientError, match="AccessDenied"):
        starter(plain, machine).start_execution(stateMachineArn=alias)
