"""Artefacts in a bucket: put once, applied from anywhere, promoted and rolled back. The emulator plays S3's part."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import threading
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.support.projects import parameters

from eventyard.config import load
from eventyard.console import Console
from eventyard.deployment import Context, Target
from eventyard.deployment.bucket import Bucket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.integration.support.projects import Project

BUCKET = "corner-shop-artefacts"
SETTINGS = f"""
[project]
default_stack = "desk"

[environments.local]
port      = 0
artefacts = {{ bucket = "{BUCKET}", prefix = "shop" }}
"""

# A stranger's function: it takes its code as a file or from a bucket, whichever the kit hands over.
HANDLERS = """
variable "handlers" {
  type = map(object({
    filename     = optional(string)
    s3           = optional(object({ bucket = string, key = string }))
    hash         = string
    handler      = string
    runtime      = string
    architecture = string
  }))
}
"""
DESK = (
    HANDLERS
    + """
resource "aws_iam_role" "answer" {
  name = "${var.prefix}-answer"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_cloudwatch_log_group" "answer" {
  name              = "/aws/lambda/${var.prefix}-answer"
  retention_in_days = 7
}

resource "aws_lambda_function" "answer" {
  function_name    = "${var.prefix}-answer"
  role             = aws_iam_role.answer.arn
  filename         = var.handlers["desk/answer"].filename
  s3_bucket        = try(var.handlers["desk/answer"].s3.bucket, null)
  s3_key           = try(var.handlers["desk/answer"].s3.key, null)
  source_code_hash = var.handlers["desk/answer"].hash
  handler          = var.handlers["desk/answer"].handler
  runtime          = var.handlers["desk/answer"].runtime
  architectures    = [var.handlers["desk/answer"].architecture]
  timeout          = 30
  depends_on       = [aws_cloudwatch_log_group.answer]
}

"""
)

# Which artefact would run, without the provider's waits for a function.
POSTER = (
    HANDLERS
    + """
resource "aws_ssm_parameter" "code" {
  name      = "/${var.prefix}/code"
  type      = "String"
  value     = "${var.handlers["desk/answer"].s3.key} ${var.handlers["desk/answer"].hash}"
  overwrite = true
}
"""
)

HANDLER = '''"""Says which version of it runs."""

from pathlib import Path


def handler(event, context):
    """Return the version, and the size of what lies beside."""
    beside = Path(__file__).with_name("data.bin")
    return {"version": 1, "beside": beside.stat().st_size if beside.is_file() else 0}
'''


def in_version(number: int) -> str:
    return HANDLER.replace('"version": 1', f'"version": {number}')


@pytest.fixture(scope="module")
def shop(make_project: Callable[..., Project]) -> Project:
    """A project whose environment names a bucket there isn't yet."""
    made = make_project(SETTINGS)
    made.stack("desk", DESK)
    made.write("handlers/desk/answer/app.py", HANDLER)
    refused = made.run("plan", code=1)
    assert f"There is no bucket `{BUCKET}` for artefacts" in refused.err
    assert "environments.local.artefacts" in refused.err
    assert "run `eventyard state bootstrap --env local`, which makes it" in refused.err
    assert not (made.stack_folder("desk") / "root").exists()
    return made


@pytest.fixture(scope="module")
def desk(shop: Project) -> Project:
    """The project with its bucket, applied once."""
    made = shop.run("state", "bootstrap", "--json").data
    assert made["artefacts"] == {"bucket": BUCKET, "created": True, "owner": ""}
    assert (made["bucket"], made["lock_file"]) == (None, None)
    shop.run("apply")
    return shop


@pytest.fixture(autouse=True)
def _as_it_was(shop: Project) -> Iterator[None]:
    """Put the handler back."""
    yield
    shop.write("handlers/desk/answer/app.py", HANDLER)


def answer(project: Project) -> dict[str, Any]:
    got = project.client("lambda").invoke(FunctionName="desk-local-answer")
    return dict(json.loads(got["Payload"].read()))


def posted(project: Project, environment: str) -> str:
    """Return the hash that was deployed, where its key says the same."""
    key, digest = parameters(project.client("ssm"))[f"/desk-{environment}/code"].split()
    assert key == f"artefacts/{digest}.zip"
    return digest


