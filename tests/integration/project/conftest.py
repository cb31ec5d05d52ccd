"""A small project of a stranger's, made anew for each test file."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from tests.integration.support.projects import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SETTINGS = """
[project]
name          = "corner-shop"
default_stack = "note"

[environments.local]
port = 0
"""

# Resources without the provider's long waits; what is tested here is what happens around them.
NOTE = """
variable "handlers" {
  type = map(object({ hash = string }))
}

variable "text" {
  type    = string
  default = "first"
}

resource "aws_sns_topic" "news" {
  name = "${var.prefix}-news"
}

resource "aws_ssm_parameter" "text" {
  name      = "/${var.prefix}/text"
  type      = "String"
  value     = var.text
  overwrite = true
}

resource "aws_ssm_parameter" "code" {
  name      = "/${var.prefix}/code"
  type      = "String"
  value     = var.handlers["note/answer"].hash
  overwrite = true
}

output "topic_arn" {
  value = aws_sns_topic.news.arn
}

output "word" {
  value     = "open-${var.text}-sesame"
  sensitive = true
}
"""

HANDLER = '''"""Answers."""

from __future__ import annotations


def handler(event: dict[str, object], context: object) -> dict[str, object]:
    """Return what came."""
    print("asked")
    return {"heard": event}
'''


@pytest.fixture(scope="module")
def make_project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Project]]:
    """``make_project()``: a project with the stack `note`; its commands and emulators end with the test file."""
    made: list[Project] = []
    count = itertools.count()

    def make(settings: str = SETTINGS) -> Project:
        project = Project(tmp_path_factory.mktemp(f"project{next(count)}", numbered=True))
        made.append(project)
        project.write("eventyard.toml", settings)
        project.write("handlers/note/answer/app.py", HANDLER)
        project.stack("note", NOTE)
        return project

    yield make
    for project in made:
        project.close()
