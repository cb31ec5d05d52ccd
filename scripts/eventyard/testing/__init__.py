"""The pytest plugin: real stacks on a target, and the words to ask them with.

Loaded by pytest wherever the kit is installed. Fixtures: `environment`, `stack`, `aws`, `mailbox`; functions:
`eventually`, `never`; the marker `needs` names the capabilities of a target that a test cannot do without.
"""

from __future__ import annotations

from .waiting import eventually, never

__all__ = ["eventually", "never"]
