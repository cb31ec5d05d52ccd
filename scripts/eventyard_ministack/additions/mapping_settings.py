# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""An event source mapping keeps every setting it was given.

MiniStack takes an unknown setting and forgets it: every second plan sets tumbling windows, the time stamp to start
from, metrics, pollers and the filters' key again. They are kept and answered here, and steer nothing.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
"""

from __future__ import annotations

import json
from typing import Any

from ministack.services import lambda_svc

Answer = tuple[int, dict[str, str], Any]

_KEPT = (
    "KMSKeyArn",
    "MetricsConfig",
    "ProvisionedPollerConfig",
    "StartingPositionTimestamp",
    "TumblingWindowInSeconds",
)
_REFUSED = 400


def install() -> None:
    """Keep them when a mapping is made or changed; every answer holds what the mapping does."""
    create, update = lambda_svc._create_esm, lambda_svc._update_esm

    def create_mapping(data: dict[str, Any]) -> Answer:
        return _keep(create(data), data)

    def update_mapping(mapping: str, data: dict[str, Any]) -> Answer:
        return _keep(update(mapping, data), data)

    lambda_svc._create_esm = create_mapping
    lambda_svc._update_esm = update_mapping


def _keep(answer: Answer, data: dict[str, Any]) -> Answer:
    status, headers, body = answer
    if status >= _REFUSED:
        return answer
    mapping = lambda_svc._esms[json.loads(body)["UUID"]]
    mapping.update({setting: data[setting] for setting in _KEPT if setting in data})
    return status, headers, json.dumps(lambda_svc._esm_response(mapping)).encode()
