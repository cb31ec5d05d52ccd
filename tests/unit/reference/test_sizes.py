"""Sizes of modules and tasks, down to the leaf, and the tables made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from eventyard.reference import comparison, controls, grants
from eventyard.reference.counting import Counted, count, leaves
from eventyard.reference.refused import refused

if TYPE_CHECKING:
    from pathlib import Path

from eventyard.errors import EventyardError


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("string", 1),
        ("any", 1),
        ("", 1),
        ("list(string)", 1),
        ("map(list(string))", 1),
        ("tuple([string, number])", 1),
        ("object({})", 0),
        ("object({ a = string, b = number })", 2),
        ('map(object({ a = optional(string, "x,y"), b = optional(map(object({ c = any })), {}) }))', 2),
        (
            (
                "object({\n  a = string # object({ x = string })\n"
                "  b = optional(list(object({ c = bool, d = bool })), [{ c = true }])\n})"
            ),
            3,
        ),
    ],
)
def test_leaves_of_a_type(written: str, expected: int) -> None:
    assert leaves(written) == expected


def test_a_module_of_anybody_is_counted(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'variable "a" {\n}\n\nvariable "b" {\n  type = map(any)\n  validation {\n    condition = true\n  }\n}\n'
        'variable   "c"   {\n  type    = object({\n    d = string\n    e = number\n  })\n  default = null\n}\n'
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/a.tftest.hcl").write_text('run "one" {\n}\n\nrun "two" {\n}\n')
    assert count(tmp_path) == Counted(inputs=3, leaves=4, untyped=2, validations=1, tests=2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a comment\n\n", (0, 0)),
        ('module "a" {\n  source  = "x"\n  version = "1"\n  name    = "a = b"\n}\n', (5, 1)),
        ('module "a" {\n  b = { c = 1, d = { e = "f" } }\n  g = [{ h = 1 }]\n}\n', (4, 4)),
        ('x {\n  a = b == c ? 1 : 2\n  d = {\n    "e f" = 1\n  }\n}\n', (6, 2)),
    ],
)
def test_lines_and_values_of_a_task(text: str, expected: tuple[int, int]) -> None:
    assert comparison.size(text) == expected


def test_a_module_without_its_counterpart_is_named(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / comparison.DATA).write_text("module = []\n")
    (tmp_path / "terraform/modules/new").mkdir(parents=True)
    (tmp_path / "terraform/modules/new/README.md").write_text("# new\n")
    with pytest.raises(comparison.ComparisonError, match="no entry for new"):
        comparison.modules(tmp_path)


def test_grants_are_read_with_the_locals_they_use(tmp_path: Path) -> None:
    module = tmp_path / "terraform/modules/queue"
    module.mkdir(parents=True)
    (module / "main.tf").write_text('locals {\n  _send = ["sqs:SendMessage"]\n  other = ["sqs:Purge"]\n}\n')
    (module / "outputs.tf").write_text(
        'output "grants" {\n  value = {\n    send = {\n'
        '      actions    = toset(concat(local._send, var.key == null ? [] : ["kms:Decrypt"]))\n'
        "      resources  = toset([local.arn])\n"
        '      conditions = { StringEquals = { "ses:From" = ["x"] } }\n    }\n  }\n}\n'
    )
    assert "| `queue` | `grants.send` | `sqs:SendMessage` | yes |" in grants.grants(tmp_path)


def test_skips_are_listed_once_with_all_their_modules(tmp_path: Path) -> None:
    for name in ("b", "a"):
        module = tmp_path / "terraform/modules" / name
        module.mkdir(parents=True)
        (module / "main.tf").write_text(
            'resource "aws_sqs_queue" "this" {\n  #checkov:skip=CKV_AWS_9:why\n  #checkov:skip=CKV_AWS_10:other\n}\n'
        )
    assert [line for line in controls.left_to_the_caller(tmp_path).splitlines() if "CKV" in line] == [
        "| `CKV_AWS_9` | `a`, `b` | why |",
        "| `CKV_AWS_10` | `a`, `b` | other |",
    ]


def test_a_skip_is_of_its_own_resource_and_may_lack_its_reason(tmp_path: Path) -> None:
    one = 'resource "aws_sqs_queue" "one" {\n  #checkov:skip=CKV_AWS_9\n}\n'
    (tmp_path / "main.tf").write_text(f'{one}resource "aws_sqs_queue" "two" {{\n  name = "two"\n}}\n')
    assert controls.skipped(tmp_path) == {("aws_sqs_queue.one", "CKV_AWS_9"): ""}


def test_what_is_refused_says_where_and_how(tmp_path: Path) -> None:
    folder = tmp_path / "tests/integration/modules/refused"
    folder.mkdir(parents=True)
    (folder / "queue.tf").write_text("# refused: module.queue.aws_sqs_queue.this[0] | NotImplemented: no\n")
    (entry,) = refused(tmp_path)
    assert (entry.module, entry.type, entry.error) == ("queue", "aws_sqs_queue", "NotImplemented: no")
    (folder / "topic.tf").write_text("# nothing\n")
    with pytest.raises(EventyardError, match="no line says what is refused"):
        refused(tmp_path)
