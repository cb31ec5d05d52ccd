"""Every addition by name, with what AWS does and why it is needed: what runs, and what the docs list."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class Addition:
    """Something AWS does, and LocalStack's core does not.

    Parameters
    ----------
    name
        The module below `additions` that holds it.
    reason
        What LocalStack does instead, and what breaks by it; one sentence.
    documented
        Where AWS documents the behaviour.
    """

    name: str
    reason: str
    documented: str

    @property
    def module(self) -> str:
        """Import name of the module with its `install`."""
        return f"{__package__}.additions.{self.name}"


ADDITIONS: tuple[Addition, ...] = ()


def install() -> list[str]:
    """Install every addition into the LocalStack of this process and return their names."""
    for addition in ADDITIONS:
        import_module(addition.module).install()
    return [addition.name for addition in ADDITIONS]
