from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from eventyard.deployment.holder import HeldError, held

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
