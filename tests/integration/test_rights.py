"""Least privilege as it is measured: each stack does everything it is for, and no role is left with a right unused.

The flows are gone through here, so that the file can be run alone; where the stack's other tests ran before, they add
to what was seen. Last by its name, as they are to be.
"""

from __future__ import annotations

import json
import threading
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.support.people import Person, sign_up

from eventyard.operations.audit import audit, observed
from eventyard.testing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eventyard.operations.audit import Audit

pytestmark = [pytest.mark.needs("iam_callers"), pytest.mark.usefixtures("kept_calls")]

ENDED = {"sent", "failed", "cancelled"}
# Grants that modules make ready: who may read a table may read it in every way there is.
READY_MADE = {"grants#Find", "grants#Record", "grants#Follow", "grants#Answer"}
# What other tests of the same stack provoke: an instance without the tag, a token that nobody gave away.
PROVOKED = {("module.stop", "ec2:CreateTags"), ("module.send_email", "states:SendTaskHeartbeat")}


@pytest.fixture(scope="module")
def kept_calls(environment: Any) -> None:
    """Skip where nobody keeps the calls: AWS has Access Analyzer, and nothing of ours is in what is attached to."""
    if environment.target != "ministack" or environment.endpoint:
        pytest.skip("only the emulator that the kit starts keeps the calls")


def denied(found: Audit) -> set[tuple[str, str]]:
    return {(one.role, one.action) for one in found.denied} - PROVOKED


# EC2 control


@pytest.mark.xdist_group("ec2-control")
def test_ec2_control_has_no_right_it_does_not_use(stack: Callable[[str], Any], aws: Callable[[str], Any]):
    applied = stack("ec2-control")
    outputs, ec2, made = applied.outputs, aws("ec2"), []
    try:
        scheduled = launched(ec2, made, outputs["schedule_tag"])
        call(aws, outputs["functions"]["stop"])
        becomes(ec2, scheduled, "stopped")
        call(aws, outputs["functions"]["start"])
        becomes(ec2, scheduled, "running")
        with without_statement(aws("iam"), outputs["roles"]["stop"], "Stop"):
            call(aws, outputs["functions"]["stop"])
        assert outputs["mark_tag_key"] not in {tag["Key"] for tag in instance(ec2, scheduled)["Tags"]}

        protected = launched(ec2, made, outputs["protect_tag"])
        before = instance(ec2, protected)["LaunchTime"]
        ec2.stop_instances(InstanceIds=[protected])
        eventually(lambda: instance(ec2, protected)["LaunchTime"] > before)
        call(aws, outputs["functions"]["stop"])  # what was denied above is allowed again, and is seen to be
    finally:
        ec2.terminate_instances(InstanceIds=made)

    found = audit(applied.deployment.context)
    assert (found.unused, found.wider) == ((), ())
    assert denied(found) == set()


def launched(ec2: Any, made: list[str], tag: dict[str, str]) -> str:
    """Start an instance with a tag, and wait until it runs."""
    tags = [{"Key": tag["key"], "Value": tag["value"]}, {"Key": "Name", "Value": "eventyard-test"}]
    answer = ec2.run_instances(
        ImageId="ami-0c2023a1b2c3d4e5f", InstanceType="t4g.nano", MinCount=1, MaxCount=1,
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )  # fmt: skip
    made.append(answer["Instances"][0]["InstanceId"])
    becomes(ec2, made[-1], "running")
    return made[-1]


def instance(ec2: Any, name: str) -> dict[str, Any]:
    [reservation] = ec2.describe_instances(InstanceIds=[name])["Reservations"]
    return dict(reservation["Instances"][0])


def becomes(ec2: Any, name: str, state: str) -> None:
    eventually(lambda: instance(ec2, name)["State"]["Name"] == state)


def call(aws: Callable[[str], Any], function: str) -> None:
    aws("lambda").invoke(FunctionName=function, Qualifier="live", Payload=b"{}")


