"""What the types of resources are to a person, how their ARNs name them, and which actions come to which word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Family = Literal["outside", "front", "compute", "message", "store", "guard"]
"""What boxes have their colour and shape by."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a box is called that holds a resource of this type.

    Parameters
    ----------
    arn
        The service in its ARNs, where other resources name it by one.
    name
        The attribute that ARNs and people call it by.
    """

    type: str
    says: str
    family: Family
    arn: str = ""
    name: str = "name"


KINDS: Final = (
    # The first of a module's resources that is found here says what the module is.
    Kind("aws_lambda_function", "Lambda function", "compute", "lambda", "function_name"),
    Kind("aws_sfn_state_machine", "Step Functions workflow", "compute", "states"),
    Kind("aws_autoscaling_group", "EC2 Auto Scaling group", "compute", "autoscaling"),
    Kind("aws_ecs_service", "ECS service", "compute", "ecs"),
    Kind("aws_apigatewayv2_api", "HTTP API", "front", "execute-api"),
    Kind("aws_api_gateway_rest_api", "REST API", "front", "execute-api"),
    Kind("aws_cloudfront_distribution", "CloudFront", "front", "cloudfront", "comment"),
    Kind("aws_lb", "Load balancer", "front", "elasticloadbalancing"),
    Kind("aws_cognito_user_pool", "Cognito user pool", "guard", "cognito-idp"),
    Kind("aws_cognito_identity_pool", "Cognito identity pool", "guard", "cognito-identity", "identity_pool_name"),
    Kind("aws_kinesis_firehose_delivery_stream", "Firehose", "message", "firehose"),
    Kind("aws_kinesis_stream", "Kinesis stream", "message", "kinesis"),
    Kind("aws_cloudwatch_event_bus", "EventBridge bus", "message", "events"),
    Kind("aws_cloudwatch_event_rule", "Rules of EventBridge bus", "message", "", "event_bus_name"),
    Kind("aws_pipes_pipe", "EventBridge pipe", "message", "pipes"),
    Kind("aws_scheduler_schedule_group", "EventBridge schedules", "message", "scheduler"),
    Kind("aws_scheduler_schedule", "EventBridge schedule", "message", "scheduler"),
    Kind("aws_sesv2_email_identity", "SES", "front", "ses", "email_identity"),
    Kind("aws_sesv2_configuration_set", "SES", "front", "ses", "configuration_set_name"),
    Kind("aws_sns_topic", "SNS topic", "message", "sns"),
    Kind("aws_sqs_queue", "SQS queue", "message", "sqs"),
    Kind("aws_dynamodb_table", "DynamoDB table", "store", "dynamodb"),
    Kind("aws_s3_bucket", "S3 bucket", "store", "s3", "bucket"),
    Kind("aws_secretsmanager_secret", "Secret", "guard", "secretsmanager"),
    Kind("aws_ssm_parameter", "SSM parameter", "guard", "ssm"),
    Kind("aws_vpc", "VPC", "guard", "ec2", "id"),
    Kind("aws_kms_key", "KMS key", "guard", "kms", "id"),
)

OUTSIDE: Final = {
    "autoscaling": "EC2 Auto Scaling",
    "dynamodb": "DynamoDB",
    "ec2": "EC2",
    "ecs": "ECS",
    "email": "Email",
    "email-json": "Email as JSON",
    "events": "EventBridge",
    "firehose": "Firehose",
    "kinesis": "Kinesis",
    "lambda": "Lambda",
    "rekognition": "Rekognition",
    "https": "HTTPS endpoint",
    "s3": "S3",
    "scheduler": "EventBridge Scheduler",
    "secretsmanager": "Secrets Manager",
    "ses": "SES",
    "sms": "Text messages",
    "sns": "SNS",
    "sqs": "SQS",
    "ssm": "Systems Manager",
    "states": "Step Functions",
}
"""Services whose names are more than their capital letters."""

UNSEEN: Final = frozenset({"cloudwatch", "ec2messages", "kms", "logs", "ssmmessages", "sts", "xray"})
"""Services that everything uses: rights on them say nothing of who works with whom."""

# (service of the ARN, what its resource part looks like; the group is the name)
_NAMES: Final = (
    ("dynamodb", r"table/([^/]+)(?:/.*)?"),
    ("events", r"event-bus/(.+)"),
    ("execute-api", r"([^/]+)/.*"),
    ("firehose", r"deliverystream/(.+)"),
    ("kinesis", r"stream/([^/]+)(?:/.*)?"),
    ("lambda", r"function:([^:]+)(?::.*)?"),
    ("s3", r"([^/]+)(?:/.*)?"),
    ("scheduler", r"schedule(?:-group)?/([^/]+)(?:/.*)?"),
    ("secretsmanager", r"secret:(.+?)(?:-\w{6}|-\?{6}|\*)?"),
    ("ses", r"(?:identity|configuration-set)/(.+)"),
    ("sns", r"([^:]+)(?::.*)?"),
    ("sqs", r"(.+)"),
    ("ssm", r"parameter/(.+)"),
    ("states", r"(?:stateMachine|execution|express):([^:]+)(?::.*)?"),
)
_ARN: Final = re.compile(r"arn:[^:]*:([^:]*):[^:]*:[^:]*:(.+)")
_INVOKE: Final = re.compile(r"(?:/functions/)(arn:.+?)/invocations$")

_WORDS: Final = (
    # service, what the action begins with, word; a service's `*` is what is left of it
    ("cognito-idp", r"Admin(?:Create|Update|Delete|Disable|Enable|Set)", "manage"),
    ("dynamodb", r"(?:BatchWrite|Delete|Put|Update|PartiQL(?:Insert|Update|Delete))", "write"),
    ("dynamodb", r"(?:GetRecords|GetShardIterator|DescribeStream|ListStreams)", "consume"),
    ("events", r"PutEvents", "put"),
    ("execute-api", r"", "call"),
    ("firehose", r"Put", "put"),
    ("kinesis", r"Put", "put"),
    ("kinesis", r"(?:Get|Subscribe)", "consume"),
    ("lambda", r"Invoke", "call"),
    ("s3", r"(?:Put|Delete|Abort)", "write"),
    ("ses", r"Send", "send"),
    ("sns", r"Publish", "publish"),
    ("sqs", r"SendMessage", "send"),
    ("sqs", r"(?:ReceiveMessage|DeleteMessage|ChangeMessageVisibility)", "consume"),
    ("states", r"SendTask", "answer"),
    ("states", r"Start", "start"),
    ("states", r"(?:Stop|Redrive)", "stop"),
    ("", r"(?:Get|List|Describe|Batch[GR]|BatchGet|Query|Scan|Head|Select|Condition|AdminGet|AdminList)", "read"),
    ("", r"(?:Create|Put|Update|Delete|Tag|Untag)", "write"),
)
# Describing a queue or a stream goes with every right on it.
_BESIDE: Final = re.compile(
    r"sqs:(?:GetQueue|ListQueue)|kinesis:(?:Describe|List)|sns:Get|s3:(?:GetBucketLocation|ListBucketMultipart)"
    r"|firehose:Describe|dynamodb:DescribeTable|events:Describe"
)
ORDER: Final = (
    "send",
    "put",
    "publish",
    "start",
    "call",
    "consume",
    "answer",
    "read",
    "write",
    "stop",
    "manage",
    "use",
)
"""The order words stand in on an arrow."""
PUSHES: Final = frozenset({"send", "put", "publish", "start", "call"})
"""What makes something happen at the other end: an arrow of the flow."""


def named_by(arn: object) -> tuple[str, str] | None:
    """Return the service and the name that an ARN, or the address API Gateway calls a function by, stands for."""
    text = arn if isinstance(arn, str) else ""
    invoked = _INVOKE.search(text)
    found = _ARN.fullmatch(invoked[1] if invoked else text)
    if not found:
        return None
    for service, pattern in _NAMES:
        match = re.fullmatch(pattern, found[2]) if service == found[1] else None
        if match:
            return service, match[1]
    return found[1], found[2]


def words(actions: list[str]) -> list[str]:
    """Return what actions come to, in words: `sqs:SendMessage` is `send`."""
    found = {_word(action) for action in actions if not _BESIDE.match(action)}
    return [word for word in ORDER if word in found]


def _word(action: str) -> str:
    service, _, verb = action.partition(":")
    for of, begins, word in _WORDS:
        if of in ("", service) and re.match(begins, verb):
            return word
    return "use"
