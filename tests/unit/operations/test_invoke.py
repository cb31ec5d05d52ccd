from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.errors import EventyardError
from eventyard.operations import FunctionError, events, follow, invoke, read_event

if TYPE_CHECKING:
    from pathlib import Path

CODE = """
import json

class Refused(Exception):
    pass

def handler(event, context):
    print(json.dumps({"level": "INFO", "message": "got it", "correlation_id": event["id"]}))
    if event.get("fail"):
        raise Refused("not today")
    return {"echo": event}
"""


@pytest.fixture(scope="session")
def functions(session: Any) -> list[str]:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", CODE)
    client = session.client("lambda")
    for name in ("first", "second"):
        client.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role="arn:aws:iam::000000000000:role/any",
            Handler="app.handler",
            Code={"ZipFile": content.getvalue()},
        )
    return ["first", "second"]


def test_a_function_answers_and_its_log_is_followed_by_id(session: Any, functions: list[str]) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    for name in functions:
        answer = invoke(session, name, {"id": "c-1"})
        assert answer.payload == {"echo": {"id": "c-1"}}
        assert "got it" in answer.log
    invoke(session, functions[0], {"id": "c-2"})

    def followed(lines: Any) -> list[tuple[str, str, str | None]]:
        return [(line.function, line.message, line.correlation_id) for line in lines]

    wanted = [("first", "got it", "c-1"), ("second", "got it", "c-1")]
    assert followed(events(session, functions, since=since, correlation_id="c-1")) == wanted
    once = follow(session, [*functions, "never_ran"], since=since, correlation_id="c-1", stop=lambda: True)
    assert followed(once) == wanted


def test_a_failure_carries_message_and_log(session: Any, functions: list[str]) -> None:
    with pytest.raises(FunctionError) as caught:
        invoke(session, functions[0], {"id": "c-3", "fail": True})
    assert "not today" in caught.value.message
    assert caught.value.error_type
    assert "got it" in caught.value.log
    assert "ops logs first" in str(caught.value)


def test_a_missing_function_is_named(session: Any) -> None:
    with pytest.raises(EventyardError, match="no function `nobody`"):
        invoke(session, "nobody", {})


class Lambda:
    """Answers as AWS documents: the error's type and stack, which not every target keeps."""

    def client(self, service_name: str, **settings: Any) -> Lambda:
        assert settings["config"].retries == {"total_max_attempts": 1}
        assert settings["config"].read_timeout > 900
        return self

    def invoke(self, **request: Any) -> dict[str, Any]:
        assert request["Qualifier"] == "live"
        body = {"errorType": "Refused", "errorMessage": "not today", "stackTrace": ["  File app.py, line 9\n"]}
        return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps(body).encode()), "LogResult": "aGVsbG8="}


def test_type_stack_and_log_are_kept_where_the_target_gives_them() -> None:
    with pytest.raises(FunctionError) as caught:
        invoke(Lambda(), "send", {}, qualifier="live")
    assert (caught.value.error_type, caught.value.trace, caught.value.log) == (
        "Refused",
        ("  File app.py, line 9",),
        "hello",
    )


def test_an_event_that_is_no_json_names_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text('{\n  "a": ,\n}')
    with pytest.raises(EventyardError) as caught:
        read_event(file)
    assert caught.value.where == f"{file}:2:8"
    with pytest.raises(EventyardError, match="No such file"):
        read_event(tmp_path / "none.json")
    file.write_text("[1]")
    assert read_event(file) == [1]


def test_an_event_too_large_for_lambda_is_refused_before_it_is_sent() -> None:
    with pytest.raises(EventyardError, match="Lambda takes 6291456"):
        invoke(Lambda(), "send", "x" * (6 * 1024 * 1024), qualifier="live")
