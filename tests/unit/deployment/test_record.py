from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from eventyard.deployment import Context, planning
from eventyard.deployment.carried import Prepared
from eventyard.deployment.record import Record, StalePlanError, check, take
from eventyard.packaging import Manifest, Platform

if TYPE_CHECKING:
    from collections.abc import Callable

THEN = Record(
    handlers={"jobs/a": "1", "jobs/b": "2"},
    inputs={"tags": "x"},
    code="c",
    root="r",
    serial=5,
    lineage="l",
    incarnation="one",
    planned="2026-11-21T04:00:00+00:00",
    changes=True,
)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"handlers": {"jobs/a": "1", "jobs/b": "3"}}, r"handlers changed since \(jobs/b\)"),
        ({"handlers": {"jobs/a": "1"}}, r"handlers changed since \(jobs/b\)"),
        ({"inputs": {"tags": "y"}}, r"inputs changed since \(tags\)"),
        ({"code": "d"}, "Terraform code"),
        ({"root": "s"}, "settings changed"),
        ({"bucket": "artefacts/"}, "settings changed"),
        ({"manifest": "dev/x"}, "it was made from no kept manifest"),
        ({"serial": 7}, "serial 5 to 7"),
        ({"incarnation": "two", "serial": 0}, "emulator was started anew"),
    ],
)
def test_a_stale_plan_is_refused_with_its_reason(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(StalePlanError, match=reason) as refused:
        check(THEN, replace(THEN, **changed), fix="plan again", where=Path("plan"))
    assert refused.value.fix == "plan again"


def test_only_the_time_differs_when_nothing_changed() -> None:
    check(THEN, replace(THEN, planned="later"), fix="", where=Path("plan"))


def test_a_record_is_read_back_and_another_version_s_is_none(tmp_path: Path) -> None:
    THEN.write(tmp_path / "record.json")
    assert Record.read(tmp_path / "record.json") == THEN
    (tmp_path / "record.json").write_text('{"handlers": {}, "more": 1}')
    assert Record.read(tmp_path / "record.json") is None


def test_what_a_plan_was_made_from_is_read_from_files(context: Callable[..., Context]) -> None:
    here = context()
    root = here.paths.root
    root.mkdir(parents=True)
    for name in ("terraform.tf", "provider.tf", "variables.tf", "main.tf"):
        (root / name).write_text(name)
    values = {"handlers": {"jobs/a": {"hash": "1"}}, "prefix": "x"}
    (root / "terraform.tfvars.json").write_text(json.dumps(values))
    here.paths.state.parent.mkdir()
    here.paths.state.write_text(json.dumps({"serial": 3, "lineage": "l"}))
    prepared = Prepared(Manifest(Platform(), {}), sources="s")
    now = take(here, None, prepared, changes=True)  # type: ignore[arg-type]
    assert (now.handlers, list(now.inputs), now.serial, now.incarnation) == ({"jobs/a": "1"}, ["prefix"], 3, "one")
    assert (now.bucket, now.manifest, now.sources) == ("", "", "s")


def test_without_a_saved_plan_apply_says_to_plan_first(context: Callable[..., Context]) -> None:
    with pytest.raises(StalePlanError, match="no saved plan"):
        planning.saved(context(), None, Prepared(Manifest(Platform(), {})))  # type: ignore[arg-type]
