"""Makes an environment's buckets for states and artefacts, and the provider lock file kept beside `eventyard.toml`.

All can be run again at any time: what is right already stays as it is.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, field
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
    from collections.abc import Collection, Iterable, Mapping

    from eventyard.config import Environment, Settings
    from eventyard.deployment import Target

OLD_VERSIONS_DAYS: Final = 365
"""How long a former state, or an artefact somebody deleted, can be brought back."""

ABANDONED_UPLOADS_DAYS: Final = 7


@dataclass(frozen=True)
class Made:
    """A bucket: whether it was made now, and whose it is where it is another account's and was left alone."""

    bucket: str
    created: bool
    owner: str = ""


@dataclass(frozen=True)
class Bootstrapped:
    """What there is now, and what of it was made; None for what the environment doesn't name."""

    state: Made | None
    artefacts: Made | None
    lock_file: Path | None
    lock_written: bool


def bootstrap(settings: Settings, environment: Environment, target: Target, build: Path) -> Bootstrapped:
    """Make the buckets of `environment` as they should be, and its provider lock file when it is missing.

    Raises
    ------
    EventyardError
        The environment names neither state nor artefacts, or a bucket belongs to somebody else.
    """
    state, kept = environment.state, environment.artefacts
    if state is None and kept is None:
        raise ConfigError(
            f"`{environment.name}` keeps its state and its artefacts on this machine: there is no bucket to make",
            where=f"eventyard.toml: environments.{environment.name}",
            fix='set `state = { bucket = "…" }` there, or `artefacts`',
        )
    target.check()
    for_state = for_artefacts = None
    if state is not None:
        region = state.region or environment.region
        for_state = _bucket(environment, target, _Wanted(state.bucket, region, state.key, "state.bucket"))
    if kept is not None:
        for_artefacts = _artefacts(settings, environment, target)
    lock = lock_file(settings.root, environment.name) if state else None
    written = lock is not None and not lock.is_file()
    if lock is not None and written:
        _write_lock(settings, build, lock)
    return Bootstrapped(for_state, for_artefacts, lock, written)


@dataclass(frozen=True)
class _Wanted:
    """A bucket as it should be.

    Parameters
    ----------
    name, region, key
        As `eventyard.toml` says.
    setting
        The key that names it there.
    shared
        Folders of it that accounts take things from, and keep their own in.
    """

    name: str
    region: str
    key: str | None
    setting: str
    shared: Mapping[str, Collection[str]] = field(default_factory=dict)


def _artefacts(settings: Settings, environment: Environment, target: Target) -> Made | None:
    """Make the bucket for artefacts, unless it is another account's: its owner's environment makes it."""
    kept = environment.artefacts
    if kept is None:
        return None
    if kept.account not in (None, environment.account_id):
        return Made(kept.bucket, created=False, owner=kept.account or "")
    shared: dict[str, set[str]] = {}
    for other in settings.environments.values():
        theirs = other.artefacts
        if theirs is None or theirs.bucket != kept.bucket or other.local != environment.local:
            continue
        if theirs.account == environment.account_id != other.account_id:
            shared.setdefault(theirs.folder, set()).add(other.account_id)
    wanted = _Wanted(kept.bucket, environment.region, kept.key, "artefacts.bucket", shared)
    return _bucket(environment, target, wanted)


def _bucket(environment: Environment, target: Target, wanted: _Wanted) -> Made:
    client = target.session.client("s3", region_name=wanted.region)
    created = _create(client, wanted, environment.account_id)
    partition = "aws" if environment.local else target.session.get_partition_for_region(wanted.region)
    _secure(client, wanted, partition)
    return Made(wanted.name, created)


def _create(client: Any, wanted: _Wanted, account: str) -> bool:
    bucket, region = wanted.name, wanted.region
    try:
        client.head_bucket(Bucket=bucket, ExpectedBucketOwner=account)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in ("404", "NoSuchBucket", "NotFound"):
            raise EventyardError(
                f"The bucket `{bucket}` is there and can't be used: {code}",
                where=bucket,
                fix="names of buckets are global: "
                f"choose another in `{wanted.setting}`, or use the account that owns it",
            ) from error
    else:
        return False
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client.create_bucket(Bucket=bucket, **place)
    client.get_waiter("bucket_exists").wait(Bucket=bucket)
    return True


def _secure(client: Any, wanted: _Wanted, partition: str) -> None:
    """Versioned, encrypted, never public, TLS only; old versions and abandoned uploads go after a while.

    What is there and was not deleted stays: no artefact goes by itself, so that a rollback finds what it needs.
    """
    bucket, key = wanted.name, wanted.key
    encryption = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key} if key else {"SSEAlgorithm": "AES256"}
    rule = {"ApplyServerSideEncryptionByDefault": encryption, "BucketKeyEnabled": bool(key)}
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
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(_policy(wanted, partition)))
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


def _policy(wanted: _Wanted, partition: str) -> dict[str, Any]:
    arn = f"arn:{partition}:s3:::{wanted.name}"
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
            *_sharing(wanted, arn, partition),
        ],
    }


def _sharing(wanted: _Wanted, arn: str, partition: str) -> list[dict[str, Any]]:
    """Let other accounts' environments take what was kept here, and keep their own: what promoting needs.

    Their own policies still say who of them may; deleting is nobody's but the owner's.
    """

    def roots(accounts: Iterable[str]) -> dict[str, list[str]]:
        return {"AWS": [f"arn:{partition}:iam::{account}:root" for account in sorted(accounts)]}

    everybody = {account for accounts in wanted.shared.values() for account in accounts}
    if not everybody:
        return []
    use = [
        {
            "Sid": f"OtherAccountsTakeAndKeep{number}",
            "Effect": "Allow",
            "Principal": roots(accounts),
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": [f"{arn}/{folder}{kind}/*" for kind in ("artefacts", "manifests")],
        }
        for number, (folder, accounts) in enumerate(sorted(wanted.shared.items()), start=1)
    ]
    look = {
        "Sid": "OtherAccountsList",
        "Effect": "Allow",
        "Principal": roots(everybody),
        "Action": "s3:ListBucket",
        "Resource": arn,
    }
    return [*use, look]


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
