"""The bucket that keeps artefacts and manifests: asked, filled, and its refusals put into words."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from eventyard.console import command
from eventyard.errors import EventyardError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eventyard.config import Artefacts

    from .context import Context

_ABSENT: Final = frozenset({"404", "NoSuchKey", "NotFound"})
_DENIED: Final = frozenset({"403", "AccessDenied", "Forbidden", "AllAccessDisabled"})
_ATTEMPTS: Final = 3
_NEEDED: Final = "s3:ListBucket on the bucket, s3:GetObject and s3:PutObject on what is in it"


class BucketError(EventyardError):
    """The bucket for artefacts is missing, elsewhere, or can't be used."""


@dataclass(frozen=True)
class Bucket:
    """The bucket one environment keeps its artefacts in.

    Parameters
    ----------
    artefacts
        What the environment says of it.
    account
        Whom it must belong to: names of buckets are global, and a stranger may have taken one that was given up.
    environment, region
        The environment's name and region.
    client
        S3 in that region.
    """

    artefacts: Artefacts
    account: str
    environment: str
    region: str
    client: Any

    @classmethod
    def of(cls, context: Context) -> Bucket | None:
        """Return the environment's bucket; None where it names none."""
        environment = context.environment
        if environment.artefacts is None:
            return None
        client = context.target.session.client("s3", region_name=environment.region)
        owner = environment.artefacts.account or environment.account_id
        return cls(environment.artefacts, owner, environment.name, environment.region, client)

    def __str__(self) -> str:
        """Return where it keeps things."""
        return f"s3://{self.artefacts.bucket}/{self.artefacts.folder}"

    def check(self) -> None:
        """Refuse to go on with a bucket that isn't there, isn't ours, or that Lambda can't read from here.

        Raises
        ------
        BucketError
            Says which, and what to run or to set.
        """
        with self._told():
            region = self.client.head_bucket(**self._named()).get("BucketRegion") or self.region
        if region != self.region:
            raise BucketError(
                f"The bucket `{self.artefacts.bucket}` is in {region}, and Lambda takes code only from its own region",
                where=self._where,
                fix=f"name a bucket in {self.region}",
            )

    def has(self, key: str) -> bool:
        """Tell whether there is an object of that key."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 - heavy, and loaded only where there is a bucket

        with self._told():
            try:
                self.client.head_object(**self._named(), Key=key)
            except ClientError as error:
                if error.response["Error"]["Code"] in _ABSENT:
                    return False
                raise
        return True

    def put(self, key: str, file: Path) -> bool:
        """Put a file there once and for all; return False when somebody was first.

        S3 compares what arrives with the file's hash, and takes nothing where something is already.
        """
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").digest()
        for _ in range(_ATTEMPTS):
            done = self._put_once(key, file, digest)
            if done is not None:
                return done
        raise BucketError(
            f"Others put and delete `{key}` all the time",
            where=self._where,
            fix="try again",
        )

    def write(self, key: str, text: str) -> None:
        """Put a text there; what had that key is an older version from then on."""
        with self._told():
            self.client.put_object(
                **self._named(),
                Key=key,
                Body=text.encode(),
                ContentType="application/json",
                ChecksumAlgorithm="SHA256",
                **self._encryption(),
            )

    def read(self, key: str) -> bytes | None:
        """Return an object's content; None when there is none of that key."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 - as above

        with self._told():
            try:
                return bytes(self.client.get_object(**self._named(), Key=key)["Body"].read())
            except ClientError as error:
                if error.response["Error"]["Code"] in _ABSENT:
                    return None
                raise

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with `prefix`, in their order."""
        with self._told():
            pages = self.client.get_paginator("list_objects_v2").paginate(**self._named(), Prefix=prefix)
            return sorted(entry["Key"] for page in pages for entry in page.get("Contents", ()))

    def _put_once(self, key: str, file: Path, digest: bytes) -> bool | None:
        """Return whether it was put; None when it has to be tried again, because another put ended meanwhile."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 - as above

        with self._told(), file.open("rb") as content:
            try:
                self.client.put_object(
                    **self._named(),
                    Key=key,
                    Body=content,
                    ContentType="application/zip",
                    ChecksumSHA256=base64.b64encode(digest).decode("ascii"),
                    IfNoneMatch="*",
                    **self._encryption(),
                )
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code == "PreconditionFailed":
                    return False
                if code == "ConditionalRequestConflict":
                    return None
                raise
        return True

    def _named(self) -> dict[str, str]:
        return {"Bucket": self.artefacts.bucket, "ExpectedBucketOwner": self.account}

    def _encryption(self) -> dict[str, str]:
        key = self.artefacts.key
        return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}

    @property
    def _where(self) -> str:
        return f"eventyard.toml: environments.{self.environment}.artefacts"

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Say in words what S3 refuses by a code."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as above

        try:
            yield
        except BotoCoreError as error:
            raise BucketError(f"S3 does not answer: {error}", where=self._where, fix="try again") from error
        except ClientError as error:
            raise self._explained(error.operation_name, error.response["Error"]) from error

    def _explained(self, operation: str, refusal: dict[str, str]) -> BucketError:
        name, code = self.artefacts.bucket, refusal["Code"]
        if code in _ABSENT or code == "NoSuchBucket":
            fix = f"run {command('state bootstrap', environment=self.environment)}, which makes it"
            return BucketError(f"There is no bucket `{name}` for artefacts", where=self._where, fix=fix)
        if code in _DENIED:
            return BucketError(
                f"The bucket `{name}` for artefacts can't be used: {operation} is denied",
                where=self._where,
                fix=f"allow {_NEEDED}; it must belong to account {self.account}, or name its owner in `account` there",
            )
        return BucketError(
            f"S3 refuses {operation} in `{name}`: {code}: {refusal.get('Message', '')}".rstrip(": "),
            where=self._where,
            fix="mend what it names and run again",
        )
