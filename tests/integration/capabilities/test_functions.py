"""Functions: calls, versions, limits, URLs, and where they write their log."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from tests.integration.capabilities.probing import ANYTHING, called, opened

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from tests.integration.capabilities.probing import Ear, Shows
    from tests.integration.support.workbench import Workbench

ANSWERS = "def handler(event, context): return {'got': event, 'version': context.function_version}"
LINGERS = "import time\ndef handler(event, context): time.sleep(20)"
GROWS = "def handler(event, context): return len(bytearray(int(event) << 20))"
STARTED = """
import os
HOW = os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]
def handler(event, context): return HOW
"""


def zipped(**files: str) -> bytes:
    """Return a zip of files; `__` in a name is a slash."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for name, text in files.items():
            opened.writestr(f"{name.replace('__', '/')}.py", text)
    return archive.getvalue()


def test_a_call_is_answered(bench: Workbench, ear: Ear, shows: Shows) -> None:
    with shows("lambda_sync"):
        assert called(bench, ear.name, event={"n": 1}) == ({"n": 1}, "")


def test_an_alias_keeps_its_version(bench: Workbench, shows: Shows) -> None:
    functions, name = bench.client("lambda"), bench.function(ANSWERS)
    changed = zipped(app="def handler(event, context): return 'changed'")
    functions.update_function_code(FunctionName=name, ZipFile=changed)
    functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    with shows("lambda_versions"):
        assert called(bench, name)[0] == {"got": None, "version": "1"}
        assert called(bench, name, "$LATEST")[0] == "changed"


def test_a_function_imports_from_its_layer(bench: Workbench, shows: Shows) -> None:
    functions, name = bench.client("lambda"), bench.unique("layer")
    content = {"ZipFile": zipped(python__shared="WORD = 'from the layer'")}
    layer = functions.publish_layer_version(LayerName=name, Content=content)["LayerVersionArn"]
    function = bench.function("import shared\ndef handler(event, context): return shared.WORD", Layers=[layer])
    with shows("lambda_layers"):
        assert called(bench, function) == ("from the layer", "")


def test_a_call_that_takes_too_long_is_ended(bench: Workbench, shows: Shows) -> None:
    functions, name = bench.client("lambda"), bench.function(LINGERS)
    functions.update_function_configuration(FunctionName=name, Timeout=1)
    functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    with shows("lambda_timeout"):
        answer, failed = called(bench, name, "$LATEST")
        assert failed
        assert "timed out" in answer["errorMessage"]


def test_a_function_that_takes_more_than_its_memory_is_killed(bench: Workbench, shows: Shows) -> None:
    name = bench.function(GROWS, MemorySize=128)
    assert called(bench, name, event=1) == (1 << 20, "")
    with shows("lambda_memory_limit"):
        assert called(bench, name, event=512)[1]


def test_environments_are_made_before_they_are_called(bench: Workbench, shows: Shows) -> None:
    functions, name = bench.client("lambda"), bench.function(STARTED)
    settings = {"FunctionName": name, "Qualifier": "live"}
    with shows("lambda_provisioned_concurrency") as within:
        functions.put_provisioned_concurrency_config(**settings, ProvisionedConcurrentExecutions=1)
        eventually(
            lambda: functions.get_provisioned_concurrency_config(**settings)["Status"] == "READY", timeout=within
        )
        assert called(bench, name) == ("provisioned-concurrency", "")


def test_a_function_answers_at_its_url(bench: Workbench, ear: Ear, shows: Shows) -> None:
    functions, settings = bench.client("lambda"), {"FunctionName": ear.name, "Qualifier": "live"}
    functions.add_permission(
        **settings,
        StatementId="url",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )
    url = functions.create_function_url_config(**settings, AuthType="NONE")["FunctionUrl"]
    with shows("lambda_function_urls"), opened(bench, f"{url}there?n=1") as answer:
        event: Any = json.load(answer)
        assert (event["rawPath"], event["queryStringParameters"]) == ("/there", {"n": "1"})


def test_a_function_writes_to_the_group_it_is_given(bench: Workbench, shows: Shows) -> None:
    logs, group = bench.client("logs"), bench.unique("group")
    logs.create_log_group(logGroupName=group)
    source = "def handler(event, context): print('written')"
    called(bench, bench.function(source, ANYTHING, LoggingConfig={"LogGroup": group}))

    def written() -> bool:
        events = logs.filter_log_events(logGroupName=group)["events"]
        return any("written" in event["message"] for event in events)

    with shows("lambda_log_groups") as within:
        eventually(written, timeout=within)
