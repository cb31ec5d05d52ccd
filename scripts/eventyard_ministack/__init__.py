"""Our launcher of MiniStack, and what AWS does and MiniStack doesn't.

This package runs inside MiniStack's own environment, on Python 3.13, as `python -m eventyard_ministack`. It imports
nothing of `eventyard`. MiniStack's own modules are imported only when an addition is installed, so that
:mod:`eventyard_ministack.registry` can be read anywhere.
"""

from __future__ import annotations

PINNED_VERSION = "1.5.33"