def kept(project: Project, environment: str = "local", prefix: str = "shop/") -> list[dict[str, Any]]:
    """Return what is kept of an environment, oldest first, each with its id."""
    s3 = project.client("s3")
    keys = sorted(objects(project, f"{prefix}manifests/desk/{environment}/"))
    found = [json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()) for key in keys]
    return [{"id": f"{environment}/{PurePosixPath(key).stem}", **one} for key, one in zip(keys, found, strict=True)]


def objects(project: Project, prefix: str = "") -> dict[str, dict[str, Any]]:
    listed = project.client("s3").list_object_versions(Bucket=BUCKET, Prefix=prefix).get("Versions", ())
    assert len(listed) == len({one["Key"] for one in listed}), "an object was put twice"
    return {one["Key"]: one for one in listed}


def zips(folder: Path) -> list[Path]:
    """Return every zip a plan could need, the cache's included."""
    shared = ("envs", "tools")
    return [path for top in folder.iterdir() if top.name not in shared for path in top.rglob("*.zip")]


def test_bucket_is_versioned_encrypted_private_and_not_to_be_deleted(desk: Project) -> None:
    s3 = desk.client("s3")
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    rules = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert set(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values()) == {True}
    statements = json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"])["Statement"]
    assert {one["Sid"]: one["Effect"] for one in statements} == {"TlsOnly": "Deny", "NobodyDeletesTheBucket": "Deny"}
    assert desk.run("state", "bootstrap", "--json").data["artefacts"]["created"] is False


def test_function_runs_what_is_in_the_bucket_and_nothing_is_left_to_plan(desk: Project) -> None:
    made = json.loads((desk.stack_folder("desk") / "package/manifest.json").read_text())
    digest = made["handlers"]["desk/answer"]["hash"]
    key = f"shop/artefacts/{digest}.zip"
    assert key in objects(desk)
    s3 = desk.client("s3")
    content = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    checksum = s3.head_object(Bucket=BUCKET, Key=key, ChecksumMode="ENABLED")["ChecksumSHA256"]
    assert base64.b64decode(checksum) == hashlib.sha256(content).digest()

    values = json.loads((desk.stack_folder("desk") / "root/terraform.tfvars.json").read_text())
    assert values["handlers"]["desk/answer"]["s3"] == {"bucket": BUCKET, "key": key}
    assert not (desk.stack_folder("desk") / "root/artefacts").exists()
    assert answer(desk) == {"version": 1, "beside": 0}
    assert desk.run("plan", "--json").data["changes_pending"] is False


def test_edit_is_a_new_object_and_a_rollback_runs_the_old_one(desk: Project) -> None:
    (before,) = kept(desk)
    desk.write("handlers/desk/answer/app.py", in_version(2))
    desk.run("apply")
    assert answer(desk)["version"] == 2
    artefacts = objects(desk, "shop/artefacts/")
    names = {name.removesuffix(".zip") for name in artefacts if name.endswith(".zip")}
    assert len(names) == 2
    assert artefacts.keys() == {name + end for name in names for end in (".zip", ".cdx.json")}

    desk.run("apply", "--manifest", before["id"])
    assert answer(desk)["version"] == 1
    assert objects(desk, "shop/artefacts/") == artefacts
    after = kept(desk)
    assert [one["origin"] for one in after] == ["", "", before["id"]]
    assert after[2]["handlers"] == before["handlers"]
    rows = [row.split("\t") for row in desk.run("manifests").out.splitlines()]
    assert [(row[0], row[3], row[4]) for row in rows] == [
        (after[2]["id"], before["id"], "applied last"),
        (after[1]["id"], "", "answer"),
        (before["id"], "", "nothing"),
    ]
    newest = desk.run("manifests", "--limit", "1", "--json").data
    assert [(one["id"], one["from"], one["differs"]) for one in newest] == [(after[2]["id"], before["id"], [])]


def test_manifest_there_is_not_changes_nothing(desk: Project) -> None:
    serial = json.loads((desk.stack_folder("desk") / "state/terraform.tfstate").read_text())["serial"]
    refused = desk.run("apply", "--manifest", "20200101T000000Z-000000000000", code=1)
    assert "There is no manifest `20200101T000000Z-000000000000` of `desk` in `local`" in refused.err
    assert f"the newest is `{kept(desk)[-1]['id']}`" in refused.err
    assert json.loads((desk.stack_folder("desk") / "state/terraform.tfstate").read_text())["serial"] == serial
    several = desk.run("apply", "--stack", "all", "--manifest", "x", code=1)
    assert "A manifest is of one stack" in several.err


