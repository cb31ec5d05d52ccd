"""Workflows: their states, their callbacks, what they catch and call, and their logs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from tests.integration.capabilities.probing import box, role

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from tests.integration.capabilities.probing import Ear, Shows
    from tests.integration.support.workbench import Workbench

END = {"Type": "Succeed"}
FAILS = """
class Refused(Exception):
    pass
def handler(event, context):
    raise Refused("no")
"""


def workflow(bench: Workbench, states: dict[str, Any], **settings: Any) -> str:
    """Make a workflow that begins with the first state; return its ARN."""
    more = settings.pop("more", {})
    definition = json.dumps({"StartAt": next(iter(states)), "States": states, **more})
    return bench.client("stepfunctions").create_state_machine(
        name=bench.unique("workflow"), definition=definition, roleArn=role(bench, "states"), **settings
    )["stateMachineArn"]


def started(bench: Workbench, arn: str, given: Any) -> str:
    return bench.client("stepfunctions").start_execution(stateMachineArn=arn, input=json.dumps(given))["executionArn"]


def ended(bench: Workbench, execution: str, within: float) -> dict[str, Any]:
    """Wait for an execution's end and return what is said of it."""

    def look() -> dict[str, Any]:
        found: dict[str, Any] = bench.client("stepfunctions").describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else {}

    return eventually(look, timeout=within)


def output(bench: Workbench, arn: str, given: Any, within: float) -> Any:
    """Run a workflow and return what it gives."""
    found = ended(bench, started(bench, arn, given), within)
    assert found["status"] == "SUCCEEDED", found
    return json.loads(found["output"])


def test_states_of_every_kind_pass_on_what_they_get(bench: Workbench, ear: Ear, shows: Shows) -> None:
    call = {"StartAt": "Call", "States": {"Call": {"Type": "Task", "Resource": ear.arn, "End": True}}}
    each = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": call, "End": True}
    noted = {"StartAt": "Note", "States": {"Note": {"Type": "Pass", "Result": "noted", "End": True}}}
    child = workflow(bench, {"Child": {"Type": "Pass", "Result": "child", "End": True}})
    states = {
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.go", "BooleanEquals": True, "Next": "Wait"}],
            "Default": "Give up",
        },
        "Give up": {"Type": "Fail", "Error": "Refused"},
        "Wait": {"Type": "Wait", "Seconds": 0, "Next": "Both"},
        "Both": {
            "Type": "Parallel",
            "Branches": [noted, {"StartAt": "Each", "States": {"Each": each}}],
            "ResultPath": "$.both",
            "Next": "Nest",
        },
        "Nest": {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Parameters": {"StateMachineArn": child},
            "ResultSelector": {"said.$": "$.Output"},
            "ResultPath": "$.nested",
            "End": True,
        },
    }
    arn = workflow(bench, states)
    with shows("step_functions") as within:
        given = output(bench, arn, {"go": True, "items": [1, 2]}, within)
        assert (given["both"], given["nested"]) == (["noted", [1, 2]], {"said": "child"})
        assert ended(bench, started(bench, arn, {"go": False}), within)["error"] == "Refused"


def test_a_workflow_is_written_in_jsonata(bench: Workbench, shows: Shows) -> None:
    states = {"Sum": {"Type": "Pass", "Output": "{% $sum($states.input.items) %}", "End": True}}
    with shows("step_functions", fully=True) as within:
        arn = workflow(bench, states, more={"QueryLanguage": "JSONata"})
        assert output(bench, arn, {"items": [1, 2]}, within) == 3


def waiting(bench: Workbench, url: str, **settings: Any) -> str:
    """Make a workflow that sends its token to a queue and waits for the answer."""
    ask = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}},
        "End": True,
    }
    return workflow(bench, {"Ask": {**ask, **settings}})


def test_a_workflow_waits_for_its_token(bench: Workbench, shows: Shows) -> None:
    into, states = box(bench), bench.client("stepfunctions")
    execution = started(bench, waiting(bench, into.url), {})
    with shows("step_functions_callbacks") as within:
        token = json.loads(into.gets(within=within))["token"]
        states.send_task_success(taskToken=token, output='"answered"')
        assert ended(bench, execution, within)["output"] == '"answered"'


def test_a_missed_heartbeat_has_its_own_name(bench: Workbench, shows: Shows) -> None:
    arn = waiting(bench, box(bench).url, HeartbeatSeconds=1, TimeoutSeconds=20)
    with shows("step_functions_callbacks", fully=True):
        assert ended(bench, started(bench, arn, {}), 10)["error"] == "States.HeartbeatTimeout"


def test_an_exception_is_caught_by_its_name(bench: Workbench, shows: Shows) -> None:
    task = {"Type": "Task", "Resource": bench.alias_arn(bench.function(FAILS))}
    caught = [{"ErrorEquals": ["Refused"], "ResultPath": "$.error", "Next": "Caught"}]
    arn = workflow(bench, {"Call": {**task, "Catch": caught, "Next": "Caught"}, "Caught": END})
    with shows("step_functions_catch_by_name") as within:
        assert output(bench, arn, {}, within)["error"]["Error"] == "Refused"


def test_an_express_execution_answers_its_caller(bench: Workbench, shows: Shows) -> None:
    # boto3 puts `sync-` before the host, which an address on loopback has no name for.
    states = bench.emulator.session().client("stepfunctions", config=Config(inject_host_prefix=False))
    arn = workflow(bench, {"Echo": {"Type": "Pass", "End": True}}, type="EXPRESS")
    with shows("step_functions_express_sync"):
        answer = states.start_sync_execution(stateMachineArn=arn, input='{"n": 1}')
        assert (answer["status"], json.loads(answer["output"])) == ("SUCCEEDED", {"n": 1})


def test_an_execution_is_logged(bench: Workbench, shows: Shows) -> None:
    logs, group = bench.client("logs"), f"/aws/vendedlogs/states/{bench.unique('group')}"
    logs.create_log_group(logGroupName=group)
    there = {"logGroupArn": f"arn:aws:logs:{bench.region}:{bench.account}:log-group:{group}:*"}
    settings = {"level": "ALL", "includeExecutionData": True, "destinations": [{"cloudWatchLogsLogGroup": there}]}
    arn = workflow(bench, {"Done": END}, loggingConfiguration=settings)
    output(bench, arn, {}, 30)
    with shows("step_functions_logs") as within:
        eventually(lambda: logs.filter_log_events(logGroupName=group)["events"], timeout=within)


def test_a_workflow_calls_ses(bench: Workbench, shows: Shows) -> None:
    ask = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:ses:listIdentities", "Parameters": {}, "End": True}
    bench.client("ses").verify_email_identity(EmailAddress="kit@example.com")
    with shows("step_functions_sdk_ses") as within:
        assert "kit@example.com" in output(bench, workflow(bench, {"Ask": ask}), {}, within)["Identities"]
