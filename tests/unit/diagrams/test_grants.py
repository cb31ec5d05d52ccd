"""Rights as arrows, in words."""

from __future__ import annotations

import pytest
from tests.unit.diagrams.plans import PREFIX, allowed, arn, call, drawn, function, queue, resource

from eventyard.diagrams.services import named_by, words

ORDERS = resource("orders.aws_dynamodb_table.this", name=f"{PREFIX}-orders")
TABLE = arn("dynamodb", f"table/{PREFIX}-orders")


def test_a_right_is_a_thin_arrow_with_all_its_words() -> None:
    rights = [
        {"Action": ["dynamodb:PutItem", "dynamodb:DescribeTable"], "Resource": TABLE},
        {"Action": "dynamodb:Query", "Resource": [TABLE, f"{TABLE}/index/by-day"]},
    ]
    assert drawn(ORDERS, function("work"), allowed("work", *rights)) == {
        ("work", "orders"): ("grant", ("read, write",))
    }


def test_what_puts_another_to_work_flows() -> None:
    right = {"Action": ["sqs:SendMessage", "sqs:GetQueueUrl"], "Resource": arn("sqs", f"{PREFIX}-jobs")}
    assert drawn(queue("jobs"), function("work"), allowed("work", right)) == {("work", "jobs"): ("flow", ("send",))}


def test_who_takes_messages_without_a_mapping_is_at_the_end_of_the_arrow() -> None:
    right = {"Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage"], "Resource": arn("sqs", f"{PREFIX}-jobs")}
    fleet = resource("fleet.aws_autoscaling_group.this", name=f"{PREFIX}-fleet")
    found = drawn(queue("jobs"), fleet, allowed("fleet", right, name="service"))
    assert found == {("jobs", "fleet"): ("flow", ("messages",))}


def test_a_right_outside_the_stack_is_told_in_the_callers_words() -> None:
    rights = [
        {"Sid": "FindAll", "Action": "ec2:DescribeInstances", "Resource": "*"},
        {"Sid": "Stop", "Action": "ec2:StopInstances", "Resource": arn("ec2", "instance/*")},
    ]
    assert drawn(function("work"), allowed("work", *rights)) == {("work", "EC2"): ("flow", ("find all, stop",))}


def test_what_everything_needs_is_not_drawn() -> None:
    everyday = {"Action": ["logs:PutLogEvents", "kms:Decrypt", "xray:PutTraceSegments"], "Resource": "*"}
    network = {"Action": "ec2:CreateNetworkInterface", "Resource": "*"}
    service = allowed("work", network, name="service")
    assert drawn(function("work"), allowed("work", everyday), service) == {}


def test_a_denial_is_no_right() -> None:
    denied = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": TABLE}
    assert drawn(ORDERS, function("work"), allowed("work", denied)) == {}


def test_an_arn_that_is_not_known_yet_is_found_in_the_stacks_text() -> None:
    people = resource("people.aws_cognito_user_pool.this", name=f"{PREFIX}-people")
    calls = {"work": call(grants=["module.people.grants.read", "module.people.grants", "module.people"])}
    policy = resource("work.aws_iam_role_policy.grants", {"policy": True}, name="grants")
    assert drawn(people, function("work"), policy, calls=calls) == {("work", "people"): ("grant", ("read",))}


def test_a_key_that_few_share_has_arrows_and_one_that_many_share_is_noted() -> None:
    key = resource("key.aws_kms_key.this", {"arn": True})
    boxes = [queue(name) for name in ("a", "b", "c", "d")]
    calls = {name: call(key=["module.key.key", "module.key"]) for name in ("a", "b", "c", "d")}
    few = {name: calls[name] for name in ("a", "b")}
    assert drawn(key, *boxes, calls=few) == {
        ("a", "key"): ("grant", ("encrypted by",)),
        ("b", "key"): ("grant", ("encrypted by",)),
    }
    assert drawn(key, *boxes, calls=calls) == {}


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        (["sqs:SendMessage", "sqs:GetQueueAttributes"], ["send"]),
        (["states:SendTaskSuccess", "states:SendTaskFailure"], ["answer"]),
        (["states:StartExecution", "states:DescribeExecution"], ["start", "read"]),
        (["s3:GetObject", "s3:ListBucket", "s3:PutObject"], ["read", "write"]),
        (["lambda:InvokeFunction"], ["call"]),
        (["events:PutEvents"], ["put"]),
        (["rekognition:DetectText"], ["use"]),
        (["sqs:GetQueueUrl"], []),
    ],
)
def test_actions_come_to_words(actions: list[str], said: list[str]) -> None:
    assert words(actions) == said


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (arn("lambda", "function:work:live"), ("lambda", "work")),
        (arn("states", "execution:flow:*"), ("states", "flow")),
        ("arn:aws:s3:::lake/raw/*", ("s3", "lake")),
        (arn("dynamodb", "table/orders/stream/2026"), ("dynamodb", "orders")),
        (arn("events", "event-bus/bus"), ("events", "bus")),
        (arn("ssm", "parameter/a/b"), ("ssm", "a/b")),
        ("https://example.com", None),
        (None, None),
    ],
)
def test_an_arn_names_its_owner(text: object, name: tuple[str, str] | None) -> None:
    assert named_by(text) == name
