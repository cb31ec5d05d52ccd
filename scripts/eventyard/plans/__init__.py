"""What a plan says: a summary for a reviewer, the plan policy, and what a second plan would still change."""

from __future__ import annotations

from eventyard.plans.differences import Difference, Toleration, differences, unused_tolerations
from eventyard.plans.summary import Summary, summarise

__all__ = ["Difference", "Summary", "Toleration", "differences", "summarise", "unused_tolerations"]
