"""New modules, stacks and handlers that pass every check from the first minute.

`names` says what one may be called, `kinds` which files it is made of, `placing` puts them there: all, or none.
"""

from __future__ import annotations

from eventyard.scaffolding.kinds import Scaffold, handler, module, stack
from eventyard.scaffolding.names import NameRefusedError
from eventyard.scaffolding.placing import TakenError, place

__all__ = ["NameRefusedError", "Scaffold", "TakenError", "handler", "module", "place", "stack"]
