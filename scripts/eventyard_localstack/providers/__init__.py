"""Services the core lacks, served from moto on the same port: those in which moto really does what AWS does.

Nothing here imports LocalStack: the list is read before it starts.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Provider:
    """One service that moto serves.

    Parameters
    ----------
    service
        Its name in boto3.
    module
        The module below this package that holds `factory`.
    reason
        What the core does instead; one sentence.
    factory
        Function that makes the service, in LocalStack's words.
    """

    service: str
    module: str
    reason: str
    factory: str = "provide"


PROVIDERS: tuple[Provider, ...] = ()


def overrides() -> dict[str, str]:
    """Return the settings that put our providers in the place of the core's."""
    return {f"PROVIDER_OVERRIDE_{provider.service.upper().replace('-', '_')}": "eventyard" for provider in PROVIDERS}
