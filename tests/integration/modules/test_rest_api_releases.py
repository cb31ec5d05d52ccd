"""A REST API's stage serves the release it names, a canary the next one, and a promotion is a change of inputs."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.support import library
from tests.integration.support.people import call
from tests.integration.support.projects import CHECKOUT, Project

from eventyard.terraform.errors import TerraformError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eventyard.testing.stacks import Stack, Yard

pytestmark = pytest.mark.of("rest-api")

STACK = "releases"
DEFINITION = """
openapi: 3.0.3
info: { title: Words, version: "1.0" }
paths:
  /word:
    get:
      security: []
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: { application/json: '{"statusCode": 200}' }
        responses: { default: { statusCode: "200", responseTemplates: { application/json: '{"word": "WORD"}' } } }
      responses: { "200": { description: Said } }
"""
MAIN = """
variable "prefix" { type = string }
variable "definition" { type = string }
variable "release" { type = string }
variable "percent" {
  type    = number
  default = null
}

module "api" {
  source            = "../../modules/rest-api"
  name              = "${var.prefix}-words"
  definition        = var.definition
  public_operations = ["GET /word"]
  stages = {
    dev  = { log_level = "OFF" }
    kept = { log_level = "OFF", release = var.release }
    prod = { log_level = "OFF", release = var.release, canary = var.percent == null ? null : { percent = var.percent } }
  }
}

output "id" { value = module.api.api.id }
output "release" { value = module.api.release }
output "stages" { value = module.api.stages }
"""


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    made = Project(tmp_path_factory.mktemp("releases"))
    made.write("eventyard.toml", f'[project]\nname = "{STACK}"\n\n[environments.local]\nport = 0\n')
    made.write(f"terraform/stacks/{STACK}/main.tf", MAIN)
    made.write(f"terraform/stacks/{STACK}/versions.tf", (CHECKOUT / "terraform/modules/key/versions.tf").read_text())
    ignored = shutil.ignore_patterns("tests", ".terraform*")
    shutil.copytree(CHECKOUT / "terraform/modules/rest-api", made.folder / "terraform/modules/rest-api", ignore=ignored)
    opened = library.yard(made)
    try:
        yield opened
        opened.close()
    finally:
        made.close()


def saying(word: str) -> str:
    return DEFINITION.replace("WORD", word)


def release(word: str) -> str:
    return hashlib.sha256(saying(word).encode()).hexdigest()[:12]


def words(stack: Stack) -> dict[str, str]:
    """Return what each stage says."""
    stages: dict[str, Any] = stack.addresses["stages"]
    return {name: call("GET", f"{stage['endpoint']}/word").body["word"] for name, stage in stages.items()}


@pytest.mark.needs("rest_api_canary")
def test_a_release_is_kept_tried_and_promoted(yard: Yard) -> None:
    first = yard.stack(STACK, {"definition": saying("one"), "release": release("one")})
    assert first.outputs["release"] == release("one")
    assert words(first) == {"dev": "one", "kept": "one", "prod": "one"}
    assert first.second_plan == ()

    changed = {"definition": saying("two"), "release": release("one"), "percent": 100}
    tried = yard.stack(STACK, changed)
    assert words(tried) == {"dev": "two", "kept": "one", "prod": "two"}, "dev follows, kept stays, the canary gets all"
    assert served(tried, "kept") == served(first, "kept")
    assert served(tried, "dev") != served(first, "dev")
    assert tried.second_plan == ()

    with pytest.raises(TerraformError, match="was never taken"):
        yard.deployment(STACK, {**changed, "release": release("three")}).plan()

    promoted = yard.stack(STACK, {"definition": saying("two"), "release": release("two")})
    assert words(promoted) == {"dev": "two", "kept": "two", "prod": "two"}
    assert served(promoted, "dev") == served(tried, "dev"), "the same definition is not deployed again"
    left = yard.target.session.client("apigateway").get_deployments(restApiId=promoted.outputs["id"])["items"]
    assert {one["id"] for one in left} == {served(promoted, "dev"), served(promoted, "prod")}
    assert promoted.second_plan == ()


def served(stack: Stack, stage: str) -> str:
    return str(stack.outputs["stages"][stage]["deployment"])
