"""Stages of REST APIs are changed as AWS changes them."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

METHOD = "/~1orders/POST"


@pytest.fixture
def staged():
    """``staged(bench)``: the identity of an API whose stage `prod` has settings for one method."""

    def make(bench):
        apis = bench.client("apigateway")
        api = apis.create_rest_api(name=bench.unique("api"))["id"]
        root = apis.get_resources(restApiId=api)["items"][0]["id"]
        orders = apis.create_resource(restApiId=api, parentId=root, pathPart="orders")["id"]
        method = {"restApiId": api, "resourceId": orders, "httpMethod": "POST"}
        apis.put_method(**method, authorizationType="NONE")
        apis.put_integration(**method, type="MOCK")
        apis.create_deployment(restApiId=api, stageName="prod")
        change(bench, api, "replace", f"{METHOD}/metrics/enabled", value="true")
        return api

    return make


def change(bench, api, operation, path, **value):
    patch = [{"op": operation, "path": path, **value}]
    return bench.client("apigateway").update_stage(restApiId=api, stageName="prod", patchOperations=patch)


def test_the_settings_of_one_method_are_removed(localstack, staged):
    api = staged(localstack)
    change(localstack, api, "remove", METHOD)
    stage = localstack.client("apigateway").get_stage(restApiId=api, stageName="prod")
    assert not stage.get("methodSettings")


def test_upstream_still_does_not_remove_them(plain, staged):
    with pytest.raises(ClientError, match="Invalid method setting path"):
        change(plain, staged(plain), "remove", METHOD)
