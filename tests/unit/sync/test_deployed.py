from __future__ import annotations

from typing import Any

from eventyard.sync.deployed import functions


def resource(kind: str, name: str, *instances: dict[str, Any], module: str | None = "module.stack") -> dict[str, Any]:
    entry = {"mode": "managed", "type": f"aws_lambda_{kind}", "name": name, "instances": list(instances)}
    return entry | ({"module": module} if module else {})


def of(name: str, **attributes: Any) -> dict[str, Any]:
    key = attributes.pop("index_key", None)
    found: dict[str, Any] = {"attributes": {"function_name": name, "publish": True, "version": "3"} | attributes}
    return found if key is None else found | {"index_key": key}


def live(name: str, version: str, **attributes: Any) -> dict[str, Any]:
    return {"attributes": {"function_name": name, "name": "live", "function_version": version} | attributes}


def test_addresses_are_those_of_a_plan() -> None:
    state = {
        "resources": [
            resource("function", "root", of("a"), module=None),
            resource("function", "counted", of("b", index_key=0), of("c", index_key=1)),
            resource("function", "each", of("d", index_key="x.y"), module='module.stack.module.m["k"]'),
        ]
    }
    assert [(one.name, one.address) for one in functions(state)] == [
        ("a", "aws_lambda_function.root"),
        ("b", "module.stack.aws_lambda_function.counted[0]"),
        ("c", "module.stack.aws_lambda_function.counted[1]"),
        ("d", 'module.stack.module.m["k"].aws_lambda_function.each["x.y"]'),
    ]


def test_aliases_follow_what_was_published_last_unless_a_release_holds_them() -> None:
    weights = [{"additional_version_weights": {"2": 0.5}}]
    state = {
        "resources": [
            resource("function", "this", of("follows"), of("behind"), of("shares"), of("unpublished", publish=False)),
            resource(
                "alias",
                "live",
                live("follows", "3", routing_config=[]),
                live("behind", "2"),
                live("shares", "3", routing_config=weights),
                live("unpublished", "3"),
            ),
        ]
    }
    found = {one.name: (len(one.followers), len(one.pinned)) for one in functions(state)}
    assert found == {"follows": (1, 0), "behind": (0, 1), "shares": (0, 1), "unpublished": (0, 1)}


def test_images_data_and_what_is_to_be_destroyed_are_left_out() -> None:
    state = {
        "resources": [
            resource("function", "image", of("image", package_type="Image")),
            resource("function", "data", of("data")) | {"mode": "data"},
            resource("function", "gone", of("gone") | {"deposed": "1a2b"}),
            resource("layer_version", "other", of("other")),
        ]
    }
    assert functions(state) == []


def test_a_state_without_resources_has_no_functions() -> None:
    assert functions({}) == []
