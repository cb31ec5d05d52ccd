"""The house rules for modules and stacks that can be read from their text."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from eventyard.reference.blocks import outputs, variables

REPOSITORY = Path(__file__).resolve().parents[2]
TERRAFORM = REPOSITORY / "terraform"
MODULES = sorted(path.parent for path in TERRAFORM.glob("modules/*/versions.tf"))
STACKS = sorted(path.parent for path in TERRAFORM.glob("stacks/*/versions.tf"))
BOTH = [*MODULES, *STACKS]

MOST_INPUTS = 15
MOST_OUTPUTS = 10
# module → (inputs, outputs) it may have, and why that is still one small thing
ALLOWED: dict[str, tuple[int, int, str]] = {
    "function": (
        21,
        8,
        "a function's own settings are many, and each is AWS's; nothing is folded into one to hide it",
    ),
    "identity": (20, 10, "sign-up, sign-in, passwords, factors and credentials are one pool's settings"),
}
VERSIONS = """terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7.0"
    }
  }
}
"""
# what a module must not know of, and what the house does without
FORBIDDEN = {
    r'^\s*provider "': "provider blocks belong to the root",
    r'^\s*backend "': "backends belong to the root",
    r"^  region\s*=": "the region is the provider's",
    r'^\s*resource "aws_iam_policy_attachment"': "it takes a policy away from everyone else: use aws_iam_role_policy",
    r'^\s*resource "aws_api_gateway_account"': "one an account: not a module's",
    r'^\s*resource "aws_sqs_queue_policy"': "inline: each resource of its own costs 25 s",
    r'^\s*resource "aws_sqs_queue_redrive': "inline: each resource of its own costs 25 s",
    r"aws_region\.\w+\.name\b": "deprecated in provider 6: use `id`",
    r'^\s*provisioner "': "nothing is executed during an apply",
    r'^\s*(?:resource|data) "(?!aws_|terraform_data)': "only the AWS provider and terraform_data",
    r"^\s*managed_policy_arns\s*=|^\s*inline_policy\s*\{": "deprecated blocks of aws_iam_role",
    r"\btype\s*=.*\bany\b": "`any` swallows typos",
    r'^variable "(?:create|enable)_?\w*"': "no create flags: leave the module out, or take an object",
    r"\barn:aws:": "the partition comes from data.aws_partition",
}
# On AWS too a page under development may be called back at one's own machine:
# https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-app-idp-settings.html
CALLBACK = re.compile(r"http://localhost|\(http for `localhost` alone\)")
WORDS = re.compile(r"\b(emulat\w*|localhost|127\.0\.0\.1|ministack|localstack|moto)\b", re.IGNORECASE)
# what is true of the caller, documents that read nothing, and secrets, which are resolved where they are used
MAY_BE_READ = {
    "aws_caller_identity",
    "aws_iam_policy_document",
    "aws_partition",
    "aws_region",
    "aws_secretsmanager_secret_version",
    "aws_ssm_parameter",
}
LOOK_UP = re.compile(r'^data "([^"]+)"', re.MULTILINE)


def _named(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def _sources(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.tf"))


def _variable_files(folder: Path) -> list[Path]:
    return [folder / "variables.tf", *sorted(folder.glob("variables_*.tf"))]


@pytest.mark.parametrize("folder", BOTH, ids=_named)
def test_files_are_where_a_reader_looks_for_them(folder: Path) -> None:
    wanted = {"README.md", "main.tf", "variables.tf", "outputs.tf", "versions.tf"}
    assert wanted <= {path.name for path in folder.iterdir()}


def test_the_index_names_every_module_and_says_of_no_other_that_it_is_there() -> None:
    there, _, planned = (TERRAFORM / "modules/README.md").read_text().partition("Planned, and not there yet:")
    names = {folder.name for folder in MODULES}
    assert re.findall(r"\| \[`([\w-]+)`\]\(\1\) \|", there) == [
        name for _, name in sorted((_service(there, name), name) for name in names)
    ]
    assert not names & set(re.findall(r"`([\w-]+)`", planned.split("\n\n")[0]))


@pytest.mark.parametrize("folder", BOTH, ids=_named)
def test_versions_are_the_house_s(folder: Path) -> None:
    assert (folder / "versions.tf").read_text() == VERSIONS


@pytest.mark.parametrize("folder", BOTH, ids=_named)
def test_every_input_and_output_is_typed_and_described_in_alphabetical_order(folder: Path) -> None:
    inputs, results = variables(folder), outputs(folder)  # refuses one without a type or a description
    for file in _variable_files(folder):
        names = re.findall(r'^variable "(\w+)"', file.read_text(), re.MULTILINE)
        assert names == sorted(names)
    assert [o.name for o in results] == sorted(o.name for o in results)
    declared = sum(len(re.findall(r'^variable "', f.read_text(), re.MULTILINE)) for f in _sources(folder))
    assert len(inputs) == declared, "variables belong in variables.tf or variables_….tf, as terraform fmt leaves them"
    assert not [v.name for v in inputs if re.search(r"\bany\b", v.type)]


@pytest.mark.parametrize("folder", BOTH, ids=_named)
def test_what_nothing_means_null_is_not_nullable(folder: Path) -> None:
    text = "\n".join(file.read_text() for file in _variable_files(folder))
    blocks = dict(re.findall(r'^variable "([^"]+)" \{\n(.*?)^\}$', text, re.MULTILINE | re.DOTALL))
    may_be_null = {v.name for v in variables(folder) if v.default == "null" or "Null" in v.description}
    required = {n for n, body in blocks.items() if "nullable = false" not in re.sub(" +", " ", body)}
    assert sorted(required - may_be_null) == [], "say `nullable = false`, or in the description what `Null` means"


@pytest.mark.parametrize("folder", MODULES, ids=_named)
def test_a_module_stays_small(folder: Path) -> None:
    most_inputs, most_outputs, why = ALLOWED.get(folder.name, (MOST_INPUTS, MOST_OUTPUTS, ""))
    assert len(variables(folder)) <= most_inputs, why
    assert len(outputs(folder)) <= most_outputs, why


@pytest.mark.parametrize("folder", MODULES, ids=_named)
def test_alarms_can_be_kept_apart_by_name(folder: Path) -> None:
    """Two modules of one `name` would overwrite each other's alarms where the labels are the same."""
    text = "\n".join(_code(path) for path in _sources(folder))
    if 'resource "aws_cloudwatch_metric_alarm"' in text:
        assert "    prefix  = optional(string)\n" in text
        assert "coalesce(var.alarms.prefix, " in text
        assert not re.search(r'alarm_name += "\$\{var\.', text)


