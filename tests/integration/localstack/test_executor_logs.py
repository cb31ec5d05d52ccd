"""What an invocation leaves in the log: Lambda's lines round the function's."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from tests.integration.localstack.functions import Functions

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from tests.integration.support.workbench import Workbench

WRITES = """
import logging, sys, time
print("importing")

def handler(event, context):
    print("to stdout:", event)
    sys.stderr.write("to stderr, no newline")
    sys.stderr.flush()
    logging.getLogger().warning("through logging")
    if event == "late":
        time.sleep(60)
"""

REPORT = re.compile(
    r"REPORT RequestId: (?P<id>[0-9a-f-]{36})\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t"
    r"Max Memory Used: \d+ MB\t(?P<init>Init Duration: [\d.]+ ms\t)?(?P<status>Status: \w+\t)?"
)


@pytest.fixture(scope="module")
def functions(localstack: Workbench) -> Functions:
    return Functions(localstack)


def test_the_tail_of_a_call_is_what_lambda_writes(functions: Functions) -> None:
    name = functions.create(WRITES)

    first = functions.call(name, 1).log.splitlines()
    second = functions.call(name, 2).log.splitlines()

    assert first[:2] == ["INIT_START Runtime Version: python:3.13", "importing"]
    assert re.fullmatch(r"START RequestId: [0-9a-f-]{36} Version: \$LATEST", first[2])
    assert first[3] == "to stdout: 1"
    assert re.fullmatch(r"to stderr, no newline\[WARNING\]\t\S+Z\t[0-9a-f-]{36}\tthrough logging", first[4])
    assert first[5] == first[2].replace("START", "END").removesuffix(" Version: $LATEST")
    report = REPORT.fullmatch(first[6])
    assert report
    assert report["init"]
    assert report["id"] in first[2]
    assert (second[0][:5], second[1]) == ("START", "to stdout: 2")
    assert len(second) == 5
    warm = REPORT.fullmatch(second[-1])
    assert warm
    assert not warm["init"]


def test_a_published_version_says_its_number(functions: Functions) -> None:
    name = functions.create(WRITES)
    functions.client.publish_version(FunctionName=name)

    assert " Version: 1\n" in functions.call(name, Qualifier="1").log


def test_a_time_out_is_logged_with_what_was_written_before(functions: Functions) -> None:
    name = functions.create(WRITES, Timeout=1)

    lines = functions.call(name, "late").log.splitlines()

    assert "to stdout: late" in lines
    assert re.fullmatch(r"\S+Z [0-9a-f-]{36} Task timed out after 1.00 seconds", lines[-3])
    assert lines[-2].startswith("END RequestId: ")
    report = REPORT.fullmatch(lines[-1])
    assert report
    assert report["status"] == "Status: timeout\t"


def test_a_crash_is_logged_with_its_reason(functions: Functions) -> None:
    name = functions.create("import os\ndef handler(event, context): print('almost done'); os._exit(9)")

    lines = functions.call(name).log.splitlines()

    assert lines[2] == "almost done"
    assert lines[3].endswith(" Error: Runtime exited with error: exit status 9")
    assert lines[-1].endswith("Status: error\tError Type: Runtime.ExitError\t")


def test_the_log_group_has_every_call_once(functions: Functions) -> None:
    name = functions.create(WRITES)
    for event in range(3):
        functions.call(name, event)

    lines = eventually(lambda: (there := functions.lines(name)) and len(there) == 2 + 3 * 5 and there)

    assert [line.split()[0] for line in lines if line.startswith(("INIT", "START", "END", "REPORT"))] == [
        "INIT_START",
        *["START", "END", "REPORT"] * 3,
    ]
    assert [line.strip() for line in lines if line.startswith("to stdout")] == [f"to stdout: {n}" for n in range(3)]


def test_the_log_of_an_asynchronous_call_is_kept_too(functions: Functions) -> None:
    name = functions.create(WRITES)

    functions.client.invoke(FunctionName=name, InvocationType="Event", Payload='"later"')

    eventually(lambda: "to stdout: later\n" in functions.lines(name))


def test_json_logs_are_json_line_by_line(functions: Functions) -> None:
    name = functions.create(
        "import logging\n"
        "def handler(event, context):\n"
        "    logging.getLogger().warning('careful')\n"
        "    raise ValueError('no')\n",
        LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"},
    )

    lines = [json.loads(line) for line in functions.call(name).log.splitlines()]

    assert [line.get("type") or line["level"] for line in lines] == [
        "platform.initStart",
        "platform.start",
        "WARNING",
        "ERROR",
        "platform.report",
    ]
    assert lines[1]["record"]["version"] == "$LATEST"
    assert lines[-1]["record"]["requestId"] == lines[1]["record"]["requestId"]
    assert lines[-1]["record"]["status"] == "error"
    assert lines[-1]["record"]["metrics"]["memorySizeMB"] == 128
