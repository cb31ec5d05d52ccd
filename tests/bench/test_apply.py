"""`make apply` in a clean clone: cold, warm, and with nothing to do, each beside the floor it can't go below.

Times are of the machine it runs on, and of what else that is doing: read them as ratios. Nothing is asserted of them.

- *cold*: a clone in an empty folder with empty caches: environments, artefacts and the emulator are made on the way.
- *warm*: the emulator was emptied, so that every resource is made again; all else is there.
- *nothing*: the same command once more.
- *chain*: the longest chain of the times resources took in that very run.
- *floor*: the chain, and one start of the provider each for plan and apply (see `floor.py`).
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.bench.floor import Floor, floor

from eventyard import resources, tools
from eventyard.rendering import Engine

CHECKOUT = Path(__file__).resolve().parents[2]
STACKS = sorted(folder.name for folder in (CHECKOUT / "terraform/stacks").iterdir() if folder.is_dir())
STARTS = 3
_OF_A_PERSON = ("AWS_", "EVENTYARD_", "MAKE", "MFLAGS", "PYTEST_", "PYTHON", "TF_PLUGIN_CACHE", "UV_")


@dataclass(frozen=True)
class Run:
    """One `make apply`."""

    kind: str
    wall: float
    floor: Floor

    def row(self, warm: float) -> str:
        """Return one line of the table."""
        floor = self.floor.seconds
        return (
            f"  {self.kind:<8} {self.wall:8.1f} {self.floor.waiting:8.1f} {floor:8.1f} "
            f"{self.wall / floor:8.2f} {self.wall / warm:8.2f}"
        )


@dataclass(frozen=True)
class Clone:
    """A clean clone of this repository as it is in the working folder."""

    folder: Path
    stack: str

    @classmethod
    def make(cls, folder: Path, stack: str) -> Clone:
        """Copy what git knows or would add, and nothing that was built."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=CHECKOUT,
            check=True,
            capture_output=True,
            text=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (CHECKOUT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(CHECKOUT / name, folder / name)
        return cls(folder, stack)

    @property
    def built(self) -> Path:
        """Where the stack's files are."""
        return self.folder / "build/local" / self.stack

    def make_target(self, target: str, options: str = "") -> float:
        """Run `make target`; return how long it took."""
        begun = time.monotonic()
        done = subprocess.run(
            ["make", target, f"STACK={self.stack}", f"ARGS={options}"],
            cwd=self.folder,
            env=self.variables(),
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return time.monotonic() - begun

    def variables(self) -> dict[str, str]:
        """Return the process environment of a person who has set nothing."""
        return {name: value for name, value in os.environ.items() if not name.startswith(_OF_A_PERSON)}

    def terraform(self, folder: Path, *words: str) -> str:
        """Run Terraform as the kit does, in one of the clone's folders."""
        build = self.folder / "build"
        done = subprocess.run(
            [tools.terraform("terraform", build), *words],
            cwd=folder,
            env=self.variables() | tools.terraform_environment(build),
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def provider_start(self) -> float:
        """Return the seconds of a plan that starts the provider, asks who it is, and has nothing else to do."""
        folder = self.folder / "build/bench"
        if not folder.is_dir():
            folder.mkdir(parents=True)
            for name in ("provider.tf", "aws.config"):
                shutil.copyfile(self.built / "root" / name, folder / name)
            versions = Engine([resources.data("templates") / "root"]).render(
                "versions.tf.j2", {"version": tools.PROVIDER_VERSION}
            )
            (folder / "versions.tf").write_text(versions)
            (folder / "main.tf").write_text('data "aws_caller_identity" "current" {}\n')
            self.terraform(folder, "init", "-input=false")
        took = []
        for _ in range(STARTS):
            begun = time.monotonic()
            self.terraform(folder, "plan", "-input=false", "-lock=false")
            took.append(time.monotonic() - begun)
        return statistics.median(took)

    def run(self, kind: str) -> Run:
        """Apply, and work out the floor of just that."""
        events = self.built / "apply-events.json"
        events.unlink(missing_ok=True)
        wall = self.make_target("apply")
        made = json.loads(events.read_text())["resources"] if events.is_file() else []
        graph = self.terraform(self.built / "root", "graph")
        return Run(kind, wall, floor(graph, made, provider_start=self.provider_start()))


@pytest.mark.parametrize("stack", STACKS)
def test_apply_beside_its_floor(stack: str, tmp_path: Path) -> None:
    clone = Clone.make(tmp_path / "clone", stack)
    try:
        runs = [clone.run("cold")]
        clone.make_target("reset")
        runs += [clone.run("warm"), clone.run("nothing")]
        clone.make_target("destroy", "--yes")
    finally:
        clone.make_target("down")
        shutil.rmtree(clone.folder)
    report(stack, runs)


def report(stack: str, runs: list[Run]) -> None:
    """Print the table and the chain of the warm run."""
    warm = next(run for run in runs if run.kind == "warm")
    lines = [
        f"\n{stack}: seconds, and how many times the floor and the warm run",
        f"  {'':<8} {'wall':>8} {'chain':>8} {'floor':>8} {'x floor':>8} {'x warm':>8}",
        *(run.row(warm.wall) for run in runs),
        f"  one start of the provider {warm.floor.provider_start:.1f}; the chain of the warm run:",
        *(f"    {link.seconds:6.1f}  {link.address.removeprefix('module.stack.')}" for link in warm.floor.chain),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
