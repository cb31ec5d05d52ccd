from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from eventyard.deployment.holder import HeldError, held, remember_terraform
from eventyard.emulators.processes import is_ours
from eventyard.testing.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys
from pathlib import Path
from eventyard.deployment.holder import held
sys.argv = ["eventyard", "apply", "--stack", "jobs"]
with held(Path(FOLDER), "jobs"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_second_run_learns_who_holds_it_and_a_dead_one_holds_nothing(tmp_path: Path) -> None:
    code = f"FOLDER = {str(tmp_path)!r}\n{HOLD}"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(HeldError) as refused, held(tmp_path, "`jobs` in `local`"):
            pass
        assert f"process {other.pid}" in refused.value.what
        assert "`eventyard apply --stack jobs`" in refused.value.what
        other.kill()
        other.wait()
    with held(tmp_path, "jobs"):
        pass
    assert not (tmp_path / "holder.json").exists()


def test_one_process_may_hold_it_again(tmp_path: Path) -> None:
    with held(tmp_path, "jobs"):
        with held(tmp_path, "jobs"):
            assert (tmp_path / "holder.json").exists()
        assert (tmp_path / "holder.json").exists()


ORPHAN = """
import subprocess, sys
from pathlib import Path
from eventyard.deployment.holder import held, remember_terraform
sys.argv = ["eventyard", "apply", "--stack", "jobs"]
with held(Path(FOLDER), "jobs"):
    code = "import sys; print('works', flush=True); sys.stdin.read()"
    works = subprocess.Popen([sys.executable, "-c", code, FOLDER], stdin=0, start_new_session=True)
    remember_terraform(Path(FOLDER), works.pid)
    print(works.pid, flush=True)
    works.wait()
"""


def test_the_terraform_of_a_killed_run_is_waited_for(tmp_path: Path) -> None:
    code = f"FOLDER = {str(tmp_path)!r}\n{ORPHAN}"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        pid = int({run.stdout.readline(), run.stdout.readline()}.difference({b"works\n"}).pop())
        run.kill()
        run.wait()
        for _ in range(2):  # being refused does not make it forgotten
            with pytest.raises(HeldError, match="still works on `jobs`") as refused, held(tmp_path, "`jobs`"):
                pass
        assert f"process {run.pid}, since" in refused.value.what
        assert refused.value.where == f"process {pid}"
    eventually(lambda: not is_ours(pid, str(tmp_path)), timeout=30)
    with held(tmp_path, "`jobs`"):
        pass
    assert not (tmp_path / "terraform.json").exists()


def test_a_run_that_only_looks_notes_no_process(tmp_path: Path) -> None:
    remember_terraform(tmp_path, 1)
    assert not (tmp_path / "terraform.json").exists()
