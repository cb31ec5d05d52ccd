# ruff: noqa: SLF001 - an addition reaches into the one version of MiniStack it is written for
"""A REST API's stage serves what its deployment took, and a canary part of the calls.

A deployment is a snapshot: what changes later is not served before the next one, and none goes while a stage points to
it. MiniStack serves whatever the API is now, forgets canaries, and answers a method's settings by a key that is not the
one it was given, so that Terraform takes them for gone.

https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html
https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateStage.html
"""

from __future__ import annotations

import copy
import json
import random
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import apigateway_v1 as v1

Answer = tuple[int, dict[str, str], Any]

_TAKEN = ("_authorizers_v1", "_models", "_request_validators", "_resources")
_CREATED = 201
_ALL = 100.0
_snapshots: dict[tuple[str, str], dict[str, Any]] = {}
_serving: ContextVar[tuple[str, str] | None] = ContextVar("serving", default=None)


class _Served(AccountRegionScopedDict):  # type: ignore[misc]
    """A store that answers from the deployment that is being served."""

    def __init__(self, name: str) -> None:
        self._data = getattr(v1, name)._data
        self._name = name

    def get(self, key: str, default: Any = None) -> Any:
        snapshot = _snapshots.get(_serving.get() or ("", ""))
        known = snapshot is not None and (_serving.get() or ("",))[0] == key
        return snapshot[self._name] if snapshot is not None and known else super().get(key, default)


def install() -> None:
    """Take snapshots, serve them, and keep what a stage was given."""
    for name in _TAKEN:
        setattr(v1, name, _Served(name))
    v1._create_deployment = _taking(v1._create_deployment)
    v1._delete_deployment = _refusing(v1._delete_deployment)
    v1._execute_in_scope = _from_its_deployment(v1._execute_in_scope)
    v1._create_stage = _with_canary(v1._create_stage)
    v1._update_stage = _as_given(v1._update_stage)
    v1._get_stage = _as_given(v1._get_stage)


def _taking(original: Any) -> Any:
    def create(api_id: str, data: dict[str, Any]) -> Answer:
        answer: Answer = original(api_id, data)
        if answer[0] == _CREATED:
            taken = {name: copy.deepcopy(getattr(v1, name).get(api_id, {})) for name in _TAKEN}
            _snapshots[api_id, json.loads(answer[2])["id"]] = taken
        return answer

    return create


def _refusing(original: Any) -> Any:
    def delete(api_id: str, deployment_id: str) -> Answer:
        stages = v1._stages_v1.get(api_id, {}).values()
        if any(deployment_id in (one["deploymentId"], _canary(one).get("deploymentId")) for one in stages):
            text = "Active stages pointing to this deployment must be moved or deleted"
            refused: Answer = v1._v1_error("BadRequestException", text, 400)
            return refused
        _snapshots.pop((api_id, deployment_id), None)
        answer: Answer = original(api_id, deployment_id)
        return answer

    return delete


def _from_its_deployment(original: Any) -> Any:
    async def execute(request: Any, api_id: str, stage_name: str, *arguments: Any) -> Any:
        stage = v1._stages_v1.get(api_id, {}).get(stage_name) or {}
        canary = _canary(stage)
        chosen = canary if random.uniform(0, _ALL) < float(canary.get("percentTraffic", 0)) else stage  # noqa: S311
        mark = _serving.set((api_id, chosen.get("deploymentId", "")))
        try:
            return await original(request, api_id, stage_name, *arguments)
        finally:
            _serving.reset(mark)

    return execute


def _with_canary(original: Any) -> Any:
    def create(api_id: str, data: dict[str, Any]) -> Answer:
        answer: Answer = original(api_id, data)
        stage = v1._stages_v1.get(api_id, {}).get(data.get("stageName", ""))
        if stage is not None and data.get("canarySettings"):
            stage["canarySettings"] = data["canarySettings"]
        return _answered(answer, stage)

    return create


def _as_given(original: Any) -> Any:
    def handle(api_id: str, stage_name: str, *arguments: Any) -> Answer:
        answer: Answer = original(api_id, stage_name, *arguments)
        return _answered(answer, v1._stages_v1.get(api_id, {}).get(stage_name))

    return handle


def _answered(answer: Answer, stage: dict[str, Any] | None) -> Answer:
    """Answer the stage with its canary's numbers as numbers, its cache's status, and methods by their own keys."""
    if stage is None or answer[0] not in (200, _CREATED):
        return answer
    canary = _canary(stage)
    if canary:
        canary["percentTraffic"] = float(canary.get("percentTraffic", 0))
        canary["useStageCache"] = str(canary.get("useStageCache", False)).lower() == "true"
    stage["cacheClusterStatus"] = "AVAILABLE" if stage.get("cacheClusterEnabled") else "NOT_AVAILABLE"
    settings = {_key(key): value for key, value in (stage.get("methodSettings") or {}).items()}
    whole: Answer = v1._v1_response({**stage, "methodSettings": settings}, answer[0])
    return whole


def _canary(stage: dict[str, Any]) -> dict[str, Any]:
    return stage.get("canarySettings") or {}


def _key(key: str) -> str:
    """Return `~1orders~1{id}/GET` for `/orders/{id}/GET`."""
    path, _, verb = key.rpartition("/")
    return f"{path.replace('/', '~1')}/{verb}" if path.startswith("/") else key
