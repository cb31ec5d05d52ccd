"""What is judged the same however it is written, and what is nobody's fault."""

from __future__ import annotations

import json
from typing import Any

import pytest

from eventyard.plans import policy

ACCOUNT = "123456789012"


def _state(*resources: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    entries = [
        {"address": f"{type_}.{name}", "type": type_, "name": name, "mode": "managed", "values": values}
        for type_, name, values in resources
    ]
    return {"values": {"root_module": {"resources": entries}}}


def _found(rule: str, *resources: tuple[str, str, dict[str, Any]]) -> dict[str, str]:
    findings = policy.judge_state(_state(*resources))
    return {finding.address: finding.message for finding in findings if finding.rule == rule}


def _arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:eu-west-1:{ACCOUNT}:{name}"


def _queue(name: str, **values: Any) -> tuple[str, str, dict[str, Any]]:
    url = f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/{name}"
    defaults = {"visibility_timeout_seconds": 30, "message_retention_seconds": 345600}
    return "aws_sqs_queue", name, {"name": name, "url": url, "id": url, **defaults, **values}


def _function(**values: Any) -> tuple[str, str, dict[str, Any]]:
    return "aws_lambda_function", "work", {"function_name": "work", "timeout": 10, **values}


def _mapping(source: str, **values: Any) -> tuple[str, str, dict[str, Any]]:
    name = _arn("lambda", "function:work:live")
    return "aws_lambda_event_source_mapping", "it", {"event_source_arn": source, "function_name": name, **values}


@pytest.mark.parametrize("permission", ["byQueue", "allowAll"])
def test_a_queue_that_takes_others_dead_letters_is_a_last_stop(permission: str) -> None:
    allow = json.dumps({"redrivePermission": permission})
    assert _found("failure-path-queue", _queue("dead", redrive_allow_policy=allow)) == {}


def test_a_queue_that_takes_nobodys_dead_letters_is_none() -> None:
    allow = json.dumps({"redrivePermission": "denyAll"})
    assert _found("failure-path-queue", _queue("jobs", redrive_allow_policy=allow))


def test_a_redrive_policy_of_its_own_counts_as_the_inline_one() -> None:
    redrive = json.dumps({"deadLetterTargetArn": _arn("sqs", "dead")})
    _, _, jobs = _queue("jobs")
    apart = ("aws_sqs_queue_redrive_policy", "jobs", {"queue_url": jobs["url"], "redrive_policy": redrive})
    assert _found("failure-path-queue", _queue("jobs"), _queue("dead"), apart) == {}
    assert "aws_sqs_queue.dead" in _found("dead-letter-retention", _queue("jobs"), _queue("dead"), apart)


@pytest.mark.parametrize("name", ["work", "work:live", _arn("lambda", "function:work")])
def test_a_function_is_known_by_name_or_arn_with_or_without_alias(name: str) -> None:
    mapping = _mapping(_arn("sqs", "jobs"), function_name=name)
    assert "aws_sqs_queue.jobs" in _found("visibility-timeout", _queue("jobs"), _function(), mapping)


def test_six_times_the_timeout_is_enough() -> None:
    queue = _queue("jobs", visibility_timeout_seconds=60)
    assert _found("visibility-timeout", queue, _function(), _mapping(_arn("sqs", "jobs"))) == {}


def test_another_states_queue_is_judged_there() -> None:
    assert _found("visibility-timeout", _function(), _mapping(_arn("sqs", "elsewhere"))) == {}


@pytest.mark.parametrize("service", ["kafka", "mq"])
def test_sources_without_partial_batches_are_left_alone(service: str) -> None:
    assert _found("partial-batch-responses", _function(), _mapping(_arn(service, "cluster/a"))) == {}


def test_a_stream_that_retries_for_ever_is_found_in_the_state_by_its_default() -> None:
    mapping = _mapping(
        _arn("dynamodb", "table/a/stream/b"),
        maximum_retry_attempts=-1,
        maximum_record_age_in_seconds=-1,
        destination_config=[{"on_failure": [{"destination_arn": _arn("sqs", "dead")}]}],
    )
    assert "blocks its shard" in str(_found("failure-path-stream", _function(), mapping))


@pytest.mark.parametrize("protocol", ["lambda", "s3"])
def test_a_function_called_by_a_bucket_or_a_topic_needs_a_failure_path(protocol: str) -> None:
    called = _arn("lambda", "function:work:live")
    caller = {
        "lambda": ("aws_sns_topic_subscription", "it", {"protocol": "lambda", "endpoint": called}),
        "s3": ("aws_s3_bucket_notification", "it", {"lambda_function": [{"lambda_function_arn": called}]}),
    }[protocol]
    assert _found("failure-path-function", _function(), caller)
    kept = _function(dead_letter_config=[{"target_arn": _arn("sqs", "dead")}])
    assert _found("failure-path-function", kept, caller) == {}


def _bucket_policy(service: str, key: str, value: str) -> tuple[str, str, dict[str, Any]]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": {"ArnLike": {key: value}},
    }
    return "aws_s3_bucket_policy", "it", {"policy": json.dumps({"Statement": statement})}


