"""What is done with a stack that runs: reading its logs and invoking its functions."""

from eventyard.operations.invoke import FunctionError, Invocation, invoke, read_event
from eventyard.operations.logs import Line, events, follow, render

__all__ = ["FunctionError", "Invocation", "Line", "events", "follow", "invoke", "read_event", "render"]
