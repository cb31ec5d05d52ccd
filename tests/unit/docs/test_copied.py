"""What people copy into their own repositories runs there: pipelines and the container of LocalStack."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
PIPELINES = sorted((ROOT / "templates/ci").glob("*.yml"))
CALL = re.compile(r"^make ([a-z ]+?)(?: [A-Z]+=.*)?$")


def scripts(node: object) -> list[str]:
    """Every command line of a pipeline, wherever it stands."""
    if isinstance(node, dict):
        found = [line for key in ("run", "script") for line in _lines(node.get(key))]
        return found + [line for key, value in node.items() if key not in {"run", "script"} for line in scripts(value)]
    if isinstance(node, list):
        return [line for item in node for line in scripts(item)]
    return []


def _lines(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(line) for line in value] if isinstance(value, list) else []


@pytest.mark.parametrize("file", PIPELINES, ids=lambda file: file.stem)
def test_pipelines_call_targets_and_environments_there_are(file: Path) -> None:
    calls = [line for line in scripts(yaml.safe_load(file.read_text())) if line.startswith("make ")]
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    environments = set(tomllib.loads((ROOT / "eventyard.toml").read_text())["environments"])
    assert len(calls) >= 3
    for line in calls:
        called = CALL.match(line)
        assert called, line
        assert set(called[1].split()) <= targets
    named = set(re.findall(r"ENV=([a-z]+)\b", "\n".join(calls)))
    listed = set(re.findall(r"\[local, localstack\]", file.read_text()))
    assert named <= environments
    assert listed


@pytest.mark.parametrize("file", PIPELINES, ids=lambda file: file.stem)
def test_only_a_person_can_let_a_pipeline_spend(file: Path) -> None:
    text = file.read_text()
    (job,) = [job for job in yaml.safe_load(text).get("jobs", yaml.safe_load(text)).values() if "--spend" in str(job)]
    assert "workflow_dispatch" in str(job.get("if")) or job["rules"][0]["when"] == "manual"
    assert text.count("--spend") == 1


def test_the_container_is_the_last_that_needs_no_token_and_listens_here_alone() -> None:
    service = yaml.safe_load((ROOT / "templates/localstack/compose.yaml").read_text())["services"]["localstack"]
    assert service["image"] == "localstack/localstack:4.14.0"
    assert [port.partition(":")[0] for port in service["ports"]] == ["127.0.0.1"]
    assert service["environment"]["SQS_ENDPOINT_STRATEGY"] == "off"
