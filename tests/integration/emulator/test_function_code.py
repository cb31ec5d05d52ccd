"""New code of functions, and what their processes hold when they start."""

from __future__ import annotations

import io
import json
import zipfile

SDK = """
import sys

def handler(event, context):
    return "botocore" in sys.modules
"""
CALLS = """
import boto3

sent = []
client = boto3.client("lambda")
client.meta.events.register("before-send", lambda request, **rest: sent.append(dict(request.headers)))

def handler(event, context):
    sent.clear()
    try:
        client.list_functions()
    except client.exceptions.ClientError:
        pass
    return sorted(name.lower() for name in sent[0])
"""
DEPTH = "x-ministack-invoke-depth"


def says(word: str) -> str:
    return f"def handler(event, context):\n    return {word!r}\n"


def zipped(source: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("app.py", source)
    return archive.getvalue()


def test_function_starts_without_the_sdk(bench):
    assert bench.invoke(bench.function(SDK)) == (False, False)


def test_upstream_still_imports_the_sdk_into_every_function(plain):
    assert plain.invoke(plain.function(SDK)) == (True, False)


def test_what_a_function_calls_still_knows_how_deep_it_is(bench):
    names, failed = bench.invoke(bench.function(CALLS))
    assert not failed
    assert DEPTH in names


def test_updated_code_is_said_to_be_there_when_it_is(bench):
    name, client = bench.function(says("old")), bench.client("lambda")
    updated = client.update_function_code(FunctionName=name, ZipFile=zipped(says("new")), Publish=True)
    for qualifier in ("$LATEST", updated["Version"]):
        now = client.get_function_configuration(FunctionName=name, Qualifier=qualifier)
        assert (now["State"], now["LastUpdateStatus"]) == ("Active", "Successful")
        assert now["CodeSha256"] == updated["CodeSha256"]


def test_upstream_still_says_so_later(plain):
    """Half a second later: on a busy machine the look may come too late, hence several."""
    name, client = plain.function(says("old")), plain.client("lambda")
    found = []
    for word in ("one", "two", "three"):
        updated = client.update_function_code(FunctionName=name, ZipFile=zipped(says(word)), Publish=True)
        now = client.get_function_configuration(FunctionName=name, Qualifier=updated["Version"])
        found.append((now["State"], now["LastUpdateStatus"]))
        answer = client.invoke(FunctionName=name, Qualifier=updated["Version"])
        assert json.loads(answer["Payload"].read()) == word
    assert ("Pending", "InProgress") in found


def test_processes_of_former_code_answer_no_call(bench):
    """A function that has run, by its alias and by itself, runs its new code at the next call of either."""
    name, client = bench.function(says("old")), bench.client("lambda")

    def answers() -> list[str]:
        calls = ({}, {"Qualifier": "live"})
        return [json.loads(client.invoke(FunctionName=name, **call)["Payload"].read()) for call in calls]

    assert answers() == ["old", "old"]
    updated = client.update_function_code(FunctionName=name, ZipFile=zipped(says("new")), Publish=True)
    assert answers() == ["new", "old"]
    client.update_alias(FunctionName=name, Name="live", FunctionVersion=updated["Version"])
    assert answers() == ["new", "new"]
