"""Modules as a stranger takes them: by git tag, in a repository of his own, with plain Terraform and two states."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.support.projects import CHECKOUT, Project

from eventyard import tools
from eventyard.testing import eventually, never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
TAG = "v9.9.9"
CLICKS = 120
FUNCTIONS = {"click": "click", "pack": "work", "post": "work"}


@dataclass(frozen=True)
class State:
    """One root with its state, driven as a person drives Terraform."""

    folder: Path
    program: Path
    environment: dict[str, str]

    def run(self, *words: str, accepted: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
        """Run Terraform to its end."""
        done = subprocess.run(
            [str(self.program), *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode in accepted, f"terraform {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done

    def apply(self, **variables: Any) -> dict[str, Any]:
        """Initialise, apply, and return the outputs."""
        (self.folder / "terraform.tfvars.json").write_text(json.dumps(variables))
        self.run("init", "-input=false", "-no-color")
        self.run("apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=40")
        return {name: one["value"] for name, one in json.loads(self.run("output", "-json").stdout).items()}

    def changes(self) -> list[str]:
        """Return what a plan would change; nothing when it is empty."""
        done = self.run("plan", "-detailed-exitcode", "-input=false", "-no-color", accepted=(0, 2))
        said = [line for line in done.stdout.splitlines() if line.lstrip().startswith(("#", "+", "-", "~"))]
        return (said or [done.stdout]) if done.returncode else []


@dataclass(frozen=True)
class Shop:
    """The stranger's two applied states, and clients for what they made."""

    shop: State
    audit: State
    made: dict[str, Any]
    found: dict[str, Any]
    client: Callable[[str], Any]


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Publish the modules as they are in this checkout: a git repository with a tag."""
    folder = tmp_path_factory.mktemp("kit")
    shutil.copytree(CHECKOUT / "terraform/modules", folder / "terraform/modules")
    _git(folder, "init", "--quiet")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "Release")
    _git(folder, "tag", TAG)
    return f"git::file://{folder}//"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, kit: str) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("stranger")
    machine = Project(tmp_path_factory.mktemp("machine"))
    machine.write("eventyard.toml", "[environments.local]\nport = 0\n")
    try:
        machine.run("local", "up")
        emulator = machine.emulator()
        environment = {
            **machine.environment(),
            **tools.terraform_environment(CHECKOUT / "build"),
            "AWS_ENDPOINT_URL": emulator.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        program = tools.terraform("terraform", CHECKOUT / "build")
        states = {name: State(_written(folder, name, kit), program, environment) for name in ("shop", "audit")}
        made = states["shop"].apply(zips=str(_zips(folder / "zips")))
        found = states["audit"].apply(bus=made["bus"])
        yield Shop(states["shop"], states["audit"], made, found, emulator.session().client)
        for name in ("audit", "shop"):
            states[name].run("destroy", "-auto-approve", "-input=false", "-no-color", "-parallelism=40")
    finally:
        machine.close()


def test_second_plans_are_empty_and_the_consumer_changes_nothing_of_the_shop(shop: Shop) -> None:
    assert (shop.shop.changes(), shop.audit.changes()) == ([], [])


def test_every_click_ends_as_a_line_in_the_bucket(shop: Shop) -> None:
    answer = shop.client("lambda").invoke(
        FunctionName="shop-click", Qualifier="live", Payload=json.dumps({"clicks": CLICKS}).encode()
    )
    assert json.load(answer["Payload"]) == {"failed": 0}

    def lines() -> list[int]:
        s3 = shop.client("s3")
        names = [one["Key"] for one in s3.list_objects_v2(Bucket=shop.made["lake"]).get("Contents", [])]
        texts = [_text(s3.get_object(Bucket=shop.made["lake"], Key=name)["Body"].read()) for name in names]
        return sorted(json.loads(line)["click"] for text in texts for line in text.splitlines())

    assert eventually(lambda: lines() == list(range(CLICKS)), timeout=60)


def test_each_order_is_worked_on_by_whom_its_filter_says(shop: Shop) -> None:
    sns = shop.client("sns")
    orders = [("parcel", 900), ("parcel", 950), ("letter", 20), ("letter", 30), ("letter", 40), ("pallet", 90_000)]
    for number, (kind, grams) in enumerate(orders):
        sns.publish(
            TopicArn=shop.made["orders"],
            Message=json.dumps({"id": f"{kind}-{number}", "grams": grams}),
            MessageAttributes={"kind": {"DataType": "String", "StringValue": kind}},
        )

    def worked() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for item in shop.client("dynamodb").scan(TableName=shop.made["done"])["Items"]:
            found.setdefault(item["by"]["S"], []).append(item["id"]["S"])
        return {name: sorted(ids) for name, ids in found.items()}

    wanted = {"shop-pack": ["parcel-0", "parcel-1"], "shop-post": ["letter-2", "letter-3", "letter-4"]}
    eventually(lambda: worked() == wanted, timeout=60)
    never(lambda: worked() != wanted, for_seconds=2)


def test_a_poisoned_order_ends_with_the_dead_letters_alone(shop: Shop) -> None:
    shop.client("sns").publish(
        TopicArn=shop.made["orders"],
        Message="no order",
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "parcel"}},
    )
    sqs = shop.client("sqs")
    (queue,) = [url for url in shop.made["dead_letters"] if "parcels" in url]
    assert eventually(lambda: _bodies(sqs, queue), timeout=60) == ["no order"]


def test_the_other_state_hears_what_it_asked_for(shop: Shop) -> None:
    events = shop.client("events")
    for total in (50, 100, 250):
        entry = {"EventBusName": shop.made["bus"]["name"], "Source": "shop", "DetailType": "Refunded"}
        answer = events.put_events(Entries=[{**entry, "Detail": json.dumps({"total": total})}])
        assert answer["FailedEntryCount"] == 0
    sqs, heard = shop.client("sqs"), []

    def all_heard() -> bool:
        heard.extend(json.loads(body)["total"] for body in _bodies(sqs, shop.found["refunds"], delete=True))
        return len(heard) >= 2

    eventually(all_heard, timeout=30)
    assert sorted(heard) == [100, 250]


def _bodies(sqs: Any, url: str, *, delete: bool = False) -> list[str]:
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
    for message in found if delete else []:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [message["Body"] for message in found]


def _text(content: bytes) -> str:
    return (gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content).decode()


def _written(folder: Path, name: str, kit: str) -> Path:
    root = folder / name
    root.mkdir(parents=True)
    for file in (HERE / name).glob("*.tf"):
        (root / file.name).write_text(file.read_text().replace("KIT/", kit).replace("TAG", TAG))
    _git(root, "init", "--quiet")
    return root


def _zips(folder: Path) -> Path:
    folder.mkdir()
    for name, source in FUNCTIONS.items():
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            archive.write(HERE / "handlers" / f"{source}.py", "app.py")
    return folder


def _git(folder: Path, *words: str) -> None:
    identity = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com"}
    committer = {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com"}
    environment = {**os.environ, **identity, **committer, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", str(folder), *words], env=environment, check=True)
