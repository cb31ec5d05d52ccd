"""EventBridge's event patterns, evaluated offline: what it would match, and what it would refuse.

Written against AWS's documentation; where that and the service are known to differ (300 and 300.0 are equal), the
service. Not told apart: addresses written in two ways, as values (`"::1"`); letters that change their number with case.
"""

from .compiling import Pattern, parse
from .errors import PatternError
from .events import Event, read_event
from .matching import Miss, impossible, miss

__all__ = ["Event", "Miss", "Pattern", "PatternError", "impossible", "miss", "parse", "read_event"]