def test_what_is_not_in_the_bucket_any_more_is_refused_before_the_plan(desk: Project) -> None:
    oldest = kept(desk)[0]
    (made,) = oldest["handlers"].values()
    key = f"shop/artefacts/{made['hash']}.zip"
    s3 = desk.client("s3")
    s3.delete_object(Bucket=BUCKET, Key=key)
    try:
        refused = desk.run("plan", "--manifest", oldest["id"], code=1)
        assert "The artefact of `desk/answer` is neither on this machine nor in the bucket" in refused.err
        assert key in refused.err
    finally:
        marker = s3.list_object_versions(Bucket=BUCKET, Prefix=key)["DeleteMarkers"][0]
        s3.delete_object(Bucket=BUCKET, Key=key, VersionId=marker["VersionId"])


def test_denied_bucket_is_said_before_the_plan(desk: Project, make_project: Callable[..., Project]) -> None:
    stranger = make_project(
        f'[environments.local]\nendpoint = "{desk.emulator().endpoint}"\naccount = "222222222222"\n'
        f'artefacts = {{ bucket = "{BUCKET}", prefix = "shop", account = "000000000000" }}\n'
    )
    refused = stranger.run("plan", code=1)
    assert f"The bucket `{BUCKET}` for artefacts can't be used: HeadBucket is denied" in refused.err
    assert "allow s3:ListBucket on the bucket, s3:GetObject and s3:PutObject" in refused.err

    s3 = desk.client("s3")
    policy = s3.get_bucket_policy(Bucket=BUCKET)["Policy"]
    arn = f"arn:aws:s3:::{BUCKET}"
    looking = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::222222222222:root"},
        "Action": ["s3:ListBucket", "s3:GetObject"],
        "Resource": [arn, f"{arn}/*"],
    }
    shared = json.loads(policy)
    shared["Statement"].append(looking)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(shared))
    try:
        assert "PutObject is denied" in stranger.run("plan", code=1).err
    finally:
        s3.put_bucket_policy(Bucket=BUCKET, Policy=policy)
    assert not (stranger.stack_folder("note") / "root").exists()


