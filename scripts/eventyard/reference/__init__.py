"""Docs made from what they describe: module tables, the plan policy's rules, the systems and what proves them.

`python -m eventyard.reference` writes them, `--check` says which are out of date.
"""

from __future__ import annotations

from eventyard.reference.documents import Outcome, check, write

__all__ = ["Outcome", "check", "write"]
