# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""An API key that is given no value gets one, also when nothing is said as an empty string.

Terraform's provider says it so. MiniStack refuses the empty value as too short.

https://docs.aws.amazon.com/apigateway/latest/api/API_CreateApiKey.html
"""

from __future__ import annotations

from typing import Any

from ministack.services import apigateway_v1

Answer = tuple[int, dict[str, str], Any]


def install() -> None:
    """Take an empty value for none."""
    original = apigateway_v1._create_api_key

    def create(data: dict[str, Any]) -> Answer:
        made: Answer = original({name: value for name, value in data.items() if value != ""})
        return made

    apigateway_v1._create_api_key = create
