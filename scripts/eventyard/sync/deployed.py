"""What Terraform has deployed of a stack's functions, read from its state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eventyard.deployment.functions import instances

if TYPE_CHECKING:
    from collections.abc import Mapping

_ZIP = "Zip"


@dataclass(frozen=True)
class Alias:
    """One alias of a function.

    Parameters
    ----------
    address
        Its resource, as a plan names it.
    name
        Such as `live`.
    version
        What it served after the last apply.
    weighted
        True where a second version gets a share of the calls.
    """

    address: str
    name: str
    version: str
    weighted: bool = False


@dataclass(frozen=True)
class Function:
    """One function whose code is a zip.

    Parameters
    ----------
    address
        Its resource, as a plan names it.
    name
        Its physical name.
    handler, runtime, architecture
        As Lambda names them.
    hash
        `source_code_hash` of the last apply; None where the stack sets none.
    code_sha256
        What Lambda said of the zip's bytes after the last apply.
    version
        What the last apply published.
    publish
        True where each change of code becomes a version.
    from_bucket
        True where the stack takes the code from S3.
    aliases
        Those Terraform has.
    """

    address: str
    name: str
    handler: str
    runtime: str
    architecture: str
    hash: str | None
    code_sha256: str
    version: str
    publish: bool
    from_bucket: bool = False
    aliases: tuple[Alias, ...] = ()

    @property
    def followers(self) -> tuple[Alias, ...]:
        """The aliases that serve what was published last, whatever its number."""
        return tuple(alias for alias in self.aliases if self.publish and self._follows(alias))

    @property
    def pinned(self) -> tuple[Alias, ...]:
        """The aliases that a release keeps on a version."""
        return tuple(alias for alias in self.aliases if not (self.publish and self._follows(alias)))

    def _follows(self, alias: Alias) -> bool:
        return alias.version == self.version and not alias.weighted


def functions(state: Mapping[str, Any]) -> list[Function]:
    """Return the functions of a state whose code is a zip, by address.

    Parameters
    ----------
    state
        Terraform's raw state, version 4.
    """
    aliases = [
        (attributes["function_name"], _alias(address, attributes))
        for address, attributes in instances(state, "aws_lambda_alias")
    ]
    found = [
        _function(address, attributes, tuple(alias for name, alias in aliases if name == attributes["function_name"]))
        for address, attributes in instances(state, "aws_lambda_function")
        if attributes.get("package_type", _ZIP) == _ZIP
    ]
    return sorted(found, key=lambda function: function.address)


def _alias(address: str, attributes: Mapping[str, Any]) -> Alias:
    routing = attributes.get("routing_config") or []
    weighted = any(one.get("additional_version_weights") for one in routing)
    return Alias(address, attributes["name"], str(attributes["function_version"]), weighted)


def _function(address: str, attributes: Mapping[str, Any], aliases: tuple[Alias, ...]) -> Function:
    return Function(
        address=address,
        name=attributes["function_name"],
        handler=str(attributes.get("handler") or ""),
        runtime=str(attributes.get("runtime") or ""),
        architecture=next(iter(attributes.get("architectures") or ()), "x86_64"),
        hash=attributes.get("source_code_hash") or None,
        code_sha256=str(attributes.get("code_sha256") or ""),
        version=str(attributes.get("version") or ""),
        publish=bool(attributes.get("publish")),
        from_bucket=bool(attributes.get("s3_key")),
        aliases=aliases,
    )
