"""Which boxes and arrows a plan has."""

from __future__ import annotations

import json

import pytest
from tests.unit.diagrams.plans import PREFIX, allowed, arn, call, drawn, function, graph, queue, resource

LIVE = arn("lambda", f"function:{PREFIX}-work:live")


def test_a_module_is_a_box_with_its_service_and_without_what_only_serves_it() -> None:
    (node,) = graph(
        function("work"),
        resource("work.aws_iam_role.this", name="x"),
        resource("work.aws_cloudwatch_log_group.this", name="x"),
        resource('work.aws_cloudwatch_metric_alarm.this["errors"]', alarm_name="x"),
    ).nodes
    assert (node.id, node.service, node.name) == ("work", "Lambda function", "")


def test_the_physical_name_is_told_without_the_prefix_where_it_says_more() -> None:
    (node,) = graph(resource("uploads.aws_s3_bucket.this", bucket=f"{PREFIX}-videos-123456789012")).nodes
    assert node.lines() == ("S3 bucket: videos",)


def test_a_module_is_named_by_what_it_is_about_not_by_its_dead_letters() -> None:
    (node,) = graph(
        resource(
            "jobs.aws_sqs_queue.dead_letters",
            name=f"{PREFIX}-jobs-dead-letters",
            redrive_allow_policy="{}",
        ),
        resource(
            "jobs.aws_sqs_queue.this",
            name=f"{PREFIX}-jobs",
            redrive_policy=json.dumps({"deadLetterTargetArn": arn("sqs", f"{PREFIX}-jobs-dead-letters")}),
        ),
    ).nodes
    assert node.lines() == ("SQS queue", "+ dead letters")


def test_instances_and_the_stacks_own_resources_are_boxes_too() -> None:
    found = graph(
        resource('jobs["a"].aws_sqs_queue.this', name=f"{PREFIX}-a"),
        resource('jobs["b"].aws_sqs_queue.this', name=f"{PREFIX}-b"),
        resource("aws_ssm_parameter.code", name="/code"),
    )
    assert [node.id for node in found.nodes] == ["aws_ssm_parameter.code", 'jobs["a"]', 'jobs["b"]']


def test_a_queue_feeds_its_consumer() -> None:
    mapping = resource(
        'work.aws_lambda_event_source_mapping.this["jobs"]',
        event_source_arn=arn("sqs", f"{PREFIX}-jobs"),
        function_name=LIVE,
    )
    consume = {"Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage"], "Resource": arn("sqs", f"{PREFIX}-jobs")}
    assert drawn(queue("jobs"), function("work"), mapping, allowed("work", consume)) == {
        ("jobs", "work"): ("flow", ("messages",))
    }


def test_a_stream_whose_arn_is_not_known_yet_is_found_in_the_stacks_text() -> None:
    table = resource("orders.aws_dynamodb_table.this", {"stream_arn": True}, name=f"{PREFIX}-orders")
    mapping = resource('work.aws_lambda_event_source_mapping.this["orders"]', {"event_source_arn": True})
    calls = {"work": call(sources=["module.orders.table", "module.orders"])}
    assert drawn(table, function("work"), mapping, calls=calls) == {("orders", "work"): ("flow", ("changes",))}


def test_a_rule_of_awss_own_events_begins_at_the_service() -> None:
    rule = resource(
        'changes.aws_cloudwatch_event_rule.this["stopped"]',
        name=f"{PREFIX}-stopped",
        event_bus_name="default",
        event_pattern=json.dumps({"source": ["aws.ec2"], "detail-type": ["State-change"]}),
    )
    target = resource('changes.aws_cloudwatch_event_target.this["stopped/work"]', rule=f"{PREFIX}-stopped", arn=LIVE)
    assert drawn(rule, target, function("work")) == {
        ("EC2", "changes"): ("flow", ("State-change",)),
        ("changes", "work"): ("flow", ("stopped",)),
    }


def test_rules_on_another_modules_bus_begin_there() -> None:
    bus = resource("bus.aws_cloudwatch_event_bus.this", name=f"{PREFIX}-bus")
    rule = resource("rules.aws_cloudwatch_event_rule.this", name="r", event_bus_name=f"{PREFIX}-bus")
    assert drawn(bus, rule) == {("bus", "rules"): ("flow", ("events",))}


@pytest.mark.parametrize(
    ("endpoint", "protocol", "to"),
    [(arn("sqs", f"{PREFIX}-jobs"), "sqs", "jobs"), ("https://example.com/x", "https", "HTTPS endpoint")],
)
def test_a_topic_notifies_its_subscribers(endpoint: str, protocol: str, to: str) -> None:
    topic = resource("news.aws_sns_topic.this", name=f"{PREFIX}-news")
    subscription = resource(
        "news.aws_sns_topic_subscription.this",
        topic_arn=arn("sns", f"{PREFIX}-news"),
        endpoint=endpoint,
        protocol=protocol,
        filter_policy="{}",
    )
    assert drawn(topic, queue("jobs"), subscription) == {("news", to): ("flow", ("filtered",))}


