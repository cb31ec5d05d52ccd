"""Makes an environment's state bucket, and the provider lock file kept beside `eventyard.toml`.

Both can be run again at any time: what is right already stays as it is.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from eventyard import resources, tools
from eventyard.config import ConfigError
from eventyard.errors import EventyardError
from eventyard.rendering import Engine
from eventyard.rendering.files import write
from eventyard.terraform import Terraform
from eventyard.terraform.readiness import LOCK, lock_file

if TYPE_CHECKING:
    from eventyard.config import Environment, Settings, State
    from eventyard.deployment import Target

OLD_VERSIONS_DAYS: Final = 365
"""How long a former state can be brought back."""

ABANDONED_UPLOADS_DAYS: Final = 7


@dataclass(frozen=True)
class Bootstrapped:
    """What there is now, and what of it was made."""

    bucket: str
    created: bool
    lock_file: Path
    lock_written: bool


def bootstrap(settings: Settings, environment: Environment, target: Target, build: Path) -> Bootstrapped:
    """Make the state bucket of `environment` as it should be, and its provider lock file when it is missing.

    Raises
    ------
    EventyardError
        The environment names no state, or the bucket belongs to somebody else.
    """
    state = environment.state
    if state is None:
        raise ConfigError(
            f"`{environment.name}` keeps its state on this machine: there is no bucket to make",
            where=f"eventyard.toml: environments.{environment.name}",
            fix='set `state = { bucket = "…" }` there',
        )
    target.check()
    region = state.region or environment.region
    client = target.session.client("s3", region_name=region)
    created = _create(client, state.bucket, region, environment.account_id)
    _secure(client, state, target.session.get_partition_for_region(region) if not environment.local else "aws")
    lock = lock_file(settings.root, environment.name)
    written = not lock.is_file()
    if written:
        _write_lock(settings, build, lock)
    return Bootstrapped(state.bucket, created, lock, written)


def _create(client: Any, bucket: str, region: str, account: str) -> bool:
    try:
        client.head_bucket(Bucket=bucket, ExpectedBucketOwner=account)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in ("404", "NoSuchBucket", "NotFound"):
            raise EventyardError(
                f"The bucket `{bucket}` is there and can't be used: {code}",
                where=bucket,
                fix="names of buckets are global: choose another in `state.bucket`, or use the account that owns it",
            ) from error
    else:
        return False
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client.create_bucket(Bucket=bucket, **place)
    client.get_waiter("bucket_exists").wait(Bucket=bucket)
    return True


def _secure(client: Any, state: State, partition: str) -> None:
    """Versioned, encrypted, never public, TLS only; old versions and abandoned uploads go after a while."""
    bucket = state.bucket
    encryption = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": state.key} if state.key else {"SSEAlgorithm": "AES256"}
    rule = {"ApplyServerSideEncryptionByDefault": encryption, "BucketKeyEnabled": bool(state.key)}
    client.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        ),
    )
    client.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    client.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(_policy(bucket, partition)))
    client.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "old-versions",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "NoncurrentVersionExpiration": {"NoncurrentDays": OLD_VERSIONS_DAYS},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": ABANDONED_UPLOADS_DAYS},
                }
            ]
        },
    )


def _policy(bucket: str, partition: str) -> dict[str, Any]:
    arn = f"arn:{partition}:s3:::{bucket}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "TlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            {
                "Sid": "NobodyDeletesTheBucket",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:DeleteBucket",
                "Resource": arn,
            },
        ],
    }


def _write_lock(settings: Settings, build: Path, lock: Path) -> None:
    """Let `init` choose and record the pinned provider's hashes, in a folder of its own."""
    build.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build, prefix="lock-") as name:
        folder = Path(name)
        engine = Engine([resources.data("templates") / "root"])
        write(folder / "versions.tf", engine.render("versions.tf.j2", {"version": tools.PROVIDER_VERSION}))
        terraform = Terraform(
            binary=tools.terraform(settings.project.terraform, build),
            folder=folder,
            variables=tools.terraform_environment(build) | {"TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "0"},
            hidden=("AWS_",),
        )
        terraform.init(backend=False)
        shutil.copyfile(folder / LOCK, lock)
