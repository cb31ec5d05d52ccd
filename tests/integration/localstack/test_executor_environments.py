"""What a function finds where it runs, and when it gets a new environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.integration.localstack.functions import Called, Functions, archive

from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from tests.integration.support.workbench import Workbench

# Answers with what it was asked for, by name.
SEES = """
import importlib, os, sys, tempfile, uuid

PROCESS = uuid.uuid4().hex
count = 0

def can_import(name):
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True

def handler(event, context):
    global count
    count += 1
    return {
        "process": PROCESS,
        "pid": os.getpid(),
        "count": count,
        "environment": dict(os.environ),
        "imports": {name: can_import(name) for name in ("boto3", "localstack", "moto", "requests", "eventyard")},
        "temporary": [tempfile.gettempdir(), os.listdir(tempfile.gettempdir())],
        "version": context.function_version,
        "left": context.get_remaining_time_in_millis(),
        "cwd": os.getcwd(),
    }
"""


@pytest.fixture(scope="module")
def functions(localstack: Workbench) -> Functions:
    return Functions(localstack)


@pytest.fixture(scope="module")
def seen(functions: Functions) -> dict[str, Any]:
    """What a function sees on its first call."""
    name = functions.create(SEES, Environment={"Variables": {"TABLE": "pets", "LANG": "de_DE.UTF-8"}}, MemorySize=256)
    answer: dict[str, Any] = functions.call(name).answer
    return answer


def test_a_function_sees_lambdas_variables_and_its_own(seen: dict[str, Any]) -> None:
    environment = seen["environment"]

    assert environment["TABLE"] == "pets"
    assert environment["LANG"] == "de_DE.UTF-8"
    assert environment["TZ"] == ":UTC"
    assert environment["_HANDLER"] == "app.handler"
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert environment["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environment["AWS_LAMBDA_FUNCTION_VERSION"] == "$LATEST"
    assert environment["AWS_LAMBDA_INITIALIZATION_TYPE"] == "on-demand"
    assert environment["AWS_LAMBDA_LOG_GROUP_NAME"] == f"/aws/lambda/{environment['AWS_LAMBDA_FUNCTION_NAME']}"
    assert environment["LAMBDA_TASK_ROOT"] == seen["cwd"]
    assert 0 < seen["left"] <= 10_000


def test_nothing_of_localstacks_environment_is_inherited(seen: dict[str, Any]) -> None:
    """The launcher sets all of these for LocalStack."""
    inherited = {"GATEWAY_LISTEN", "FILESYSTEM_ROOT", "PROCESS_EXECUTOR_PYTHON", "EVENTYARD_INSTANCE_SECONDS"}

    assert not inherited & seen["environment"].keys()
    assert "PYTHONPATH" not in seen["environment"]
    assert seen["environment"]["AWS_CONFIG_FILE"] == os.devnull


def test_a_function_can_import_what_lambdas_runtime_holds_and_nothing_more(seen: dict[str, Any]) -> None:
    assert seen["imports"] == {
        "boto3": True,
        "localstack": False,
        "moto": False,
        "requests": False,
        "eventyard": False,
    }


def test_the_temporary_folder_is_empty_and_the_environments_own(functions: Functions) -> None:
    writes = functions.create(
        "import os, tempfile, time\n"
        "def handler(event, context):\n"
        "    folder = tempfile.gettempdir()\n"
        "    before = os.listdir(folder)\n"
        "    open(os.path.join(folder, event), 'w').close()\n"
        "    return [folder, before]\n"
    )
    other = functions.create(
        "import os, tempfile\ndef handler(event, context): return os.listdir(tempfile.gettempdir())"
    )

    first, second = functions.call(writes, "a").answer, functions.call(writes, "b").answer

    assert first[1] == []
    assert second == [first[0], ["a"]]
    assert functions.call(other).answer == []


def test_the_module_is_imported_once_for_all_calls(functions: Functions) -> None:
    name = functions.create(SEES)

    calls = [functions.call(name).answer for _ in range(3)]

    assert [call["count"] for call in calls] == [1, 2, 3]
    assert len({call["process"] for call in calls}) == 1


def test_boto3_reaches_localstack_as_the_functions_role(functions: Functions) -> None:
    name = functions.create(
        "import boto3\ndef handler(event, context):\n    return boto3.client('sts').get_caller_identity()['Arn']\n"
    )
    role = functions.client.get_function_configuration(FunctionName=name)["Role"].rpartition("/")[2]

    assert functions.call(name).answer == f"arn:aws:sts::000000000000:assumed-role/{role}/{name}"


def test_layers_are_put_over_each_other_in_their_order(functions: Functions) -> None:
    """The last layer wins; `site-packages` comes before `python/`, and a function's own files before both."""
    arns = [
        functions.client.publish_layer_version(LayerName=functions.bench.unique("layer"), Content={"ZipFile": content})[
            "LayerVersionArn"
        ]
        for content in (
            archive({"python/first.py": "who = 1", "python/both.py": "who = 1", "data/a": "of the first"}),
            archive({"python/both.py": "who = 2", "python/own.py": "who = 2"}),
            archive({"python/lib/python3.13/site-packages/both.py": "who = 3"}),
        )
    ]
    name = functions.create(
        {
            "app.py": "import first, both, own\ndef handler(event, context): return [first.who, both.who, own.who]",
            "own.py": "who = 0",
        },
        Layers=arns,
    )
    two = functions.create("import both\ndef handler(event, context): return both.who", Layers=arns[:2])

    assert functions.call(name).answer == [1, 3, 0]
    assert functions.call(two).answer == 2