def test_a_schedule_tells_when() -> None:
    schedule = resource(
        'hours.aws_scheduler_schedule.this["stop"]',
        name="stop",
        schedule_expression="rate(1 day)",
        target=[{"arn": LIVE, "dead_letter_config": [{"arn": arn("sqs", f"{PREFIX}-hours-dead")}]}],
    )
    dead = resource("hours.aws_sqs_queue.dead_letters", name=f"{PREFIX}-hours-dead")
    found = graph(schedule, dead, function("work"))
    assert [(edge.source, edge.target, edge.label()) for edge in found.edges] == [("hours", "work", ("rate(1 day)",))]
    assert found.nodes[0].lines() == ("EventBridge schedule: stop", "+ dead letters")


def test_an_api_tells_its_routes_and_counts_what_is_too_much() -> None:
    uri = f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{LIVE}/invocations"
    routes = [resource(f'api.aws_apigatewayv2_integration.this["GET /{name}"]', integration_uri=uri) for name in "abcd"]
    found = drawn(resource("api.aws_apigatewayv2_api.this", name=f"{PREFIX}-api"), *routes, function("work"))
    assert found == {
        ("clients", "api"): ("flow", ("https",)),
        ("api", "work"): ("flow", ("GET /a", "GET /b", "and 2 more")),
    }


def test_an_api_described_in_openapi_tells_its_operations() -> None:
    uri = f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{LIVE}/invocations"
    body = {"paths": {"/orders": {"post": {"x-amazon-apigateway-integration": {"uri": uri}}}}}
    api = resource("api.aws_api_gateway_rest_api.this", name=f"{PREFIX}-api", body=json.dumps(body))
    assert drawn(api, function("work"))["api", "work"] == ("flow", ("POST /orders",))


def test_a_delivery_stream_has_both_ends() -> None:
    stream = resource("clicks.aws_kinesis_stream.this", name=f"{PREFIX}-clicks")
    bucket = resource("lake.aws_s3_bucket.this", bucket=f"{PREFIX}-lake")
    firehose = resource(
        "archive.aws_kinesis_firehose_delivery_stream.this",
        name=f"{PREFIX}-archive",
        kinesis_source_configuration=[{"kinesis_stream_arn": arn("kinesis", f"stream/{PREFIX}-clicks")}],
        extended_s3_configuration=[
            {
                "bucket_arn": f"arn:aws:s3:::{PREFIX}-lake",
                "processing_configuration": [
                    {"processors": [{"parameters": [{"parameter_name": "LambdaArn", "parameter_value": LIVE}]}]}
                ],
            }
        ],
    )
    assert drawn(stream, bucket, firehose, function("work")) == {
        ("clicks", "archive"): ("flow", ("records",)),
        ("archive", "lake"): ("flow", ("objects",)),
        ("archive", "work"): ("flow", ("transforms",)),
    }


def test_a_call_that_only_the_permission_shows_is_drawn() -> None:
    pool = resource("people.aws_cognito_user_pool.this", {"lambda_config": True}, name=f"{PREFIX}-people")
    permission = resource(
        'people.aws_lambda_permission.trigger["post_confirmation"]',
        function_name=f"{PREFIX}-work",
        principal="cognito-idp.amazonaws.com",
    )
    assert drawn(pool, permission, function("work")) == {("people", "work"): ("flow", ("trigger",))}


def test_failures_go_where_they_are_sent_and_own_queues_are_notes() -> None:
    def invoked(module: str, failed: str) -> dict[str, object]:
        outcome = {"on_failure": [{"destination": failed}]}
        return resource(f"{module}.aws_lambda_function_event_invoke_config.live", destination_config=[outcome])

    own = resource("work.aws_sqs_queue.failures", name=f"{PREFIX}-work-failures")
    found = graph(
        function("work"),
        own,
        invoked("work", arn("sqs", f"{PREFIX}-work-failures")),
        function("other"),
        queue("graveyard"),
        invoked("other", arn("sqs", f"{PREFIX}-graveyard")),
    )
    assert [(edge.source, edge.target, edge.kind) for edge in found.edges] == [("other", "graveyard", "failure")]
    assert {node.id: node.notes for node in found.nodes}["work"] == ("failure queue",)


def test_a_route_without_a_function_ends_at_what_the_api_has_a_right_on() -> None:
    api = resource("api.aws_apigatewayv2_api.this", name=f"{PREFIX}-api")
    routes = [
        resource('api.aws_apigatewayv2_integration.this["POST /jobs"]', integration_subtype="SQS-SendMessage"),
        resource('api.aws_apigatewayv2_integration.this["POST /events"]', integration_subtype="EventBridge-PutEvents"),
    ]
    right = allowed("api", {"Action": "sqs:SendMessage", "Resource": arn("sqs", f"{PREFIX}-jobs")})
    found = drawn(api, *routes, right, queue("jobs"))
    assert found["api", "jobs"] == ("flow", ("POST /jobs",))
    assert found["api", "EventBridge"] == ("flow", ("POST /events",))


def test_a_schedule_that_calls_aws_itself_ends_at_the_service() -> None:
    target = [{"arn": "arn:aws:scheduler:::aws-sdk:ec2:startInstances"}]
    schedule = resource("hours.aws_scheduler_schedule.this", name="on", schedule_expression="x", target=target)
    assert drawn(schedule) == {("hours", "EC2"): ("flow", ("x",))}
