"""The one adapter to the Terraform CLI.

`commands` builds argument lists, `process` runs them, `events` reads what they stream, `errors` carries their
diagnostics, `lockfile` keeps the provider's lock, `runner` puts the parts together.
"""

from __future__ import annotations

from .errors import Diagnostic, StateLockedError, TerraformError
from .events import Event, Timing
from .runner import PlanResult, Terraform

__all__ = ["Diagnostic", "Event", "PlanResult", "StateLockedError", "Terraform", "TerraformError", "Timing"]
