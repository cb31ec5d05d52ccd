from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from eventyard.deployment import Context, destroying, drifting, reporting
from eventyard.deployment.destroying import ProtectedError
from eventyard.deployment.functions import choose
from eventyard.errors import EventyardError

Make = Callable[..., Context]


def with_state(here: Context, **state: Any) -> Context:
    here.paths.state.parent.mkdir(parents=True)
    here.paths.state.write_text(json.dumps({"serial": 1, "lineage": "l", **state}))
    return here


@pytest.fixture(autouse=True)
def _binary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventyard.tools.terraform", lambda setting, build: "terraform")


def test_secrets_are_masked_and_pages_found(context: Make) -> None:
    value = {"word": "hush", "url": "https://x", "pages": {"site": {"url": "https://y"}}}
    here = with_state(context(), outputs={"stack": {"value": value, "sensitive": True}})
    found = reporting.outputs(here)
    assert found.shown()["word"] == "(secret)"
    assert found.values["word"] == "hush"
    assert found.pages == {"site": {"url": "https://y"}}
    reporting.table(here, found)
    printed = here.console.out.file.getvalue()  # type: ignore[attr-defined]
    assert "hush" not in printed
    assert printed.startswith("page site\thttps://y\n")
    assert "destroy" in printed


def test_a_stack_that_is_not_applied_says_so(context: Make) -> None:
    with pytest.raises(EventyardError, match="not applied"):
        reporting.outputs(context())


def test_a_protected_environment_says_which_setting(context: Make) -> None:
    with pytest.raises(ProtectedError) as refused:
        destroying.refuse_protected(context(protect=True))
    assert (refused.value.where or "").endswith("environments.local.protect")
    assert "protect = false" in (refused.value.fix or "")


def test_what_is_still_protected_as_applied_stays(context: Make) -> None:
    table = {
        "mode": "managed",
        "module": "module.stack.module.jobs",
        "type": "aws_dynamodb_table",
        "name": "this",
        "instances": [{"attributes": {"deletion_protection_enabled": True}}],
    }
    here = with_state(context(), resources=[table])
    with pytest.raises(ProtectedError, match="still protected") as refused:
        destroying.plan(here, here.terraform())
    assert refused.value.where == "module.jobs.aws_dynamodb_table.this"


def test_only_buckets_that_go_are_emptied() -> None:
    def bucket(name: str, *actions: str) -> dict[str, Any]:
        return {"type": "aws_s3_bucket", "change": {"actions": list(actions), "before": {"bucket": name}}}

    document = {
        "output_changes": {"stack": {"before": {"pages": {"a": {"bucket": "pages"}, "b": {"bucket": "others"}}}}},
        "resource_changes": [bucket("pages", "delete"), bucket("data", "delete"), bucket("others", "no-op")],
    }
    assert destroying._page_buckets(document) == ["pages"]


def test_an_empty_map_read_back_is_no_drift() -> None:
    entry = {"change": {"actions": ["update"], "before": {"tags": None, "x": [1]}, "after": {"tags": {}, "x": [1]}}}
    change = drifting._as_change(entry)["change"]
    assert change["before"] == change["after"]


def test_functions_are_known_by_their_folder(context: Make) -> None:
    function = {
        "mode": "managed",
        "type": "aws_lambda_function",
        "name": "this",
        "instances": [{"attributes": {"function_name": "jobs-local-hello", "handler": "jobs.hello.app.handler"}}],
    }
    alias = {
        "mode": "managed",
        "type": "aws_lambda_alias",
        "name": "live",
        "instances": [{"attributes": {"function_name": "jobs-local-hello", "name": "live"}}],
    }
    here = with_state(context(), resources=[function, alias])
    (found,) = choose(here, "hello")
    assert (found.name, found.alias) == ("jobs-local-hello", "live")
    with pytest.raises(EventyardError, match="no function `hallo`") as refused:
        choose(here, "hallo")
    assert "`hello`" in (refused.value.fix or "")
