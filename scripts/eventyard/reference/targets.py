"""What the docs call the targets that tests run on, and which tests do."""

from __future__ import annotations

from typing import Final

TARGETS: Final = {"ministack": "MiniStack", "localstack": "LocalStack", "aws": "AWS"}
ON_A_TARGET: Final = ("tests/integration/", "tests/browser/")
"""Where tests run on a target; others are the same everywhere."""
