"""The kit as a wheel, in another repository: that one's stack, handler and tests, and nothing of this checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from tests.integration.support.projects import CHECKOUT, Project

from eventyard import tools

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUILD = CHECKOUT / "build"
REQUIREMENTS = CHECKOUT / "requirements"

SETTINGS = """
[project]
name = "corner-shop"

[environments.local]
port = 0
"""

# A module of the kit is used as any Terraform module is; a release would be `git::…//terraform/modules/topic?ref=…`.
STACK = """
variable "handlers" {
  type = map(object({ hash = string }))
}

module "news" {
  source = "MODULES/topic"
  name   = "${var.prefix}-news"
}

resource "aws_ssm_parameter" "code" {
  name      = "/${var.prefix}/code"
  type      = "String"
  value     = var.handlers["shop/greet"].hash
  overwrite = true
}

output "parameter" {
  value = aws_ssm_parameter.code.name
}

output "topic_arn" {
  value = module.news.topic.arn
}
"""

HANDLER = '''"""Greets."""


def handler(event: dict[str, str], context: object) -> str:
    """Return a greeting."""
    return f"hello {event['name']}"
'''

TEST = '''"""What this shop does, shown on its own stack."""

import pytest
from eventyard.testing import eventually, never
from shop.greet.app import handler


def test_handler_greets():
    assert handler({"name": "you"}, None) == "hello you"


def test_stack_holds_what_it_says(stack, aws):
    shop = stack("shop")
    assert shop.second_plan == ()
    assert len(aws("ssm").get_parameter(Name=shop.outputs["parameter"])["Parameter"]["Value"]) > 20
    assert aws("sns").get_topic_attributes(TopicArn=shop.outputs["topic_arn"])["Attributes"]["KmsMasterKeyId"]


def test_the_words_of_the_kit_are_there(outputs, deliver, mailbox, aws):
    assert deliver(outputs("shop")["topic_arn"], {"opened": True})
    aws("sesv2").create_email_identity(EmailIdentity="shop@example.com")
    body = {"Text": {"Data": "welcome"}}
    aws("sesv2").send_email(
        FromEmailAddress="shop@example.com",
        Destination={"ToAddresses": ["you@example.com"]},
        Content={"Simple": {"Subject": {"Data": "open"}, "Body": body}},
    )
    (mail,) = eventually(mailbox)
    assert (mail.subject, mail.body) == ("open", "welcome")
    never(lambda: len(mailbox()) > 1, for_seconds=0.5)
    aws("sesv2").delete_email_identity(EmailIdentity="shop@example.com")


@pytest.mark.needs("s3_static_website")
def test_what_the_target_lacks_is_skipped_aloud(stack):
    raise AssertionError("not to be run")
'''

HIDDEN = """
import pytest


def test_hides_something():
    pytest.skip()