@contextmanager
def without_statement(iam: Any, role: str, sid: str) -> Iterator[None]:
    """Take one statement out of a role's grants for a while."""
    policy = iam.get_role_policy(RoleName=role, PolicyName="grants")["PolicyDocument"]
    less = {**policy, "Statement": [one for one in policy["Statement"] if one["Sid"] != sid]}
    iam.put_role_policy(RoleName=role, PolicyName="grants", PolicyDocument=json.dumps(less))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName="grants", PolicyDocument=json.dumps(policy))


# Pet-Cuddle-o-Tron


@pytest.mark.needs("cognito_sign_up", "http_api_jwt", "ses_mailbox", "step_functions")
@pytest.mark.xdist_group("pet-cuddle-o-tron")
def test_the_pet_cuddle_o_tron_has_no_right_it_does_not_use(
    stack: Callable[[str], Any], aws: Callable[[str], Any], yard: Any
):
    system = stack("pet-cuddle-o-tron")
    person = sign_up(
        aws("cognito-idp"), system.outputs,
        api_url=system.addresses["api_url"], origin=system.addresses["site_url"].rstrip("/"),
    )  # fmt: skip
    by_both_channels(person, system.outputs, aws("cognito-idp"))
    mine = person.remind(minutes=60).body["id"]
    assert person.status(mine)["status"] == "waiting"
    assert person.call("GET", "/reminders").status == 200
    assert person.call("DELETE", f"/reminders/{mine}").status == 200
    found_started(person, aws("dynamodb"), system.outputs["table_name"])
    cancelled_meanwhile(person, aws("dynamodb"), system.outputs["table_name"], yard.target.emulator)

    found = audit(system.deployment.context)
    assert found.unused == ()
    assert {one.statement for one in found.wider} <= READY_MADE
    assert denied(found) == set()


def by_both_channels(person: Person, outputs: dict[str, Any], cognito: Any) -> None:
    """Be reminded by mail and by text message."""
    change = [{"Name": "phone_number", "Value": "+441632960000"}, {"Name": "phone_number_verified", "Value": "true"}]
    cognito.admin_update_user_attributes(UserPoolId=outputs["pool_id"], Username=person.username, UserAttributes=change)
    reminder = person.remind(channel="both").body["id"]
    assert eventually(lambda: (s := person.status(reminder)["status"]) in ENDED and s, timeout=60) == "sent"


def found_started(person: Person, dynamodb: Any, table: str) -> None:
    """Ask again for a reminder whose execution was started, and whose record does not say so."""
    key = uuid.uuid4().hex
    record = record_of(dynamodb, table, person.remind(key, minutes=60).body["id"])
    says(dynamodb, record, "accepted")
    assert person.remind(key, minutes=60).body["status"] == "waiting"


def cancelled_meanwhile(person: Person, dynamodb: Any, table: str, emulator: Any) -> None:
    """Ask for a reminder that somebody cancels between the start of its execution and the record's."""
    key = uuid.uuid4().hex
    record = record_of(dynamodb, table, person.remind(key, minutes=60).body["id"])
    over = threading.Event()

    def changing_its_mind() -> None:
        while not over.is_set():
            for state in ("accepted", "cancelled"):
                says(dynamodb, record, state)

    def stopped_by_its_creator() -> bool:
        assert person.remind(key, minutes=60).status == 202
        return any(
            call.action == "states:StopExecution" and call.principal.endswith("-create")
            for call in observed(emulator).calls
        )

    other = threading.Thread(target=changing_its_mind)
    other.start()
    try:
        eventually(stopped_by_its_creator, timeout=60)
    finally:
        over.set()
        other.join()


def record_of(dynamodb: Any, table: str, reminder: str) -> dict[str, Any]:
    """Return where a reminder's record is."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=table)
    [item] = [item for page in pages for item in page["Items"] if item["id"]["S"] == reminder]
    return {"TableName": table, "Key": {"owner": item["owner"], "id": item["id"]}}


def says(dynamodb: Any, record: dict[str, Any], state: str) -> None:
    """Have a reminder's record say another state than it had."""
    dynamodb.update_item(
        **record,
        UpdateExpression="SET #state = :state",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":state": {"S": state}},
    )