def test_code_cannot_be_written_to_by_accident(functions: Functions) -> None:
    """Not even bytecode: a module imported on Lambda leaves none either."""
    name = functions.create(
        {
            "app.py": "import os, more\n"
            "def handler(event, context): return sorted(os.listdir('.')), os.stat('.').st_mode",
            "more.py": "",
        }
    )

    files, mode = functions.call(name).answer

    assert files == ["app.py", "more.py"]
    assert mode & 0o222 == 0


def test_new_code_is_served_by_a_new_process(functions: Functions) -> None:
    name = functions.create("def handler(event, context): return 'old'")
    assert functions.call(name).answer == "old"

    functions.client.update_function_code(
        FunctionName=name, ZipFile=archive("def handler(event, context): return 'new'")
    )
    functions.active(name)

    assert eventually(lambda: functions.call(name).answer == "new")


def test_new_variables_are_served_by_a_new_process(functions: Functions) -> None:
    name = functions.create(SEES)
    before = functions.call(name).answer["process"]

    functions.client.update_function_configuration(FunctionName=name, Environment={"Variables": {"COLOUR": "red"}})
    functions.active(name)

    after = functions.call(name).answer
    assert after["environment"]["COLOUR"] == "red"
    assert after["process"] != before


def test_versions_keep_their_code_and_an_alias_spreads_calls_over_two(functions: Functions) -> None:
    name = functions.create(SEES)
    functions.client.publish_version(FunctionName=name)
    functions.client.update_function_code(FunctionName=name, ZipFile=archive(SEES + "\n# changed\n"))
    functions.active(name)
    functions.client.publish_version(FunctionName=name)
    functions.client.create_alias(
        FunctionName=name,
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}},
    )

    assert functions.call(name, Qualifier="1").answer["version"] == "1"
    assert functions.call(name, Qualifier="2").answer["version"] == "2"
    calls = [functions.call(name, Qualifier="live") for _ in range(30)]
    assert {call.version for call in calls} == {"1", "2"}
    assert all(call.version == call.answer["version"] for call in calls)


def test_a_call_over_the_reserved_concurrency_is_refused(functions: Functions, tmp_path: Path) -> None:
    """The first call waits for a file, so that it is there when the second comes."""
    name = functions.create(
        "import os, time\n"
        "def handler(event, context):\n"
        "    open(event + '.started', 'w').close()\n"
        "    while not os.path.exists(event): time.sleep(0.01)\n"
    )
    functions.client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    functions.client.invoke(FunctionName=name, InvocationType="Event", Payload=f'"{tmp_path / "go"}"')
    eventually((tmp_path / "go.started").exists)

    with pytest.raises(ClientError, match="TooManyRequestsException") as refused:
        functions.call(name, str(tmp_path / "go"))
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429

    (tmp_path / "go").touch()
    assert eventually(lambda: answered(functions, name, str(tmp_path / "go")))


def answered(functions: Functions, name: str, event: str) -> Called | None:
    try:
        return functions.call(name, event)
    except ClientError:
        return None


def test_provisioned_environments_are_ready_before_the_first_call(functions: Functions, tmp_path: Path) -> None:
    name = functions.create(
        f"import os\nopen(os.path.join({str(tmp_path)!r}, str(os.getpid())), 'w').close()\n"
        "def handler(event, context): return [os.getpid(), os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']]\n"
    )
    functions.client.publish_version(FunctionName=name)
    functions.client.put_provisioned_concurrency_config(
        FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=2
    )

    eventually(lambda: provisioning(functions, name)["Status"] == "READY")
    started = {int(path.name) for path in tmp_path.iterdir()}
    assert len(started) == 2

    calls = [functions.call(name, Qualifier="1").answer for _ in range(4)]
    assert {pid for pid, _ in calls} <= started
    assert {kind for _, kind in calls} == {"provisioned-concurrency"}
    assert len(list(tmp_path.iterdir())) == 2


def test_what_cannot_be_imported_cannot_be_provisioned(functions: Functions) -> None:
    name = functions.create("import not_packed")
    functions.client.publish_version(FunctionName=name)
    functions.client.put_provisioned_concurrency_config(
        FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=1
    )

    failed = eventually(
        lambda: provisioning(functions, name)["Status"] != "IN_PROGRESS" and provisioning(functions, name)
    )
    assert (failed["Status"], failed["StatusReason"]) == ("FAILED", "FUNCTION_ERROR_INIT_FAILURE")


def provisioning(functions: Functions, name: str) -> dict[str, Any]:
    answer: dict[str, Any] = functions.client.get_provisioned_concurrency_config(FunctionName=name, Qualifier="1")
    return answer


def test_a_deleted_function_leaves_no_process_and_no_folder(functions: Functions) -> None:
    name = functions.create(SEES)
    answer = functions.call(name).answer
    code, temporary = Path(answer["environment"]["LAMBDA_TASK_ROOT"]).parent, Path(answer["temporary"][0]).parent
    assert code.exists()
    assert temporary.exists()

    functions.client.delete_function(FunctionName=name)

    eventually(lambda: not code.exists() and not temporary.exists(), timeout=10)
    with pytest.raises(ProcessLookupError):
        os.kill(answer["pid"], 0)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is the same elsewhere, /proc isn't there to read it")
def test_a_function_has_lambdas_limit_on_open_files(functions: Functions) -> None:
    name = functions.create(
        "import resource\ndef handler(event, context): return resource.getrlimit(resource.RLIMIT_NOFILE)"
    )

    assert functions.call(name).answer == [1024, 1024]
