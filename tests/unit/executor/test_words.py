"""Variables and log lines."""

from __future__ import annotations

import json
from pathlib import Path

from localstack_process_executor.report import Figures, JsonLines, TextLines
from localstack_process_executor.variables import Places, environment

PLACES = Places(Path("/env/bin/python"), Path("/task"), Path("/opt-of-none"), Path("/own/tmp"))


def made(
    given: dict[str, object] | None = None, own: dict[str, str] | None = None, places: Places = PLACES
) -> dict[str, str]:
    return environment({**(given or {}), **(own or {})}, own or {}, runtime="python3.13", places=places)


def test_what_is_meant_for_localstacks_init_is_left_out() -> None:
    given = {
        "AWS_REGION": "eu-west-1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": 128,
        "AWS_LAMBDA_FUNCTION_TIMEOUT": 3,
        "LOCALSTACK_RUNTIME_ID": "x",
        "LOCALSTACK_HOSTNAME": "127.0.0.1",
    }

    variables = made(given)

    assert variables["AWS_REGION"] == "eu-west-1"
    assert variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "128"
    assert variables["LOCALSTACK_HOSTNAME"] == "127.0.0.1"
    assert not {"LOCALSTACK_RUNTIME_ID", "AWS_LAMBDA_FUNCTION_TIMEOUT"} & variables.keys()


def test_a_functions_own_variables_win_even_with_such_a_name() -> None:
    variables = made({"TZ": ":UTC"}, {"TZ": "Europe/Berlin", "LOCALSTACK_MODE": "mine", "HOME": "/nowhere"})

    assert (variables["TZ"], variables["LOCALSTACK_MODE"], variables["HOME"]) == ("Europe/Berlin", "mine", "/nowhere")


def test_layers_come_after_a_functions_own_path(tmp_path: Path) -> None:
    packages = tmp_path / "python" / "lib" / "python3.13" / "site-packages"
    packages.mkdir(parents=True)
    places = Places(PLACES.python, PLACES.task, tmp_path, PLACES.temporary)

    assert made(places=places)["PYTHONPATH"] == f"{packages}:{tmp_path / 'python'}"
    assert made(own={"PYTHONPATH": "/own"}, places=places)["PYTHONPATH"] == f"/own:{packages}:{tmp_path / 'python'}"
    assert "PYTHONPATH" not in made()


def test_init_is_billed_and_memory_never_more_than_there_is() -> None:
    figures = Figures(12.001, 128, 200 * 1024 * 1024, init=100.5)

    assert TextLines().report("id", figures) == (
        "REPORT RequestId: id\tDuration: 12.00 ms\tBilled Duration: 113 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 128 MB\tInit Duration: 100.50 ms\t\n"
    )


def test_an_exception_is_no_status_but_a_crash_is() -> None:
    lines = TextLines()

    assert "Status" not in lines.report("id", Figures(1, 128, 0, status="error"))
    assert lines.report("id", Figures(1, 128, 0, status="failure", error="Runtime.ExitError")).endswith(
        "\tStatus: error\tError Type: Runtime.ExitError\t\n"
    )


def test_json_lines_are_the_telemetry_schemas() -> None:
    event = json.loads(JsonLines().report("id", Figures(1.5, 128, 3 << 20, status="timeout", error="Sandbox.Timedout")))

    assert event["type"] == "platform.report"
    assert event["record"] == {
        "requestId": "id",
        "status": "timeout",
        "errorType": "Sandbox.Timedout",
        "metrics": {"durationMs": 1.5, "billedDurationMs": 2, "memorySizeMB": 128, "maxMemoryUsedMB": 3},
    }
