"""Finds, or fetches into `build/tools`, the programs the kit drives: Terraform, its provider, uv, Python.

Nothing here runs at import, and nothing is written outside the project's `build/` folder.
"""

from __future__ import annotations

from .interpreters import Interpreter, interpreter, python
from .node import node_modules
from .provider import PROVIDER_VERSION, provider_mirror, terraform_environment
from .terraform import terraform, terraform_version
from .uv import uv, uv_environment

__all__ = [
    "PROVIDER_VERSION",
    "Interpreter",
    "interpreter",
    "node_modules",
    "provider_mirror",
    "python",
    "terraform",
    "terraform_environment",
    "terraform_version",
    "uv",
    "uv_environment",
]
