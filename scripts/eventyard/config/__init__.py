"""`eventyard.toml` to typed, frozen settings, and the guards that stand before anything runs.

`models` says what may be set, `loading` reads and refuses, `order` puts stacks in the order of their references,
`guard` compares an environment with the credentials and the endpoint it would be used with.
"""

from __future__ import annotations

from .errors import ConfigError
from .loading import find_root, load
from .models import Artefacts, Environment, Project, Reference, Role, Settings, StackSettings, State

__all__ = [
    "Artefacts",
    "ConfigError",
    "Environment",
    "Project",
    "Reference",
    "Role",
    "Settings",
    "StackSettings",
    "State",
    "find_root",
    "load",
]
