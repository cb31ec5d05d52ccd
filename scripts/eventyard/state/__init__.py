"""Remote states and artefacts: the buckets they lie in, and locks that were left behind."""

from __future__ import annotations

from .bootstrap import Bootstrapped, Made, bootstrap
from .unlock import Lock, find, unlock

__all__ = ["Bootstrapped", "Lock", "Made", "bootstrap", "find", "unlock"]
