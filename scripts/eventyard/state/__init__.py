"""Remote states: the bucket they lie in, and locks that were left behind."""

from __future__ import annotations

from .bootstrap import Bootstrapped, bootstrap
from .unlock import Lock, find, unlock

__all__ = ["Bootstrapped", "Lock", "bootstrap", "find", "unlock"]
