"""Emulators of AWS on this machine: start, find, reset, stop, and what differs from AWS.

An emulator runs in an environment of its own and outlives the command that started it. Whatever a person or a test
has to know to reach it (addresses, credentials, the mailbox) is on :class:`Emulator`.
"""

from __future__ import annotations

from eventyard.emulators.capabilities import Capability, Tolerated, capabilities, tolerated, unapplied
from eventyard.emulators.emulator import Emulator, Kind, attach, kind_of
from eventyard.emulators.errors import EmulatorError
from eventyard.emulators.lifecycle import find, start
from eventyard.emulators.mail import Mail
from eventyard.emulators.sessions import LocalSession

__all__ = [
    "Capability",
    "Emulator",
    "EmulatorError",
    "Kind",
    "LocalSession",
    "Mail",
    "Tolerated",
    "attach",
    "capabilities",
    "find",
    "kind_of",
    "start",
    "tolerated",
    "unapplied",
]
