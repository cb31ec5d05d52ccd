from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.terraform import StateLockedError, Terraform, TerraformError
from eventyard.terraform.process import Finished
from eventyard.terraform.readiness import ready

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Recorder:
    """Answers as Terraform would, and keeps what it was asked."""

    def __init__(self, *answers: Finished) -> None:
        self.answers = list(answers)
        self.asked: list[list[str]] = []
        self.environments: list[dict[str, str]] = []

    def __call__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        on_line: Callable[[str], None] | None = None,
        on_interrupt: Callable[[], None] | None = None,
    ) -> Finished:
        self.asked.append(list(command[1:]))
        self.environments.append(dict(env))
        answer = self.answers.pop(0)
        for line in answer.stdout.splitlines():
            if on_line:
                on_line(line)
        return answer


def terraform(folder: Path, recorder: Recorder, **more: Any) -> Terraform:
    return Terraform(binary=Path("terraform"), folder=folder, start=recorder, **more)


def failure(summary: str, detail: str = "") -> str:
    return json.dumps({"type": "diagnostic", "diagnostic": {"severity": "error", "summary": summary, "detail": detail}})


@pytest.mark.parametrize(("code", "changes"), [(0, False), (2, True)])
def test_plan_s_exit_code_says_whether_there_are_changes(tmp_path: Path, code: int, changes: bool) -> None:
    recorder = Recorder(Finished(code, "", ""))
    assert terraform(tmp_path, recorder, parallelism=30).plan(tmp_path / "p").changes is changes
    assert recorder.asked == [
        ["plan", "-json", "-input=false", "-detailed-exitcode", "-parallelism=30", f"-out={tmp_path}/p"]
    ]


def test_a_failed_plan_raises_terraform_s_own_words(tmp_path: Path) -> None:
    with pytest.raises(TerraformError, match="Invalid reference"):
        terraform(tmp_path, Recorder(Finished(1, failure("Invalid reference"), ""))).plan(tmp_path / "p")


def test_apply_takes_the_saved_plan_and_nothing_else(tmp_path: Path) -> None:
    recorder = Recorder(Finished(0, "", ""))
    terraform(tmp_path, recorder).apply(tmp_path / "p", lambda _: None)
    assert recorder.asked == [["apply", "-json", "-input=false", str(tmp_path / "p")]]


def test_an_interrupted_apply_is_an_error_even_when_terraform_ends_well(tmp_path: Path) -> None:
    recorder = Recorder(Finished(0, "", "", interrupted=True))
    with pytest.raises(TerraformError, match="interrupted") as stopped:
        terraform(tmp_path, recorder).apply(tmp_path / "p", lambda _: None, fix="go on")
    assert stopped.value.fix == "go on"


def test_somebody_s_lock_is_its_own_error(tmp_path: Path) -> None:
    detail = "Lock Info:\n  ID:        abc\n  Who:       ada@laptop\n"
    recorder = Recorder(Finished(1, failure("Error acquiring the state lock", detail), ""))
    with pytest.raises(StateLockedError, match="ada@laptop") as held:
        terraform(tmp_path, recorder, unlock="wait").plan(tmp_path / "p")
    assert held.value.fix == "wait"


def test_variables_that_change_terraform_s_ways_never_reach_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_CLI_CONFIG_FILE", raising=False)
    for name in ("TF_CLI_ARGS_apply", "TF_VAR_word", "TF_WORKSPACE", "TF_DATA_DIR", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "x")
    recorder = Recorder(Finished(0, "", ""))
    terraform(tmp_path, recorder, variables={"AWS_REGION": "eu-west-1"}, hidden=("AWS_",)).plan(tmp_path / "p")
    (seen,) = recorder.environments
    ways = ("TF_CLI_ARGS", "TF_VAR_", "TF_WORKSPACE", "TF_DATA_DIR", "AWS_")
    assert [name for name in seen if name.startswith(ways)] == ["AWS_REGION"]


def test_outputs_and_state_are_read_as_json(tmp_path: Path) -> None:
    recorder = Recorder(
        Finished(0, '{"stack": {"sensitive": true, "value": {"a": 1}}}', ""),
        Finished(0, '{"serial": 3}', ""),
        Finished(0, "", ""),
    )
    adapter = terraform(tmp_path, recorder)
    assert adapter.output() == {"stack": {"a": 1}}
    assert adapter.pull() == {"serial": 3}
    assert adapter.pull() is None


def initialised(folder: Path) -> Recorder:
    (folder / "terraform.tf").write_text("terraform {}\n")
    return Recorder(*[Finished(0, "", "")] * 4)


def test_init_runs_once_for_the_same_needs(tmp_path: Path) -> None:
    recorder = initialised(tmp_path)
    adapter = terraform(tmp_path, recorder)
    (tmp_path / ".terraform.lock.hcl").write_text("a")
    assert ready(adapter, needs="one", lock=None, bootstrap="`x`")
    assert not ready(adapter, needs="one", lock=None, bootstrap="`x`")
    assert ready(adapter, needs="two", lock=None, bootstrap="`x`")
    (tmp_path / "terraform.tf").write_text("terraform { }\n")
    assert ready(adapter, needs="two", lock=None, bootstrap="`x`")
    assert len(recorder.asked) == 3


def test_a_remote_environment_s_lock_file_is_used_as_it_is(tmp_path: Path) -> None:
    from eventyard.errors import EventyardError  # noqa: PLC0415

    recorder = initialised(tmp_path)
    adapter = terraform(tmp_path, recorder)
    lock = tmp_path / "prod.terraform.lock.hcl"
    with pytest.raises(EventyardError, match="no provider lock file") as missing:
        ready(adapter, needs="one", lock=lock, bootstrap="`eventyard state bootstrap`")
    assert "state bootstrap" in (missing.value.fix or "")
    lock.write_text("hashes")
    assert ready(adapter, needs="one", lock=lock, bootstrap="`x`")
    assert (tmp_path / ".terraform.lock.hcl").read_text() == "hashes"
    assert "-lockfile=readonly" in recorder.asked[0]
    assert "-upgrade" not in recorder.asked[0]


def test_without_a_lock_file_of_its_own_an_environment_takes_a_newer_pin(tmp_path: Path) -> None:
    recorder = initialised(tmp_path)
    ready(terraform(tmp_path, recorder), needs="one", lock=None, bootstrap="`x`")
    assert "-upgrade" in recorder.asked[0]


HASHED = """provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.100.0"
  constraints = "5.100.0"
  hashes = [
    "h1:one",
    "zh:two",
  ]
}
"""
BARE = """provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.100.0"
  constraints = "5.100.0"
}
"""


def test_the_folders_own_lock_has_hashes_for_init_alone(tmp_path: Path) -> None:
    lock, seen = tmp_path / ".terraform.lock.hcl", []

    def init(*_: object, **__: object) -> Finished:
        seen.append(lock.read_text() if lock.is_file() else None)
        lock.write_text(HASHED)
        return Finished(0, "", "")

    (tmp_path / "terraform.tf").write_text("terraform {}\n")
    adapter = terraform(tmp_path, init)
    assert ready(adapter, needs="one", lock=None, bootstrap="`x`")
    assert lock.read_text() == BARE
    assert not ready(adapter, needs="one", lock=None, bootstrap="`x`")
    assert ready(adapter, needs="two", lock=None, bootstrap="`x`")
    assert seen == [None, HASHED]
    assert lock.read_text() == BARE
