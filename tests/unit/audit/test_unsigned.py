from __future__ import annotations

import pytest

from eventyard.operations.audit import Role, Statement
from eventyard.operations.audit.unsigned import arns_by_place, of_ministack

TOPIC = "arn:aws:sns:eu-west-1:000000000000:news"


def test_every_entry_has_a_reason_and_actions_of_a_service():
    entries = of_ministack()
    assert len(entries) > 10
    for entry in entries:
        assert len(entry.reason) > 20
        assert all(action == "*" or ":" in action for action in entry.actions)
        assert entry.service == "*" or entry.service.endswith(".amazonaws.com")


def test_arns_are_found_wherever_a_resource_has_them():
    attributes = {"event_source_arn": "arn:aws:sqs:x", "deep": [{"body": '{"role": "arn:aws:iam:y"}'}], "name": "z"}
    state = {
        "resources": [
            {"type": "t", "mode": "managed", "name": "n", "instances": [{"attributes": attributes}]},
            {"type": "t", "mode": "data", "name": "n", "instances": [{"attributes": {"arn": "arn:aws:data"}}]},
        ]
    }
    assert arns_by_place(state) == {
        "t": {"arn:aws:sqs:x", '{"role": "arn:aws:iam:y"}'},
        "t.event_source_arn": {"arn:aws:sqs:x"},
        "t.deep": {'{"role": "arn:aws:iam:y"}'},
        "t.name": set(),
    }


@pytest.mark.parametrize(
    ("arguments", "excused"),
    [
        ({"environment": [{"variables": {"TOPIC": TOPIC}}]}, False),
        ({"dead_letter_config": [{"target_arn": TOPIC}]}, True),
    ],
)
def test_only_where_lambda_sends_by_itself_is_sending_not_the_codes(arguments, excused):
    resource = {"type": "aws_lambda_function", "mode": "managed", "name": "f", "instances": [{"attributes": arguments}]}
    role = Role("aws_iam_role.f", "arn:aws:iam::1:role/f", frozenset({"lambda.amazonaws.com"}), ())
    statement = Statement("p#0", "Allow", actions=("sns:Publish",), resources=(TOPIC,))
    named = arns_by_place({"resources": [resource]})
    assert any(one.covers(role, statement, "sns:Publish", named) for one in of_ministack()) is excused
