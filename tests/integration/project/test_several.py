"""Several stacks: one takes its input from another's output, and a failure skips only what depends on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.support.projects import Project

SETTINGS = """
[environments.local]
port = 0

[environments.local.stacks.alpha.inputs]
word = { from = "note", output = "word" }

[environments.local.stacks.beta.inputs]
word = { from = "mu", output = "word" }
"""

# Nothing but a value handed on: what is tested is the order.
HANDS_ON = """
variable "word" {
  type    = string
  default = "abracadabra"
}

resource "aws_ssm_parameter" "word" {
  name      = "/${var.prefix}/word"
  type      = "String"
  value     = var.word
  overwrite = true

  lifecycle {
    precondition {
      condition     = var.word != "refused"
      error_message = "The word is refused."
    }
  }
}

output "word" {
  value = "${var.prefix}: ${aws_ssm_parameter.word.value}"
}
"""


@pytest.fixture(scope="module")
def project(make_project: Callable[..., Project]) -> Project:
    """`alpha` needs `note`, `beta` needs `mu`, which fails."""
    made = make_project(SETTINGS)
    made.stack("note", HANDS_ON)
    made.stack("alpha", HANDS_ON)
    made.stack("beta", HANDS_ON)
    made.stack("mu", HANDS_ON.replace("abracadabra", "refused"))
    return made


def test_dependent_alone_says_what_to_apply_first(project: Project) -> None:
    refused = project.run("apply", "--stack", "alpha", code=1)
    assert "The stack `note` has no outputs yet in `local`" in refused.err
    assert "eventyard apply --stack note --env local" in refused.err


def test_all_goes_in_order_and_ends_with_a_summary(project: Project) -> None:
    done = project.run("apply", "--stack", "all", code=1)
    summary = {row.split("\t")[0]: row.split("\t") for row in done.out.splitlines()[-4:]}
    assert {name: row[1] for name, row in summary.items()} == {
        "alpha": "ok",
        "beta": "skipped",
        "mu": "failed",
        "note": "ok",
    }
    assert list(summary).index("note") < list(summary).index("alpha")
    assert "The word is refused" in summary["mu"][3]
    assert "terraform/stacks/mu/main.tf:" in summary["mu"][3]
    assert summary["beta"][3] == "`mu` failed"
    assert done.err.count("The word is refused") == 1
    assert project.parameters()["/alpha-local/word"] == "note-local: abracadabra"

    taken = project.run("destroy", "--stack", "all", "--yes")
    order = [row.split("\t")[0] for row in taken.out.splitlines()]
    assert order.index("alpha") < order.index("note")
    assert project.parameters() == {}
