"""Nothing that provider 6 removed: each argument of modules and stacks is in the schema its bindings were made from.

That 5.100 takes them too is what `terraform validate` says, in each module's own tests.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.contract.provider_majors import schema, usage

REPOSITORY = Path(__file__).resolve().parents[2]
FILES = usage.files(REPOSITORY / "terraform")
SOURCE, TYPES = schema.read()


def test_the_schema_is_of_the_newer_major() -> None:
    assert SOURCE.provider.startswith("6.")
    assert {"aws_sqs_queue", "aws_lambda_function", "data.aws_region"} <= set(TYPES)


@pytest.mark.parametrize("folder", sorted({file.parent for file in FILES}), ids=lambda f: f"{f.parent.name}/{f.name}")
def test_the_newer_major_takes_every_argument(folder: Path) -> None:
    found = [
        f"{file.name}: {what}"
        for file in FILES
        if file.parent == folder
        for what in usage.refused(file.read_text(encoding="utf-8"), TYPES)
    ]
    assert found == [], f"provider {SOURCE.provider}"


def test_no_block_is_overlooked() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in FILES)
    assert len(usage.BLOCKS.findall(text)) == len(re.findall(r'(?m)^\s*(?:resource|data) "aws_', text)) > 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('resource "aws_eip" "nat" {\n  vpc = true\n}', "aws_eip.nat: no argument `vpc`"),
        (
            'resource "aws_launch_template" "fleet" {\n  elastic_gpu_specifications {\n    type = "x"\n  }\n}',
            "aws_launch_template.fleet: no block `elastic_gpu_specifications`",
        ),
        (
            'resource "aws_api_gateway_deployment" "this" {\n  rest_api_id = "a"\n  stage_name  = "v1"\n}',
            "aws_api_gateway_deployment.this: no argument `stage_name`",
        ),
        (
            'resource "aws_lambda_alias" "live" {\n  dynamic "routing_config" {\n  content {\n  a = 1\n  }\n  }\n}',
            "aws_lambda_alias.live: no argument `routing_config.a`",
        ),
        (
            'resource "aws_lambda_function" "this" {\n  environment = { variables = {} }\n}',
            "aws_lambda_function.this: `environment` is a block, not an argument",
        ),
        ('data "aws_region" "here" {\n  current = true\n}', "data.aws_region.here: no argument `current`"),
        (
            'resource "aws_lamda_function" "this" {\n}',
            "aws_lamda_function.this: `aws_lamda_function` is not in provider-6.txt",
        ),
    ],
)
def test_what_it_does_not_take_is_named(text: str, said: str) -> None:
    (found,) = usage.refused(f"{text}\n", TYPES)
    assert found.startswith(said)


def test_terraforms_own_and_lists_of_objects_are_taken() -> None:
    text = """
resource "aws_security_group" "this" {
  for_each   = { a = 1 }
  depends_on = [terraform_data.x]
  ingress    = [{ from_port = 1 }]

  egress {
    to_port = 2
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "terraform_data" "x" {
  input = 1
}
"""
    assert usage.refused(text, TYPES) == []


def test_the_text_can_be_read_back() -> None:
    text = schema.write(SOURCE, TYPES)
    assert text == schema.FILE.read_text(encoding="utf-8")
