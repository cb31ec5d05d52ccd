# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A CloudFront response-headers policy holds only the parts it was given.

MiniStack's answer always has a part for custom headers and one for headers to remove, if need be empty: every second
plan wants to take the empty part away.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyConfig.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from ministack.services import cloudfront

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PARTS = ("CustomHeadersConfig", "RemoveHeadersConfig")


def install() -> None:
    """Leave empty parts out of the answer."""
    build = cloudfront._build_rhp_config_xml

    def build_without_empty_parts(parent: Element, config: dict[str, Any]) -> None:
        build(parent, config)
        for part in [part for part in parent if part.tag.rpartition("}")[2] in _PARTS]:
            if part.findtext("Quantity") == "0":
                parent.remove(part)

    cloudfront._build_rhp_config_xml = build_without_empty_parts
    # The table of policy kinds holds the function itself, by which the configuration alone is answered.
    for value in vars(cloudfront).values():
        if isinstance(value, dict) and value.get("build_config") is build:
            value["build_config"] = build_without_empty_parts
