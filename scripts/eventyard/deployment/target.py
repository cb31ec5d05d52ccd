"""Where a stack goes: the emulator of a local environment, or AWS."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eventyard import environments, tools
from eventyard.config.guard import by_address, check_account, check_local
from eventyard.errors import EventyardError
from eventyard.rendering import Provider

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from eventyard.config import Environment
    from eventyard.emulators import Emulator

_UNANSWERED = "http://127.0.0.1:4566"
_WORKERS: dict[str, environments.Name] = {"ministack": "workers", "localstack": "runtime"}
"""What functions run on behind each emulator: LocalStack's speak the Lambda Runtime API, by AWS's own client."""


class Target:
    """One environment's target, started, attached to or signed in to when it is first needed.

    Parameters
    ----------
    environment
        The environment; what it says of the target is checked before anything runs.
    build
        The project's build folder.
    """

    def __init__(self, environment: Environment, build: Path) -> None:
        self.environment = environment
        self.build = build
        if environment.local:
            check_local(environment, environment.endpoint, os.environ)

    @property
    def folder(self) -> Path:
        """Where the emulator of this environment keeps its pid, log and data."""
        return self.build / self.environment.name / "emulator"

    @cached_property
    def emulator(self) -> Emulator | None:
        """The emulator, started when there is none yet; None for AWS."""
        if not self.environment.local:
            return None
        from eventyard import emulators  # noqa: PLC0415 - heavy, and AWS environments never need it

        environment = self.environment
        if environment.endpoint:
            return self._attached(by_address(environment.endpoint))
        build = self.build
        kind = emulators.kind_of(environment.target)
        return emulators.start(
            kind,
            folder=self.folder,
            region=environment.region,
            python=environments.ensure(kind, build=build),
            workers=environments.ensure(_WORKERS[kind], build=build, python=environment.python),
            port=environment.port,
            modules=tools.node_modules("kinesis", build) if kind == "localstack" else None,
            settings=environment.settings,
        )

    def running(self) -> Emulator | None:
        """Return the emulator if it runs already; nothing is started."""
        from eventyard import emulators  # noqa: PLC0415 - as above

        if self.environment.endpoint:
            return self._attached(by_address(self.environment.endpoint))
        return emulators.find(self.folder)

    @property
    def incarnation(self) -> str:
        """Changes when the emulator lost what it held; empty where that can't be known."""
        return self.emulator.incarnation if self.emulator else ""

    def variables(self) -> Mapping[str, str]:
        """Return the credentials and addresses Terraform runs with."""
        if self.emulator:
            return self.emulator.environment(self.environment.account_id)
        return {"AWS_REGION": self.environment.region}

    def provider(self) -> Provider:
        """Return where the root's provider goes."""
        account = self.environment.account_id
        if not self.emulator:
            return Provider(version=tools.PROVIDER_VERSION, account=account)
        variables = self.emulator.environment(account)
        return Provider(
            version=tools.PROVIDER_VERSION,
            account=account,
            endpoint=self.emulator.endpoint,
            access_key=variables["AWS_ACCESS_KEY_ID"],
            secret_key=variables["AWS_SECRET_ACCESS_KEY"],
        )

    def placeholder(self) -> Provider:
        """Return a provider for a root that is only looked at: nothing is started and nothing will be called."""
        account = self.environment.account_id
        endpoint = _UNANSWERED if self.environment.local else None
        return Provider(version=tools.PROVIDER_VERSION, account=account, endpoint=endpoint)

    @cached_property
    def session(self) -> Any:
        """A boto3 session, or the emulator's like one."""
        if self.emulator:
            return self.emulator.session(self.environment.account_id)
        return aws_session(self.environment)

    def check(self) -> None:
        """Refuse AWS when the credentials are another account's."""
        if self.environment.local:
            return
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - only AWS needs boto3 here

        try:
            check_account(self.environment, self.session.client("sts"))
        except (BotoCoreError, ClientError) as error:
            raise EventyardError(
                f"AWS does not know the caller: {error}",
                where=f"eventyard.toml: environments.{self.environment.name}",
                fix="sign in (`aws sso login`), or set the environment's `profile`",
            ) from error

    def translate(self, value: Any) -> Any:
        """Return `value` with AWS's addresses as ones that open from here."""
        return self.emulator.translate(value) if self.emulator else value

    def _attached(self, endpoint: str) -> Emulator:
        from eventyard import emulators  # noqa: PLC0415 - as above

        kind = emulators.kind_of(self.environment.target)
        found = emulators.attach(endpoint, kind=kind, region=self.environment.region)
        if not found.healthy():
            raise EventyardError(
                f"Nothing answers at `{endpoint}`",
                where=f"eventyard.toml: environments.{self.environment.name}.endpoint",
                fix=f"start the emulator ({kind}) that should answer there",
            )
        return found


def aws_session(environment: Environment) -> Any:
    """Return a session of the environment's profile, with its role assumed."""
    import boto3  # noqa: PLC0415 - a third of a second that local environments need not pay

    session = boto3.session.Session(profile_name=environment.profile, region_name=environment.region)
    if environment.role_arn is None:
        return session
    granted = session.client("sts").assume_role(RoleArn=environment.role_arn, RoleSessionName="eventyard")
    keys = granted["Credentials"]
    return boto3.session.Session(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        region_name=environment.region,
    )