"""

PYTEST = """
[tool.pytest.ini_options]
addopts        = ["--import-mode=importlib", "--strict-markers"]
pythonpath     = ["handlers"]
filterwarnings = ["error"]
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    out = tmp_path_factory.mktemp("wheel")
    uv("build", "--quiet", "--wheel", "--build-constraints", str(REQUIREMENTS / "build.txt"), "--out-dir", str(out))
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def shop(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Another repository, with the wheel in an environment of its own."""
    environment = tmp_path_factory.mktemp("environment") / "venv"
    python = environment / "bin/python"
    uv("venv", "--quiet", "--no-project", "--python", sys.executable, str(environment))
    constraints = ("--build-constraints", str(REQUIREMENTS / "build.txt"))
    target = ("--quiet", "--python", str(python))
    uv("pip", "sync", *target, "--require-hashes", *constraints, str(REQUIREMENTS / "kit.txt"))
    uv("pip", "install", *target, "--no-deps", str(wheel))

    project = Project(tmp_path_factory.mktemp("shop"), program=environment / "bin/eventyard")
    subprocess.run(["git", "init", "--quiet", str(project.folder)], check=True)
    project.write("eventyard.toml", SETTINGS)
    project.write("pyproject.toml", PYTEST)
    project.write(".gitignore", "build/\n")
    project.write("handlers/shop/greet/app.py", HANDLER)
    project.write("tests/test_shop.py", TEST)
    modules = os.path.relpath(CHECKOUT / "terraform/modules", project.folder / "terraform/stacks/shop")
    project.stack("shop", STACK.replace("MODULES", modules))
    yield project
    project.close()


def test_wheel_carries_templates_locks_and_what_runs_in_the_emulator(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    templates = {file.relative_to(CHECKOUT).as_posix() for file in (CHECKOUT / "templates").rglob("*.j2")}
    assert templates
    assert {f"eventyard/_data/{name}" for name in templates} <= names
    assert {"eventyard/_data/requirements/ministack.txt", "eventyard/_data/requirements/workers.txt"} <= names
    assert {"eventyard/py.typed", "eventyard_ministack/__main__.py", "eventyard_localstack/__main__.py"} <= names
    assert {
        "eventyard_launcher/starting.py",
        "eventyard_localstack/loopback.cjs",
        "eventyard_localstack/parent.cjs",
        "localstack_process_executor/plugin.py",
    } <= names
    assert {f"eventyard/_data/requirements/{name}" for name in ("localstack.txt", "runtime.txt")} <= names
    assert "eventyard/_data/requirements/kinesis/package-lock.json" in names
    assert not [name for name in names if name.startswith(("tests/", "handlers/")) or "__pycache__" in name]


def test_other_repository_applies_and_destroys_its_own_stack(shop: Project) -> None:
    done = shop.run("apply", "--json", PYTHONPATH="")
    assert done.data["parameter"] == "/shop-local/code"
    assert "/shop-local/code" in shop.parameters()
    pid = shop.emulator().pid
    site = next((shop.program.parents[1] / "lib").glob("python*/site-packages"))
    launched = subprocess.run(
        ["ps", "eww", "-o", "command=", "-p", str(pid)], check=True, capture_output=True, text=True
    ).stdout
    assert f"PYTHONPATH={site} " in launched
    shop.run("destroy", "--yes", PYTHONPATH="")
    assert shop.parameters() == {}
    shop.run("local", "down", PYTHONPATH="")


def test_other_repository_tests_its_stack_with_the_kits_fixtures(shop: Project) -> None:
    said = pytest_of(shop, code=0)
    assert "3 passed, 1 skipped" in said
    assert "1 s3_static_website" in said
    kept = json.loads((shop.folder / "build/results/local.json").read_text())
    assert sorted(result["outcome"] for result in kept.values()) == ["passed", "passed", "passed", "skipped"]
    assert all(result["reason"] for result in kept.values() if result["outcome"] == "skipped")


def test_a_skip_without_a_reason_fails_where_reasons_are_asked_for(shop: Project) -> None:
    hidden = shop.write("tests/test_hidden.py", HIDDEN)
    assert "1 skipped" in pytest_of(shop, hidden.name, code=0)
    said = pytest_of(shop, hidden.name, "--reasons", code=1)
    assert "skipped without a reason" in said
    assert "test_hides_something" in said
    hidden.unlink()


def pytest_of(shop: Project, *words: str, code: int) -> str:
    """Run the shop's tests, or those of one file, to their end, which must be `code`; return what was said."""
    files = [f"tests/{word}" if word.endswith(".py") else word for word in words]
    ran = subprocess.run(
        [shop.program.with_name("python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", *files],
        cwd=shop.folder,
        env=shop.environment() | {"PYTHONPATH": ""},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout


def uv(*arguments: str) -> None:
    """Run the kit's uv; what it fetched before is in its cache."""
    ran = subprocess.run(
        [tools.uv(BUILD), *arguments],
        cwd=CHECKOUT,
        env=tools.uv_environment(BUILD),
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
