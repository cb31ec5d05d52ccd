"""The command line: parse, call, print. One small file a group, and no logic."""

from __future__ import annotations

from .app import app, main

__all__ = ["app", "main"]
