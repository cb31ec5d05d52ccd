"""What runs inside LocalStack's process: a launcher, its HTTP server, and what the core lacks.

Imported by LocalStack's own environment, never by the kit's. Nothing of it is loaded for AWS, nor for an endpoint that
is only attached to.
"""

from __future__ import annotations

PINNED_VERSION = "2026.3.0"
