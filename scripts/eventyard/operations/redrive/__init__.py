"""Bringing back what lies in a stack's dead-letter queues."""

from __future__ import annotations

from .letters import DeadLetterQueue, choose, dead_letter_queues
from .moving import FASTEST, RedriveError, Task, cancel, count, destination, follow, hand_over, running, start

__all__ = [
    "FASTEST",
    "DeadLetterQueue",
    "RedriveError",
    "Task",
    "cancel",
    "choose",
    "count",
    "dead_letter_queues",
    "destination",
    "follow",
    "hand_over",
    "running",
    "start",
]
