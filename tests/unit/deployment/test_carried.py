from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from eventyard.config import Settings
from eventyard.deployment import Context, carried
from eventyard.deployment.carried import Prepared
from eventyard.deployment.record import Record
from eventyard.packaging import Artefact, Manifest, Platform

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RECORD = Record({}, {}, "c", "r", 1, "l", "one", "now", changes=True)


@pytest.fixture
def planned(context: Callable[..., Context], tmp_path: Path) -> Context:
    """A stack whose plan was saved, with the manifest it carries."""
    here = context(artefacts={"bucket": "kept"})
    (tmp_path / "handlers/jobs/a").mkdir(parents=True)
    (tmp_path / "handlers/jobs/a/app.py").write_text("def handler(event, context): ...\n")
    now = carried.sources(here)
    made = Artefact(tmp_path / "a.zip", "0a", "jobs.a.app.handler", "python3.13", "arm64", 3, 3)
    carried.leave(here, Prepared(Manifest(Platform(), {"jobs/a": made}), sources=now))
    Record(**{**vars(RECORD), "sources": now}).write(here.paths.record)
    return here


def test_a_saved_plan_s_artefacts_are_taken_without_a_file_of_them(planned: Context) -> None:
    found = carried.take(planned, carried.sources(planned))
    assert found is not None
    assert (found.handlers["jobs/a"].hash, found.handlers["jobs/a"].filename) == ("0a", None)


@pytest.mark.parametrize("edit", ["content", "new", "mode", "options", "record", "manifest"])
def test_they_are_not_when_anything_packaging_reads_has_changed(planned: Context, tmp_path: Path, edit: str) -> None:
    file = tmp_path / "handlers/jobs/a/app.py"
    if edit == "content":
        file.write_text("def handler(event, context): return 1\n")
    elif edit == "new":
        (tmp_path / "handlers/jobs/a/requirements.txt").write_text("")
    elif edit == "mode":
        file.chmod(0o755)
    elif edit == "options":
        project = planned.settings.project.model_copy(
            update={"packaging": planned.settings.project.packaging.model_copy(update={"strip": True})}
        )
        settings = Settings(root=tmp_path, environments=planned.settings.environments, project=project)
        planned = Context(settings, planned.environment, "jobs", planned.build, planned.target, planned.console)
    elif edit == "record":
        planned.paths.record.unlink()
    else:
        planned.paths.planned.unlink()
    assert carried.take(planned, carried.sources(planned)) is None


def test_what_python_leaves_behind_decides_nothing(planned: Context, tmp_path: Path) -> None:
    (tmp_path / "handlers/jobs/a/__pycache__").mkdir()
    (tmp_path / "handlers/jobs/a/__pycache__/app.cpython-313.pyc").write_bytes(b"x")
    assert carried.take(planned, carried.sources(planned)) is not None


def test_without_a_bucket_a_plan_carries_nothing(context: Callable[..., Context]) -> None:
    here = context()
    assert carried.sources(here) == ""
    carried.leave(here, Prepared(Manifest(Platform(), {}), sources=""))
    assert not here.paths.planned.exists()
    assert carried.take(here, "") is None
