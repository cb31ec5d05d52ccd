"""What tests do to an emulator by hand: make a function, a queue, a role, and look what becomes of it."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from eventyard import emulators

REGION = "eu-west-1"
ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Workbench:
    """What the tests do to an emulator, with or without additions."""

    emulator: emulators.Emulator
    region: str = REGION
    account: str = ACCOUNT
    _clients: dict[str, Any] = field(default_factory=dict)

    def unique(self, kind: str) -> str:
        return unique(kind)

    def client(self, service: str) -> Any:
        """Return a client that acts as root; making one takes longer than most calls, so each is made once."""
        if service not in self._clients:
            self._clients[service] = self.emulator.session().client(service)
        return self._clients[service]

    def acting(self, service: str, *statements: dict[str, Any]) -> Any:
        """Return a client of a new user who may do only what `statements` say."""
        name, iam = unique("user"), self.client("iam")
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=policy(*statements))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return boto3.session.Session(key["AccessKeyId"], key["SecretAccessKey"]).client(
            service, region_name=self.region, endpoint_url=self.emulator.endpoint
        )

    def role(self, *statements: dict[str, Any], service: str = "lambda.amazonaws.com") -> str:
        name = unique("role")
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
        iam = self.client("iam")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy(*statements))
        return str(arn)

    def function(self, source: str, *statements: dict[str, Any], **settings: Any) -> str:
        name = unique("function")
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as zipped:
            zipped.writestr("app.py", source)
        self.client("lambda").create_function(
            FunctionName=name,
            Role=self.role(*statements),
            Runtime="python3.13",
            Handler="app.handler",
            Timeout=10,
            Code={"ZipFile": archive.getvalue()},
            Publish=True,
            **settings,
        )
        self.client("lambda").create_alias(FunctionName=name, Name="live", FunctionVersion="1")
        return name

    def allow(self, function: str, *statements: dict[str, Any]) -> None:
        """Replace what the function's role may do."""
        role = self.client("lambda").get_function_configuration(FunctionName=function)["Role"].rpartition("/")[2]
        self.client("iam").put_role_policy(RoleName=role, PolicyName="inline", PolicyDocument=policy(*statements))

    def alias_arn(self, function: str) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}:live"

    def invoke(self, function: str, event: Any = None) -> tuple[Any, bool]:
        """Return the answer, and whether the function failed."""
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
        return json.loads(answer["Payload"].read()), "FunctionError" in answer

    def queue(self, **attributes: str) -> str:
        return str(self.client("sqs").create_queue(QueueName=unique("queue"), Attributes=attributes)["QueueUrl"])

    def receive(self, url: str, *, wait: int = 5) -> list[str]:
        answer = self.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=wait)
        for message in answer.get("Messages", []):
            self.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in answer.get("Messages", [])]


def unique(kind: str) -> str:
    return f"{kind}-{uuid.uuid4().hex[:8]}"


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
