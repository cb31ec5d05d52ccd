"""What can go wrong with an emulator."""

from __future__ import annotations

from eventyard.errors import EventyardError


class EmulatorError(EventyardError):
    """The emulator could not be started, reached or stopped."""
