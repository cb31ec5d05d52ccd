"""A state kept in S3 and locked by S3: bootstrap, two at once, a lock left behind. The emulator plays AWS's part."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.support.projects import Project

BUCKET = "corner-shop-state"
REMOTE = f"""
[environments.local]
port  = 0
state = {{ bucket = "{BUCKET}" }}
"""
KEY = "local/note.tfstate"


@pytest.fixture(scope="module")
def project(make_project: Callable[..., Project]) -> Project:
    """A project whose environment keeps its states remotely."""
    made = make_project(REMOTE)
    assert "run `eventyard state bootstrap --env local`" in made.run("plan", code=1).err
    return made


@pytest.fixture(scope="module")
def bootstrapped(project: Project) -> Any:
    """What `state bootstrap` told."""
    return project.run("state", "bootstrap", "--json").data


def test_state_bucket_is_versioned_encrypted_and_private(project: Project, bootstrapped: Any) -> None:
    assert (bootstrapped["bucket"], bootstrapped["created"], bootstrapped["lock_written"]) == (BUCKET, True, True)
    s3 = project.client("s3")
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    rules = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    blocked = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}
    statements = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    tls = next(one for one in statements if one["Sid"] == "TlsOnly")
    assert (tls["Effect"], tls["Action"], tls["Condition"]) == (
        "Deny",
        "s3:*",
        {"Bool": {"aws:SecureTransport": "false"}},
    )


def test_bootstrap_again_changes_nothing(project: Project, bootstrapped: Any) -> None:
    lock = (project.folder / "local.terraform.lock.hcl").read_bytes()
    again = project.run("state", "bootstrap", "--json").data
    assert (again["created"], again["lock_written"]) == (False, False)
    assert (project.folder / "local.terraform.lock.hcl").read_bytes() == lock


def test_state_lies_in_the_bucket_and_a_lock_left_behind_is_named_and_removed(
    project: Project, bootstrapped: Any
) -> None:
    project.run("apply")
    s3 = project.client("s3")
    assert json.loads(s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read())["outputs"]["stack"]
    assert not (project.stack_folder("note") / "state/terraform.tfstate").exists()
    assert "nobody holds the state of `note`" in project.run("state", "unlock").err

    left = {
        "ID": "6f1ad1a4-9a59-4f0b-8f0c-7a1f5a3f7f10",
        "Operation": "OperationTypeApply",
        "Who": "alex@laptop",
        "Version": "1.11.4",
        "Created": "2026-11-01T08:00:00Z",
        "Path": f"{BUCKET}/{KEY}",
        "Info": "",
    }
    s3.put_object(Bucket=BUCKET, Key=f"{KEY}.tflock", Body=json.dumps(left).encode())
    refused = project.run("apply", code=1)
    assert "alex@laptop holds the state's lock (Apply, since 2026-11-01" in refused.err
    assert "`eventyard state unlock --stack note --env local`" in refused.err

    told = project.run("state", "unlock", code=1).err
    assert "held by alex@laptop" in told
    assert "stdin is not a terminal" in told
    assert "unlocked" in project.run("state", "unlock", "--yes").out
    assert project.run("plan", "--json").data["changes_pending"] is False


GATED = """
resource "terraform_data" "gate" {
  provisioner "local-exec" {
    command = "touch ../../../../waiting; until [ -e ../../../../gate ]; do sleep 0.1; done"
  }
}

output "id" {
  value = "there"
}
"""


def test_second_machine_meets_the_lock_in_the_bucket(
    project: Project, bootstrapped: Any, make_project: Callable[..., Project]
) -> None:
    """Two checkouts share nothing but the bucket: only its lock stands between them."""
    project.stack("gated", GATED)
    other = make_project(REMOTE.replace("port  = 0", f'endpoint = "{project.emulator().endpoint}"'))
    other.stack("gated", GATED)
    lock = "local.terraform.lock.hcl"
    other.write(lock, (project.folder / lock).read_text())

    applying = project.start("apply", "--stack", "gated")
    try:
        eventually((project.folder / "waiting").is_file, timeout=90)  # in mid-apply: planning has a lock of its own
        refused = other.run("apply", "--stack", "gated", code=1)
    finally:
        project.write("gate", "")
    _, said = applying.communicate(timeout=90)
    assert applying.returncode == 0, said
    assert "holds the state's lock (" in refused.err
    other.write("gate", "")
    assert other.run("apply", "--stack", "gated", "--json").data == {"id": "there"}
