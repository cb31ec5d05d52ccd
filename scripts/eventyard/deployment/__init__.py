"""The steps of a deployment, in their one order: package, render, plan, policy, apply, publish, outputs.

Each step reads only files that an earlier one wrote under `build/<environment>/<stack>/`. `pipeline` puts them in
order, `several` runs them for every stack.
"""

from __future__ import annotations

from .context import Context, Paths
from .judgement import Planned, PolicyError
from .pipeline import Deployment
from .reporting import Outputs
from .several import every
from .target import Target

__all__ = ["Context", "Deployment", "Outputs", "Paths", "Planned", "PolicyError", "Target", "every"]