def test_two_puts_at_once_leave_one_object(desk: Project, tmp_path: Path) -> None:
    settings = load(desk.folder)
    environment = settings.environment("local")
    here = Context(
        settings, environment, "desk", desk.folder / "build", Target(environment, desk.folder / "build"), Console()
    )
    here.target.__dict__["emulator"] = desk.emulator()
    bucket = Bucket.of(here)
    assert bucket is not None
    file = tmp_path / "a.zip"
    file.write_bytes(os.urandom(1 << 20))
    together, won = threading.Barrier(6), []

    def put() -> None:
        together.wait()
        won.append(bucket.put("shop/artefacts/two.zip", file))

    threads = [threading.Thread(target=put) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 5 + [True]
    assert objects(desk)["shop/artefacts/two.zip"]["Size"] == 1 << 20


def test_large_artefact_goes_by_the_bucket_alone(desk: Project) -> None:
    size = 51 * 1024 * 1024
    data = desk.folder / "handlers/desk/answer/data.bin"
    data.write_bytes(os.urandom(size))  # what can't be compressed
    try:
        desk.write("eventyard.toml", "\n".join(line for line in SETTINGS.splitlines() if "artefacts" not in line))
        refused = desk.run("plan", code=1)
        assert "The artefact of `desk/answer` is 51.0 MB; Lambda takes 50.0 MB" in refused.err
        assert "`artefacts.bucket`" in refused.err
        desk.write("eventyard.toml", SETTINGS)
        desk.run("apply")
        assert answer(desk) == {"version": 1, "beside": size}
    finally:
        data.unlink()
        desk.write("eventyard.toml", SETTINGS)


@pytest.fixture(scope="module")
def elsewhere(make_project: Callable[..., Project]) -> Callable[[], Project]:
    """Checkouts on machines of their own, which share an AWS: states and artefacts in its buckets."""
    aws = make_project("[environments.local]\nport = 0\n")
    aws.run("local", "up")
    endpoint = aws.emulator().endpoint
    settings = '[project]\ndefault_stack = "desk"\n' + "".join(
        f'[environments.{name}]\nendpoint = "{endpoint}"\n{account}'
        f'state = {{ bucket = "corner-shop-states-{name}" }}\nartefacts = {{ bucket = "{BUCKET}"{owner} }}\n'
        for name, account, owner in (
            ("dev", "", ""),
            ("prod", "", ""),
            ("other", 'account = "222222222222"\n', ', account = "000000000000"'),
        )
    )

    def make() -> Project:
        project = make_project(settings)
        project.stack("desk", POSTER)
        project.write("handlers/desk/answer/app.py", HANDLER)
        project.client = aws.client  # type: ignore[method-assign]
        return project

    return make


@pytest.fixture(scope="module")
def first(elsewhere: Callable[[], Project]) -> Project:
    """The first machine, on which everything is packaged."""
    made = elsewhere()
    for name in ("dev", "prod"):
        made.run("state", "bootstrap", "--env", name)
    return made


def another(elsewhere: Callable[[], Project], like: Project) -> Project:
    """Return another checkout of the same commit: the same files, and nothing that was built."""
    made = elsewhere()
    for name in ("dev", "prod", "other"):
        lock = f"{name}.terraform.lock.hcl"
        if (like.folder / lock).is_file():
            shutil.copyfile(like.folder / lock, made.folder / lock)
    return made


def test_saved_plan_is_applied_on_another_machine_that_packages_nothing(
    elsewhere: Callable[[], Project], first: Project
) -> None:
    first.run("plan", "--env", "dev")
    second = another(elsewhere, first)
    shutil.copytree(first.stack_folder("desk", "dev") / "plan", second.stack_folder("desk", "dev") / "plan")
    second.write("handlers/desk/answer/app.py", in_version(2))
    stale = second.run("apply", "--env", "dev", "--plan", code=1)
    assert "is stale: handlers changed since (desk/answer)" in stale.err

    second.write("handlers/desk/answer/app.py", HANDLER)
    for path in zips(second.folder / "build"):
        path.unlink()
    done = second.run("apply", "--env", "dev", "--plan", EVENTYARD_UV="/nowhere")
    assert "1 artefacts of the saved plan: no file has changed since" in done.err
    assert zips(second.folder / "build") == []
    planned = json.loads((second.stack_folder("desk", "dev") / "package/manifest.json").read_text())
    assert posted(second, "dev") == planned["handlers"]["desk/answer"]["hash"]


@pytest.fixture(scope="module")
def tried(first: Project) -> dict[str, Any]:
    """What was tried in `dev`: its manifest. The files have moved on since."""
    first.write("handlers/desk/answer/app.py", in_version(5))
    first.run("apply", "--env", "dev")
    first.write("handlers/desk/answer/app.py", in_version(6))
    return kept(first, "dev", prefix="")[-1]


def test_what_dev_tried_is_what_prod_gets(
    elsewhere: Callable[[], Project], first: Project, tried: dict[str, Any]
) -> None:
    second = another(elsewhere, first)
    second.write("handlers/desk/answer/app.py", in_version(7))
    # `prod` asks, unless the plan was seen before.
    second.run("plan", "--env", "prod", "--manifest", tried["id"])
    second.run("apply", "--env", "prod", "--plan", "--yes", EVENTYARD_UV="/nowhere")
    assert posted(second, "prod") == tried["handlers"]["desk/answer"]["hash"]
    assert zips(second.folder / "build") == []
    (promoted,) = kept(second, "prod", prefix="")
    assert (promoted["origin"], promoted["handlers"]) == (tried["id"], tried["handlers"])


def test_another_account_takes_from_the_bucket_it_was_given(first: Project, tried: dict[str, Any]) -> None:
    told = first.run("state", "bootstrap", "--env", "other", "--json").data
    assert told["artefacts"] == {"bucket": BUCKET, "created": False, "owner": "000000000000"}
    first.run("apply", "--env", "other", "--manifest", tried["id"])
    (promoted,) = kept(first, "other", prefix="")
    assert (promoted["origin"], promoted["handlers"]) == (tried["id"], tried["handlers"])
