"""The settings of one method of a REST API's stage can be removed; LocalStack removes those of all methods alone.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
"""

from __future__ import annotations

import functools
import re
from typing import Any

from localstack.services.apigateway.helpers import get_moto_rest_api
from localstack.services.apigateway.next_gen.provider import ApigatewayNextGenProvider

_METHOD = re.compile(r"/(~1[^/]*/[A-Z]+)")


def install() -> None:
    """Remove such settings before LocalStack looks at what else is to change."""
    original = ApigatewayNextGenProvider.update_stage

    @functools.wraps(original)  # LocalStack finds an operation by what its decorator has put on the function
    def update(provider: Any, context: Any, rest_api_id: str, stage_name: str, **given: Any) -> Any:
        asked = given.pop("patch_operations", None) or []
        stage = get_moto_rest_api(context, rest_api_id).stages.get(stage_name)
        left = []
        for one in asked:
            method = _METHOD.fullmatch(one.get("path") or "")
            if method is not None and one["op"] == "remove" and stage is not None:
                stage.method_settings.pop(method[1], None)
            else:
                left.append(one)
        if asked and not left:
            return provider.get_stage(context, rest_api_id, stage_name)
        return original(provider, context, rest_api_id, stage_name, patch_operations=left, **given)

    ApigatewayNextGenProvider.update_stage = update