def test_a_distribution_says_its_account_by_its_arn() -> None:
    stated = _bucket_policy(
        "cloudfront.amazonaws.com", "AWS:SourceArn", f"arn:aws:cloudfront::{ACCOUNT}:distribution/*"
    )
    anybodys = _bucket_policy("cloudfront.amazonaws.com", "AWS:SourceArn", "arn:aws:cloudfront::*:distribution/*")
    assert _found("service-source-account", stated) == {}
    assert _found("service-source-account", anybodys)


def test_other_services_say_it_by_the_condition_for_it() -> None:
    assert _found("service-source-account", _bucket_policy("sns.amazonaws.com", "aws:SourceArn", _arn("sns", "news")))
    stated = _bucket_policy("sns.amazonaws.com", "aws:SourceAccount", ACCOUNT)
    assert _found("service-source-account", stated) == {}


def test_a_catch_round_a_branch_catches_what_the_branch_throws() -> None:
    task = {"Type": "Task", "Retry": [{}], "TimeoutSeconds": 5}
    branch = {"States": {"Send": task}}
    both = {"Type": "Parallel", "Branches": [branch]}
    for state, found in ((both, True), ({**both, "Catch": [{"Next": "Failed"}]}, False)):
        definition = json.dumps({"States": {"Both": state}})
        machine = ("aws_sfn_state_machine", "it", {"definition": definition})
        assert bool(_found("task-catch", machine)) is found


def test_a_machine_that_does_not_log_needs_no_group() -> None:
    off = {"definition": "{}", "logging_configuration": [{"level": "OFF", "log_destination": ""}]}
    assert _found("log-group", ("aws_sfn_state_machine", "it", off)) == {}


def test_an_empty_state_has_nothing_to_find() -> None:
    assert policy.judge_state({"format_version": "1.0"}) == []


def _topic(address: str, region: str) -> tuple[str, str, dict[str, Any]]:
    return "aws_sns_topic", address, {"name": "news", "arn": f"arn:aws:sns:{region}:{ACCOUNT}:news"}


def test_a_state_tells_regions_apart_by_the_arn() -> None:
    assert _found("overwritten", _topic("a", "eu-west-1"), _topic("b", "us-east-1")) == {}
    assert _found("overwritten", _topic("a", "eu-west-1"), _topic("b", "eu-west-1")) == {
        "aws_sns_topic.b": "the topic news is aws_sns_topic.a too, and the last one applied is what stays"
    }


def _permission(principal: str, arn: str) -> tuple[str, str, dict[str, Any]]:
    return "aws_lambda_permission", "it", {"principal": principal, "source_arn": arn, "source_account": None}


def test_cloudfront_sends_no_account_its_distribution_s_arn_holds_it() -> None:
    distribution = f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"
    assert _found("service-source-account", _permission("cloudfront.amazonaws.com", distribution)) == {}
    for principal, arn in (
        ("cloudfront.amazonaws.com", "arn:aws:cloudfront:::distribution/*"),
        ("sns.amazonaws.com", _arn("sns", "news")),
        ("logs.amazonaws.com", _arn("logs", "log-group:all:*")),
    ):
        assert "aws_lambda_permission.it" in _found("service-source-account", _permission(principal, arn))
