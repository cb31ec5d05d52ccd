"""Every addition by name, with what AWS does and why it is needed: what runs, and what the README lists."""

from __future__ import annotations

from eventyard_launcher import additions
from eventyard_launcher.additions import Addition

ADDITIONS: tuple[Addition, ...] = (
    Addition(
        "function_workers",
        "Functions run in MiniStack's own interpreter, where a dependency they forgot to pack is found all the same",
        "https://docs.aws.amazon.com/lambda/latest/dg/python-package.html",
    ),
    Addition(
        "function_errors",
        "A raised exception's class name and stack are lost, so that Step Functions cannot catch it by name",
        "https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html",
    ),
    Addition(
        "function_imports",
        "The SDK is imported into every function: most of a small one's cold start, and hides what its imports cost",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    ),
    Addition(
        "function_updates",
        "New code is said to be in place half a second after it is, and what waits for it waits so long for nothing",
        "https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html",
    ),
    Addition(
        "instance_events",
        "EC2 instances change state without an event, and a start is no new launch",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html",
    ),
    Addition(
        "alarm_answers",
        "Alarms read back by the XML protocol lack most of what they were given, so that every plan changes them",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html",
    ),
    Addition(
        "workflow_tracing",
        "A state machine's tracing configuration is forgotten, so that every plan sets it again",
        "https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html",
    ),
    Addition(
        "api_authorizers",
        "JWT authorisers are given a Lambda authoriser's defaults, which every plan takes away",
        "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers-authorizerid.html",
    ),
    Addition(
        "token_headers",
        "A token whose header is JSON and no object ends a request to an HTTP API with 500",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html",
    ),
    Addition(
        "api_addresses",
        "An HTTP API's endpoint names the emulator, where stacks name AWS's addresses only",
        "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html",
    ),
    Addition(
        "response_headers_policies",
        "A response-headers policy is answered with empty parts, which every plan takes away",
        "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyConfig.html",
    ),
    # Before `asynchronous_calls`, which chooses the settings these records go by.
    Addition(
        "asynchronous_records",
        "No call that succeeds leaves a record, none goes to a bus, and dead letters are records instead of events",
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
    ),
    Addition(
        "asynchronous_calls",
        "An alias's attempts and failure destination are ignored, and what a rule or a topic calls is tried once",
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html",
    ),
    Addition(
        "invoke_defaults",
        "A function's asynchronous settings are answered with a maximum age nobody set",
        "https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html",
    ),
    Addition(
        "bus_policies",
        "A bus's policy is replaced by one that lets everybody send events",
        "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html",
    ),
    Addition(
        "mail_identities",
        "An SES identity's default configuration set is forgotten, so that every plan sets it again",
        "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutEmailIdentityConfigurationSetAttributes.html",
    ),
    Addition(
        "verified_addresses",
        "Confirming a sign-up leaves the address unverified, to which nothing may be sent then",
        "https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html",
    ),
    # After `verified_addresses`: the function sees what confirming has verified.
    Addition(
        "confirmation_triggers",
        "A user pool's function for what follows a confirmation is never called",
        "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html",
    ),
    Addition(
        "changed_addresses",
        "Whoever is signed in can call any address their own and verified",
        "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-email-phone-verification.html",
    ),
    Addition(
        "missing_pages",
        "CloudFront gets 403 for a missing key although it may list the bucket, and shows another error page",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
    ),
    Addition(
        "answer_permissions",
        "A role that may answer one state machine's tasks is denied, and needs the right to answer every one's",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html",
    ),
    Addition(
        "mail_permissions",
        "A role that may send as one address is denied, and needs the right to send as every one",
        "https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html",
    ),
    Addition(
        "callback_tasks",
        "A waiting task never misses a heartbeat, and its retries share one token",
        "https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html",
    ),
    Addition(
        "instance_tags",
        "A policy that asks for an instance's tags denies everything, and of several instances one is looked at",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html",
    ),
    Addition(
        "table_recovery",
        "A table's days of point-in-time recovery are forgotten, so that every plan sets them again",
        "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html",
    ),
    Addition(
        "schedule_sweeps",
        "A one-time schedule that is changed or made anew never fires, and every schedule up to ten seconds late",
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html",
    ),
    # After `schedule_sweeps`, which compares expressions.
    Addition(
        "schedule_zones",
        "Every time zone of a schedule is taken for UTC",
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html",
    ),
    Addition(
        "stream_answers",
        "A Kinesis stream's tags and shard metrics are never answered, so that every plan sets them again",
        "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StreamDescriptionSummary.html",
    ),
    Addition(
        "api_integrations",
        "An HTTP API's call of a queue, bus or workflow loses its role and is taken for a function's",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services.html",
    ),
    Addition(
        "rest_api_imports",
        "A REST API can't be made of an OpenAPI document: `PutRestApi` is missing",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-update.html",
    ),
    Addition(
        "rest_api_stages",
        "A stage serves whatever the API is now instead of its deployment, and knows no canary",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html",
    ),
    Addition(
        "api_keys",
        "An API key is refused when Terraform leaves its value to AWS",
        "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateApiKey.html",
    ),
    Addition(
        "domain_names",
        "A REST API's domain name is answered with empty TLS settings, which every plan takes away",
        "https://docs.aws.amazon.com/apigateway/latest/api/API_DomainName.html",
    ),
    Addition(
        "delivery_answers",
        "A delivery stream's time zone, file extension and backup are forgotten, so that every plan sets them again",
        "https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationDescription.html",
    ),
    Addition(
        "delivered_objects",
        "Objects of a delivery stream are never compressed, and records its transform gives up are lost",
        "https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html",
    ),
    Addition(
        "mapping_settings",
        "An event source mapping's window, first time stamp, metrics and pollers are forgotten, and planned each time",
        "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",
    ),
    Addition(
        "pool_credentials",
        "An identity pool lets guests in that it does not allow, and gives no group its own role",
        "https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html",
    ),
    Addition(
        "policy_variables",
        "Variables in policies are taken literally, so that nobody reaches what a policy calls their own",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html",
    ),
    Addition(
        "subscription_answers",
        "A subscription that waits to be confirmed is never found again, and what one replays is forgotten",
        "https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html",
    ),
    Addition(
        "workflow_qualifiers",
        "A role that may start a workflow's alias is denied, as if it were another machine; nobody can wait for one",
        "https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html",
    ),
    Addition(
        "rule_targets",
        "What goes to a stream, delivery stream or log group is dropped, and so is what has a dead-letter queue",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
    ),
    # After `rule_targets`, which knows what is there.
    Addition(
        "target_failures",
        "What a rule's target refuses is dropped, and so is what a web server fails at, whatever its retry policy",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html",
    ),
    Addition(
        "network_answers",
        "Endpoints, flow logs and NAT gateways are answered without half of what they were given, which plans mend",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html",
    ),
    Addition(
        "scaling_groups",
        "An Auto Scaling group forgets its types, spot mix and metrics, and two scaling policies can't be told apart",
        "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html",
    ),
    Addition(
        "index_capacity",
        "A table that comes to be paid by request leaves its indexes their capacity, which every plan takes away",
        "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ProvisionedThroughputDescription.html",
    ),
    Addition(
        "launch_templates",
        "A launch template forgets keys of volumes and groups of interfaces, so that every plan makes a new version",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResponseLaunchTemplateData.html",
    ),
    Addition(
        "stream_batches",
        "A stream's batch that keeps failing is tried for ever, whatever its mapping says, and holds up all mappings",
        "https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html",
    ),
    Addition(
        "message_moves",
        "Messages can't be moved back from a dead-letter queue: `StartMessageMoveTask` and its like are missing",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html",
    ),
    Addition(
        "reserved_concurrency",
        "Whoever calls a version or an alias is never throttled, whatever concurrency the function has reserved",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
    ),
    Addition(
        "batching_windows",
        "A queue's mapping never waits for more messages, and takes ten at most",
        "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",
    ),
    Addition(
        "weighted_aliases",
        "An alias with a second version calls the first each time, whatever share the second has",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html",
    ),
    Addition(
        "undelivered_notifications",
        "What a topic can't deliver is dropped, whatever dead-letter queue the subscription has",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
    ),
)


def install() -> list[str]:
    """Install every addition into the MiniStack of this process and return their names."""
    return additions.install("eventyard_ministack", ADDITIONS)
