"""Functions on interpreters of their own, their failures, and their logs."""

from __future__ import annotations

import json

from eventyard.testing.waiting import eventually

IMPORTS = """
def handler(event, context):
    found = {}
    for name in event:
        try:
            __import__(name)
        except ImportError:
            found[name] = "ImportError"
        else:
            found[name] = "imported"
    return found
"""
FOREIGN = ["yaml", "h2", "hypercorn", "cryptography", "ministack", "eventyard", "eventyard_ministack"]

FAILS = """
class TooSoon(Exception):
    pass

def ask():
    raise TooSoon("not before noon")

def handler(event, context):
    ask()
"""


def test_function_finds_the_sdk_and_nothing_of_the_emulator(bench):
    found, _ = bench.invoke(bench.function(IMPORTS), ["boto3", *FOREIGN])
    assert found == {"boto3": "imported"} | dict.fromkeys(FOREIGN, "ImportError")


def test_upstream_still_runs_functions_on_its_own_interpreter(plain):
    found, _ = plain.invoke(plain.function(IMPORTS), ["yaml", "h2", "cryptography"])
    assert set(found.values()) == {"imported"}


def test_function_sees_no_variable_of_the_emulator(bench):
    source = "import os\ndef handler(event, context):\n    return dict(os.environ)\n"
    environment, _ = bench.invoke(
        bench.function(source, Environment={"Variables": {"QUEUE": "x", "LOG_LEVEL": "DEBUG"}})
    )
    leaked = {name for name in environment if name.startswith(("EVENTYARD", "MINISTACK", "GATEWAY", "BIND", "PYTHON"))}
    assert not leaked
    assert "AUTH" not in environment
    assert (environment["QUEUE"], environment["LOG_LEVEL"]) == ("x", "DEBUG")
    assert environment["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert environment["AWS_ENDPOINT_URL"] == bench.emulator.endpoint


def test_failure_names_its_class_and_stack(bench):
    answer, failed = bench.invoke(bench.function(FAILS))
    assert failed
    assert (answer["errorType"], answer["errorMessage"]) == ("TooSoon", "not before noon")
    assert answer["requestId"]
    assert "raise TooSoon" in answer["stackTrace"][-1]
    assert all("_worker.py" not in frame for frame in answer["stackTrace"])


def test_upstream_still_loses_the_class_of_a_failure(plain):
    answer, _ = plain.invoke(plain.function(FAILS))
    assert answer["errorType"] == "Runtime.HandlerError"
    assert "stackTrace" not in answer


def test_module_that_is_not_packed_fails_as_on_lambda(bench):
    answer, failed = bench.invoke(bench.function("import yaml\ndef handler(event, context): ...\n"))
    assert failed
    assert answer["errorType"] == "Runtime.ImportModuleError"
    assert answer["errorMessage"] == "Unable to import module 'app': No module named 'yaml'"


def test_exception_at_init_keeps_its_class(bench):
    answer, _ = bench.invoke(bench.function("raise KeyError('QUEUE')\n"))
    assert answer["errorType"] == "KeyError"


def test_workflow_catches_an_exception_by_its_name(bench):
    function = bench.function(FAILS)
    arn = bench.alias_arn(function)
    role = bench.role(
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": arn}, service="states.amazonaws.com"
    )
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": arn},
        "Catch": [{"ErrorEquals": ["TooSoon"], "Next": "Caught"}],
        "End": True,
    }
    definition = {"StartAt": "Ask", "States": {"Ask": task, "Caught": {"Type": "Succeed"}}}
    states = bench.client("stepfunctions")
    machine = states.create_state_machine(name=function, roleArn=role, definition=json.dumps(definition))
    execution = states.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]

    def ended():
        answer = states.describe_execution(executionArn=execution)
        return answer if answer["status"] != "RUNNING" else None

    answer = eventually(ended)
    assert answer["status"] == "SUCCEEDED"
    assert json.loads(answer["output"])["Error"] == "TooSoon"


def test_output_reaches_the_functions_log_group(bench):
    source = "import json\ndef handler(event, context):\n    print(json.dumps({'correlation_id': event['id']}))\n"
    function = bench.function(source, LoggingConfig={"LogFormat": "JSON"})
    bench.invoke(function, {"id": "c-1"})
    logs = bench.client("logs")

    def lines():
        found = logs.filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
        return [event["message"] for event in found]

    messages = eventually(lines)
    assert '{"correlation_id": "c-1"}' in messages
    assert messages[0].startswith("START RequestId: ")
    assert messages[-1].startswith("REPORT RequestId: ")
