"""A lock that was left behind: who holds it, and its removal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from eventyard.config import ConfigError

if TYPE_CHECKING:
    from eventyard.config import Environment
    from eventyard.terraform import Terraform


@dataclass(frozen=True)
class Lock:
    """What Terraform writes into a lock."""

    id: str
    who: str
    operation: str
    created: str

    def __str__(self) -> str:
        """Return it in one line."""
        return f"{self.who} ({self.operation}, since {self.created}, lock {self.id})"


def find(environment: Environment, stack: str, session: Any) -> Lock | None:
    """Return the lock on the state of `stack`; None when nobody holds one.

    Raises
    ------
    ConfigError
        The state is kept on this machine, where the system lets go of a lock when its process ends.
    """
    state = environment.state
    if state is None:
        raise ConfigError(
            f"`{environment.name}` keeps its state on this machine: a run that died holds nothing",
            where=f"eventyard.toml: environments.{environment.name}",
        )
    client = session.client("s3", region_name=state.region or environment.region)
    try:
        key = f"{state.object_key(environment.name, stack)}.tflock"
        found = json.loads(client.get_object(Bucket=state.bucket, Key=key)["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise
    return Lock(found["ID"], found.get("Who", "somebody"), found.get("Operation", ""), found.get("Created", ""))


def unlock(terraform: Terraform, lock: Lock) -> None:
    """Remove `lock`; Terraform refuses when it is another one by now."""
    terraform.force_unlock(lock.id)
