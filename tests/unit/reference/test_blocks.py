from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from eventyard.reference.blocks import Output, UnreadableModuleError, Variable, outputs, variables

if TYPE_CHECKING:
    from pathlib import Path

VARIABLES = """variable "grants" {
  description = "What the role may do, by label; `a|b` too, and \\"quotes\\"."
  # a comment with a bracket (
  type = map(object({
    actions    = set(string) # IAM's
    conditions = optional(map(map(list(string))), {})
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for g in var.grants : !contains(g.actions, "*")])
    error_message = "No action is `*`."
  }
}

variable "name" {
  description = <<-EOT
    Its name,
    on two lines.
  EOT
  type        = string
}
"""
OUTPUTS = """output "queue" {
  description = "The queue."
  value       = { arn = local.arn }
  depends_on  = [aws_sqs_queue.this]
}
"""


@pytest.fixture
def module(tmp_path: Path) -> Path:
    (tmp_path / "variables.tf").write_text(VARIABLES)
    (tmp_path / "outputs.tf").write_text(OUTPUTS)
    return tmp_path


def test_types_are_kept_as_written_without_comments(module: Path) -> None:
    grants, name = variables(module)
    assert grants.type.splitlines() == [
        "map(object({",
        "    actions    = set(string)",
        "    conditions = optional(map(map(list(string))), {})",
        "  }))",
    ]
    assert grants.default == "{}"
    assert grants.description == 'What the role may do, by label; `a|b` too, and "quotes".'
    assert name == Variable("name", "Its name, on two lines.", "string", None)


def test_outputs_are_read(module: Path) -> None:
    assert outputs(module) == [Output("queue", "The queue.")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('variable "a" {\n  type = string\n}\n', "no description"),
        ('variable "a" {\n  description = "A."\n}\n', "no type"),
    ],
)
def test_a_variable_without_type_or_description_is_refused(module: Path, text: str, says: str) -> None:
    (module / "variables.tf").write_text(text)
    with pytest.raises(UnreadableModuleError, match=says):
        variables(module)


def test_inputs_may_fill_more_than_one_file(module: Path) -> None:
    (module / "variables_more.tf").write_text('variable "guests" {\n  description = "Who else."\n  type = bool\n}\n')
    assert [variable.name for variable in variables(module)] == ["grants", "guests", "name"]
