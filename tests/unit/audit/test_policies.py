from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventyard.operations.audit.policies import Statement, action_matches, resource_matches, statements


@pytest.mark.parametrize(
    ("pattern", "action", "matches"),
    [
        ("sqs:SendMessage", "sqs:SendMessage", True),
        ("sqs:sendmessage", "SQS:SendMessage", True),
        ("sqs:Send*", "sqs:SendMessageBatch", True),
        ("sqs:Send*", "sqs:ReceiveMessage", False),
        ("sqs:SendMessag?", "sqs:SendMessage", True),
        ("sqs:SendMessag?", "sqs:SendMessag", False),
        ("*", "sqs:SendMessage", True),
        ("sqs:*", "sns:Publish", False),
        ("sqs:Send.essage", "sqs:SendMessage", False),
    ],
)
def test_actions_are_matched_as_iam_does(pattern, action, matches):
    assert action_matches(pattern, action) is matches


@pytest.mark.parametrize(
    ("pattern", "arn", "matches"),
    [
        ("arn:aws:s3:::logs/*", "arn:aws:s3:::logs/a/b", True),
        ("arn:aws:s3:::logs/*", "arn:aws:s3:::logs", False),
        ("arn:aws:s3:::Logs", "arn:aws:s3:::logs", False),
        ("arn:aws:s3:::log?", "arn:aws:s3:::logs", True),
        ("arn:aws:s3:::[l]ogs", "arn:aws:s3:::logs", False),
        ("arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::home/ann/file", True),
        ("arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::away/ann/file", False),
        ("arn:aws:s3:::odd/${*}", "arn:aws:s3:::odd/*", True),
        ("arn:aws:s3:::odd/${*}", "arn:aws:s3:::odd/other", False),
        ("arn:aws:s3:::odd/$x", "arn:aws:s3:::odd/$x", True),
        ("*", "*", True),
        ("arn:aws:sqs:eu-west-1:1:jobs", "*", False),
    ],
)
def test_resources_are_matched_as_iam_does(pattern, arn, matches):
    assert resource_matches(pattern, arn) is matches


@given(st.text(st.characters(exclude_characters="*?$")))
def test_what_holds_no_wildcard_matches_itself_alone(text):
    assert resource_matches(text, text)
    assert not resource_matches(text, text + "x")


def test_a_policy_is_read_with_the_place_of_each_statement():
    document = {
        "Statement": [
            {"Sid": "Find", "Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"},
            {"Effect": "Deny", "NotAction": ["s3:GetObject"], "NotResource": ["a", "b"], "Condition": {"Bool": {}}},
        ]
    }
    found = statements("grants", json.dumps(document))
    assert found == (
        Statement("grants#Find", "Allow", actions=("ec2:Describe*",), resources=("*",)),
        Statement("grants#1", "Deny", not_actions=("s3:GetObject",), not_resources=("a", "b"), conditional=True),
    )
    assert statements("grants", document) == found


def test_a_policy_of_one_statement_may_leave_the_list_out():
    [only] = statements("p", {"Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}})
    assert only.place == "p#0"


def test_not_action_and_not_resource_speak_of_everything_else():
    statement = Statement("p#0", "Allow", not_actions=("iam:*",), not_resources=("arn:aws:s3:::vault*",))
    assert statement.is_of("s3:GetObject", "arn:aws:s3:::logs")
    assert not statement.is_of("iam:CreateUser", "arn:aws:s3:::logs")
    assert not statement.is_of("s3:GetObject", "arn:aws:s3:::vault/1")
