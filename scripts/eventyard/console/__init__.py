"""What a person sees: results on stdout, everything else on stderr, readable without colour."""

from __future__ import annotations

from .front import command
from .output import Console
from .progress import Progress
from .summary import Outcome, summary

__all__ = ["Console", "Outcome", "Progress", "command", "summary"]