@pytest.mark.parametrize("folder", BOTH, ids=_named)
def test_nothing_the_house_does_without(folder: Path) -> None:
    found = [
        f"{path.name}: {why}: {match.strip()}"
        for path in _sources(folder)
        for pattern, why in FORBIDDEN.items()
        for match in re.findall(f"(?m){pattern}", _code(path))
    ]
    assert found == []


@pytest.mark.parametrize("folder", MODULES, ids=_named)
def test_a_module_calls_no_module_and_looks_nothing_up(folder: Path) -> None:
    text = "\n".join(_code(path) for path in _sources(folder))
    assert set(LOOK_UP.findall(text)) <= MAY_BE_READ
    assert not re.search(r'^module "', text, re.MULTILINE)


@pytest.mark.parametrize("top", ["terraform", "handlers"])
def test_nothing_knows_where_it_runs(top: str) -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()}"
        for path in sorted((REPOSITORY / top).rglob("*"))
        if path.is_file() and path.suffix in {".tf", ".hcl", ".py", ".json", ".md", ".in", ".txt", ".asl"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if WORDS.search(CALLBACK.sub("", line) if path.is_relative_to(TERRAFORM / "modules/identity") else line)
    ]
    assert found == []


def test_everything_is_formatted(terraform: Path, terraform_environment: dict[str, str]) -> None:
    done = subprocess.run(
        [str(terraform), "fmt", "-check", "-recursive", "-no-color", str(TERRAFORM)],
        capture_output=True,
        text=True,
        check=False,
        env=terraform_environment,
    )
    assert done.returncode == 0, f"run `terraform fmt -recursive terraform`: {done.stdout}{done.stderr}"


def _service(index: str, module: str) -> str:
    """Return the AWS service under which the index lists a module."""
    found = re.search(rf"^\| ([^|]+) \| \[`{module}`\]", index, re.MULTILINE)
    return found[1] if found else ""


def _code(path: Path) -> str:
    """Return a file without its comments, which may name what the code must not."""
    return re.sub(r"^\s*(?:#|//).*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
