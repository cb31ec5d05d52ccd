"""`eventyard package` beside the tools people use, on the same corpus from the same wheels.

Times are of the machine it runs on, and of what else that is doing: read them as ratios. Nothing is asserted of them.
That each artefact can be unpacked, imported and called is.

- *cold*: the tool has no cache of its own; wheels come from an index on this machine.
- *fresh*: it has what it keeps of wheels (and resolutions), and nothing of a function.
- *nothing changed*: the same command once more.
- *one file edited*: one module of one function with Powertools and pydantic has another last line, never seen before.
- *same bytes again*: built once more elsewhere, under other circumstances (see `again.py`).
"""

from __future__ import annotations

import shutil
import statistics
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from tests.bench import again, functions, limits, packagers, rows, tables
from tests.bench.place import LOCKS, run, say

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.conftest import Knobs
    from tests.bench.packagers import Packager, Workshop

SCALES = (12, 125, 500)
DEFAULT, PLAIN = "eventyard", "eventyard `--no-bytecode`"


def lineup(workshop: Workshop, knobs: Knobs) -> list[Packager]:
    """Return the tools: in the mode people get by default, and in the other where there is one."""
    peers = knobs.peer_runs
    package_py = workshop.package_py(runs=peers)
    if package_py is None:
        say(f"terraform-aws-lambda's package.py is left out: name a checkout of it in {packagers.PACKAGE_PY}")
    every = [
        workshop.ours(DEFAULT, runs=knobs.runs),
        workshop.ours(PLAIN, "--no-bytecode", runs=knobs.runs),
        workshop.uv("uv + zip", runs=peers),
        workshop.sam("`sam build`, its zip", runs=peers),
        workshop.sam("`sam build --cached --parallel`, its zip", "--cached", "--parallel", runs=peers),
        workshop.sam("`sam build` with its uv builder, its zip", method="python-uv", runs=peers),
        package_py,
        workshop.pip("pip + zip", runs=1),
    ]
    return [packager for packager in every if packager is not None]


@pytest.mark.timeout(7200)
def test_packaging_beside_other_tools(workshop: Workshop, knobs: Knobs, tmp_path: Path) -> None:
    shutil.rmtree(workshop.work, ignore_errors=True)
    packagers = lineup(workshop, knobs)

    def after(packager: Packager, row: str) -> None:
        if row == rows.NOTHING:
            again.keep(packager, tmp_path / "kept" / packager.work.name)
        if row == rows.EDITED:
            rows.works(packager, workshop.place.python, tmp_path / "unpacked", functions.TWELVE)
            shutil.rmtree(tmp_path / "unpacked")

    busy = limits.busy()
    measured = rows.measure(packagers, after)
    for times, packager in zip(measured, packagers, strict=True):
        times.size = sum(packager.artefact(name).stat().st_size for name in functions.TWELVE)
    with again.elsewhere(workshop.place.folder) as work:
        others = lineup(type(workshop)(workshop.place, workshop.index, work), knobs)
        for times, one, other in zip(measured, packagers, others, strict=True):
            again.build(other)
            times.differs = again.differences(tmp_path / "kept" / one.work.name, other)
            say(f"  same bytes again  {times.name:<41} {tables.again(times)}")
            shutil.rmtree(other.work)
    assert not measured[0].differs
    assert not measured[1].differs
    report(measured, workshop, busy, record=knobs.record)


def report(measured: list[rows.Times], workshop: Workshop, busy: float, *, record: bool) -> None:
    """Publish the tables."""
    ours, plain = measured[:2]
    versions = ", ".join([*_versions(), run(workshop.place.uv, "--version").split(" (")[0].strip()])
    note = (
        f"\nMedian seconds of whole processes; in brackets, how many times {DEFAULT}. {limits.machine()}; "
        f"{versions}; {busy:.1f} processes wanted a core when it began.\n"
    )
    others = [one for one in measured if one not in (ours, plain)]
    data = {
        "machine": limits.machine(),
        "versions": versions,
        "busy": busy,
        "tools": [{**asdict(one), "differs": sorted(one.differs)} for one in measured],
    }
    tables.publish("packaging", tables.packaging(measured, ours) + note, data, record=record)
    text = f"{tables.ratios([*others, ours], plain)}"
    tables.publish("ratios", text, data, record=record)
    tables.publish("packaging-short", tables.short([*others, ours], ours), data, record=record)


@pytest.mark.timeout(1800)
def test_limits_of_this_machine(workshop: Workshop, knobs: Knobs, tmp_path: Path) -> None:
    packager = workshop.ours("limits", "--no-bytecode")
    packager.begin()
    packager.build()
    found = limits.measure(packager.artefacts().values(), tmp_path / "unpacked")
    assert found.files > 1000
    tables.publish("limits", tables.limits(found), asdict(found), record=knobs.record)


@pytest.mark.timeout(1800)
def test_nothing_changed_of_many_functions(workshop: Workshop, knobs: Knobs) -> None:
    packager = workshop.ours("many")
    found = {}
    for count in SCALES:
        packager.begin(functions.names(count))
        packager.build()
        assert set(packager.artefacts()) == set(functions.names(count))
        before = _states(packager)
        found[count] = statistics.median(packager.build().wall for _ in range(knobs.runs))
        assert _states(packager) == before
        say(f"  nothing changed of {count:>4} functions  {found[count]:8.3f} s")
    shutil.rmtree(packager.work)
    tables.publish(
        "scaling", tables.scaling(found), {str(count): took for count, took in found.items()}, record=knobs.record
    )


def _states(packager: Packager) -> dict[str, tuple[int, int]]:
    """Return what tells that an artefact was not written again."""
    return {name: (path.stat().st_ino, path.stat().st_size) for name, path in packager.artefacts().items()}


def _versions() -> list[str]:
    """Return the versions of what has an environment of its own, as locked."""
    found = []
    for lock, name in (("sam", "aws-sam-cli"), ("pip", "pip")):
        lines = (LOCKS / f"{lock}.txt").read_text(encoding="utf-8").splitlines()
        line = next(line for line in lines if line.startswith(f"{name}=="))
        found.append(line.split(" ", 1)[0].replace("==", " "))
    return found
