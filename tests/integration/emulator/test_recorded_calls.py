"""Every decision of IAM is kept, with who asked and the statements it rests on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from eventyard.emulators import http
from eventyard.operations.audit.calls import observed, read
from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from eventyard.operations.audit import Call

TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "000000000000"}}


class Clerk:
    """A role that people of the account take, and what was kept of it."""

    def __init__(self, bench: Any, **policies: list[dict[str, Any]]) -> None:
        self.bench, self.name = bench, bench.unique("clerk")
        iam = bench.client("iam")
        document = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
        self.arn = iam.create_role(RoleName=self.name, Path="/desk/", AssumeRolePolicyDocument=document)["Role"]["Arn"]
        for name, statements in policies.items():
            text = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam.put_role_policy(RoleName=self.name, PolicyName=name, PolicyDocument=text)

    def client(self, service: str) -> Any:
        answer = self.bench.client("sts").assume_role(RoleArn=self.arn, RoleSessionName="at-work")
        keys = answer["Credentials"]
        session = boto3.session.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        return session.client(service, region_name=self.bench.region, endpoint_url=self.bench.emulator.endpoint)

    @property
    def calls(self) -> list[Call]:
        return [call for call in observed(self.bench.emulator).calls if call.principal == self.arn]


def allow(action: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def queue(bench: Any) -> tuple[str, str]:
    url = bench.queue()
    attributes = bench.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return url, attributes["QueueArn"]


def test_an_allowed_call_names_the_role_with_its_path_and_every_statement_that_allows_it(bench):
    moment = datetime.now(UTC)
    url, arn = queue(bench)
    elsewhere = {"StringEquals": {"aws:RequestedRegion": "eu-north-1"}}
    here = {"StringEquals": {"aws:RequestedRegion": bench.region}}
    clerk = Clerk(
        bench,
        grants=[allow("sqs:SendMessage", arn, Sid="Send"), allow("sqs:Send*", Condition=elsewhere)],
        more=[allow("sqs:*", arn, Sid="Here", Condition=here), allow("sqs:GetQueueUrl")],
    )
    clerk.client("sqs").send_message(QueueUrl=url, MessageBody="{}")
    [call] = clerk.calls
    assert call.principal.endswith(f":role/desk/{clerk.name}")
    assert (call.action, call.resource, call.decision) == ("sqs:SendMessage", arn, "allowed")
    assert call.by == ("grants#Send", "more#Here")
    assert moment <= call.at <= datetime.now(UTC)


def test_a_statement_without_a_sid_has_its_number_and_an_attached_policy_its_arn(bench):
    clerk = Clerk(bench, own=[allow("sns:ListTopics"), allow("sqs:ListQueues")])
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow("sqs:ListQueues", Sid="List")]})
    attached = bench.client("iam").create_policy(PolicyName=bench.unique("list"), PolicyDocument=document)["Policy"]
    bench.client("iam").attach_role_policy(RoleName=clerk.name, PolicyArn=attached["Arn"])
    clerk.client("sqs").list_queues()
    assert clerk.calls[0].by == ("own#1", f"{attached['Arn']}#List")


def test_denied_calls_are_kept_with_what_denied_them(bench):
    url, arn = queue(bench)
    never = {"Sid": "Never", "Effect": "Deny", "Action": "sqs:PurgeQueue", "Resource": "*"}
    clerk = Clerk(bench, grants=[allow("sqs:*", arn), never])
    with pytest.raises(ClientError, match="AccessDenied"):
        clerk.client("sqs").purge_queue(QueueUrl=url)
    with pytest.raises(ClientError, match="AuthorizationError"):
        clerk.client("sns").list_topics()
    assert [(call.action, call.decision, call.by) for call in clerk.calls] == [
        ("sqs:PurgeQueue", "explicitly denied", ("grants#Never",)),
        ("sns:ListTopics", "implicitly denied", ()),
    ]


def test_what_a_queues_own_policy_decides_is_told_so(bench):
    url, arn = queue(bench)
    clerk = Clerk(bench)
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn, "Principal": {"AWS": clerk.arn}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    bench.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    clerk.client("sqs").send_message(QueueUrl=url, MessageBody="{}")
    assert [(call.decision, call.by) for call in clerk.calls] == [("allowed", ("the resource's own policy",))]


def test_a_functions_calls_are_its_roles(bench):
    source = "import boto3\n\ndef handler(event, context):\n    boto3.client('sqs').list_queues()\n"
    function = bench.function(source, allow("sqs:ListQueues", Sid="List"))
    role = bench.client("lambda").get_function_configuration(FunctionName=function)["Role"]
    bench.invoke(function)
    found = [call for call in observed(bench.emulator).calls if call.principal == role]
    assert [(call.action, call.by) for call in found] == [("sqs:ListQueues", ("inline#List",))]


def test_users_and_the_root_are_named(bench):
    bench.acting("sqs", allow("sqs:ListQueues")).list_queues()
    bench.client("sqs").list_queues()
    user, root = [call for call in observed(bench.emulator).calls if call.action == "sqs:ListQueues"][-2:]
    assert ":user/" in user.principal
    assert (root.principal, root.by) == (f"arn:aws:iam::{bench.account}:root", ())


def test_calls_can_be_asked_for_from_a_moment_on(bench):
    clerk = Clerk(bench, own=[allow("sqs:ListQueues")])
    sqs = clerk.client("sqs")
    sqs.list_queues()
    sqs.list_queues()
    since = clerk.calls[-1].at.isoformat().replace("+00:00", "Z")
    answer = http.get_json(f"{bench.emulator.endpoint}/_eventyard/calls?since={since}")
    assert len([call for call in read(answer).calls if call.principal == clerk.arn]) == 1


def test_a_task_that_is_over_can_still_be_answered_by_the_role_that_may(bench):
    """What AWS says to a second answer is that the task is closed, not that the role may not answer."""
    url, _ = queue(bench)
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": url, "MessageBody.$": "$$.Task.Token"},
        "End": True,
    }
    states = bench.client("stepfunctions")
    machine = states.create_state_machine(
        name=bench.unique("machine"),
        roleArn=bench.role(service="states.amazonaws.com"),
        definition=json.dumps({"StartAt": "Wait", "States": {"Wait": task}}),
    )["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    [token] = eventually(lambda: bench.receive(url, wait=1))
    clerk = Clerk(bench, own=[allow("states:SendTaskSuccess", machine)]).client("stepfunctions")
    clerk.send_task_success(taskToken=token, output="{}")
    eventually(lambda: states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED")
    with pytest.raises(clerk.exceptions.TaskDoesNotExist):
        clerk.send_task_success(taskToken=token, output="{}")
