"""The command line: parse, call, print. One small file a group, and no logic."""

from __future__ import annotations

from .entry import main

__all__ = ["main"]
