"""What the types of a provider's release take, as a text that can be reviewed: a line a type, blocks in braces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE = Path(__file__).with_name("provider-6.txt")

# What a module here uses or is likely to. All 2400 types are four times as much, and every `git::` source copies it.
KEPT = re.compile(
    r"(?:data\.)?aws_(?:"
    r"acm_|ami$|api_gateway_|apigatewayv2_|appautoscaling_|appsync_|athena_work|autoscaling_|availability_zone|backup_[psv]"
    r"|budgets_|caller_|cloudfront_|cloudwatch_|cognito_|default_(?:network_acl|route_table|security_group)|dynamodb_|ebs_(?:enc|vol)"
    r"|ec2_(?:managed|tag)|ecr_|ecs_|efs_|egress_only|eip|flow_log|glue_(?:catalog_[dt]|crawler|job|schema|registry)|iam_|instance$"
    r"|internet_gateway|kinesis_|kms_|lambda_|launch_template|lb|nat_gateway|network_(?:acl|interface)|partition$|pipes_|region"
    r"|route(?:$|_|53_(?:health|key|query|record|traffic|zone))|s3_(?:bucket|object)|scheduler_|schemas_|secretsmanager_"
    r"|security_group|service_discovery_|ses(?:v2)?_|sfn_|signer_|sns_|sqs_|ssm_|subnet|synthetics_|vpc(?:$|s$|_(?!ipam))"
    r"|wafv2_|xray_"
    r")"
)

_TOKEN = re.compile(r"(\w+)(\{?)|(\})")
_HEAD = re.compile(r"# (\S+) (\S+), for provider (\S+), (sha512-\S+)")


@dataclass(frozen=True)
class Takes:
    """The names that a resource, a data source or a block takes."""

    arguments: set[str]
    blocks: dict[str, Takes]

    def __str__(self) -> str:
        """Return it as one line."""
        return " ".join([*sorted(self.arguments), *(f"{name}{{{self.blocks[name]}}}" for name in sorted(self.blocks))])


@dataclass(frozen=True)
class Source:
    """The published bindings a schema was read from."""

    package: str
    version: str
    provider: str
    integrity: str


def write(source: Source, types: Mapping[str, Takes]) -> str:
    """Return the text of the types that are kept."""
    head = (
        f"# {source.package} {source.version}, for provider {source.provider}, {source.integrity}\n"
        "# Written by `python -m tests.contract.provider_majors`: each type with its arguments and {blocks}.\n"
    )
    return head + "".join(f"{name}: {takes}\n" for name, takes in sorted(types.items()) if KEPT.match(name))


def read(file: Path = FILE) -> tuple[Source, dict[str, Takes]]:
    """Return where the text comes from, and what each type takes."""
    text = file.read_text(encoding="utf-8")
    head = _HEAD.match(text)
    assert head, f"{file} does not say where it comes from"
    lines = (line.partition(": ") for line in text.splitlines() if not line.startswith("#"))
    return Source(*head.groups()), {name: _parsed(_TOKEN.finditer(names)) for name, _, names in lines}


def _parsed(tokens: Iterator[re.Match[str]]) -> Takes:
    takes = Takes(set(), {})
    for token in tokens:
        if token[3]:
            break
        if token[2]:
            takes.blocks[token[1]] = _parsed(tokens)
        else:
            takes.arguments.add(token[1])
    return takes
