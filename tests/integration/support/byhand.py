"""What a team has before it knows these modules: made with the console's defaults, under its own names, and in use."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from eventyard.emulators import LocalSession

BUCKET = "orders-000000000000"
CODE = "def handler(event, _context):\n    return event\n"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}],
}


def bucket(session: LocalSession, _root: Path) -> dict[str, str]:
    """Make a bucket with what S3 gives every new one, a policy, and an object."""
    s3 = session.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": session.region_name})
    s3.put_bucket_ownership_controls(
        Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    blocked = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=dict.fromkeys(blocked, True))
    own = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [own]})
    arn = f"arn:aws:s3:::{BUCKET}"
    statement = {
        "Effect": "Deny",
        "Action": "s3:DeleteObject",
        "Principal": "*",
        "Resource": f"{arn}/kept/*",
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    s3.put_object(Bucket=BUCKET, Key="one", Body=b"order one")
    return {}


def holds_its_object(session: LocalSession) -> None:
    s3 = session.client("s3")
    assert s3.get_object(Bucket=BUCKET, Key="one")["Body"].read() == b"order one"
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"


def function(session: LocalSession, root: Path) -> dict[str, str]:
    """Make a function as the console does, with an alias and a log group; its zip lies in `root`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), CODE)
    (root / "orders.zip").write_bytes(packed.getvalue())
    role = session.client("iam").create_role(
        RoleName="orders-role-x1y2z3", Path="/service-role/", AssumeRolePolicyDocument=json.dumps(TRUST)
    )
    functions = session.client("lambda")
    functions.create_function(
        FunctionName="orders",
        Role=role["Role"]["Arn"],
        Runtime="python3.12",
        Handler="app.handler",
        Code={"ZipFile": packed.getvalue()},
        Publish=True,
    )
    functions.create_alias(FunctionName="orders", Name="prod", FunctionVersion="1")
    logs = session.client("logs")
    if not logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/orders")["logGroups"]:
        logs.create_log_group(logGroupName="/aws/lambda/orders")
    return {}


def answers_by_its_alias(session: LocalSession) -> None:
    answer = session.client("lambda").invoke(FunctionName="orders", Qualifier="prod", Payload=b'{"order": 1}')
    assert "FunctionError" not in answer
    assert json.loads(answer["Payload"].read()) == {"order": 1}


def queue(session: LocalSession, _root: Path) -> dict[str, str]:
    """Make a queue and a dead-letter queue, with a message in each."""
    sqs = session.client("sqs")
    encrypted = {"SqsManagedSseEnabled": "true"}  # as SQS makes every new one
    failed = sqs.create_queue(QueueName="orders-failed", Attributes=encrypted)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=failed, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = {"deadLetterTargetArn": arn, "maxReceiveCount": 10}
    settings = encrypted | {"RedrivePolicy": json.dumps(redrive)}
    url = sqs.create_queue(QueueName="orders", Attributes=settings)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="order one")
    sqs.send_message(QueueUrl=failed, MessageBody="order zero")
    return {}


def holds_its_messages(session: LocalSession) -> None:
    sqs = session.client("sqs")
    for name, body in (("orders", "order one"), ("orders-failed", "order zero")):
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        received = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)["Messages"]
        assert [message["Body"] for message in received] == [body]


def table(session: LocalSession, _root: Path) -> dict[str, str]:
    """Make a table with provisioned capacity and a global index, and an item in it."""
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    dynamodb = session.client("dynamodb")
    dynamodb.create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "customer")],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ProvisionedThroughput=units,
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-customer",
                "KeySchema": [{"AttributeName": "customer", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": units,
            }
        ],
    )
    dynamodb.put_item(TableName="orders", Item={"id": {"S": "1"}, "customer": {"S": "ann"}})
    return {}


def holds_its_item(session: LocalSession) -> None:
    found = session.client("dynamodb").query(
        TableName="orders",
        IndexName="by-customer",
        KeyConditionExpression="customer = :name",
        ExpressionAttributeValues={":name": {"S": "ann"}},
    )
    assert found["Items"] == [{"id": {"S": "1"}, "customer": {"S": "ann"}}]


def topic(session: LocalSession, _root: Path) -> dict[str, str]:
    """Make a topic and a queue that subscribes to it; say the subscription's ARN, which SNS makes up."""
    sqs, sns = session.client("sqs"), session.client("sns")
    arn = sns.create_topic(Name="orders")["TopicArn"]
    url = sqs.create_queue(QueueName="audit")["QueueUrl"]
    audit = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Resource": audit,
        "Condition": {"ArnEquals": {"aws:SourceArn": arn}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    made = sns.subscribe(
        TopicArn=arn,
        Protocol="sqs",
        Endpoint=audit,
        Attributes={"RawMessageDelivery": "true"},
        ReturnSubscriptionArn=True,
    )
    return {"6d0c1f0e-8a5b-4c0e-9a53-3f6f3a1d2b4c": made["SubscriptionArn"].rpartition(":")[2]}


def still_delivers(session: LocalSession) -> None:
    sqs, sns = session.client("sqs"), session.client("sns")
    arn = next(one["TopicArn"] for one in sns.list_topics()["Topics"] if one["TopicArn"].endswith(":orders"))
    assert len(sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]) == 1
    sns.publish(TopicArn=arn, Message="order two")
    received = sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName="audit")["QueueUrl"], WaitTimeSeconds=5)
    assert [message["Body"] for message in received["Messages"]] == ["order two"]


MAKERS: dict[str, Callable[[Any, Path], dict[str, str]]] = {
    "bucket": bucket,
    "function": function,
    "queue": queue,
    "table": table,
    "topic": topic,
}
CHECKS: dict[str, Callable[[Any], None]] = {
    "bucket": holds_its_object,
    "function": answers_by_its_alias,
    "queue": holds_its_messages,
    "table": holds_its_item,
    "topic": still_delivers,
}
