"""How much sooner functions start with bytecode in their artefacts.

Times are of the machine it runs on, and of what else that is doing: read them as ratios. Nothing is asserted of them;
that both artefacts of a function answer the same is.

- *imports*: what a fresh interpreter needs for an import alone (see `starts.py`).
- *first call*: what a caller waits for on the embedded emulator (see `first_calls.py`).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from tests.bench import again, first_calls, functions, starts, tables

from eventyard import emulators, environments

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.bench.conftest import Knobs
    from tests.bench.packagers import Workshop

CALLED = functions.EDITED
Pair = tuple["Mapping[str, Path]", "Mapping[str, Path]"]


@pytest.fixture(scope="module")
def artefacts(workshop: Workshop) -> Pair:
    """Each function with bytecode, and without."""
    made = []
    for name, options in (("starts with", ()), ("starts without", ("--no-bytecode",))):
        packager = workshop.ours(name, *options)
        packager.begin(functions.STARTS)
        (packager.handlers / CALLED / f"{first_calls.MODULE}.py").write_text(first_calls.SOURCE, encoding="utf-8")
        packager.build()
        made.append({function: packager.artefact(function) for function in functions.STARTS})
    return made[0], made[1]


@pytest.mark.timeout(1800)
def test_imports(artefacts: Pair, workshop: Workshop, knobs: Knobs) -> None:
    carried, without = (
        {name: paths[function] for function, names in functions.STARTS.items() for name in names} for paths in artefacts
    )
    assert carried.keys() == starts.STATEMENTS.keys()
    found = starts.measure(carried, without, starts.STATEMENTS, workshop.place.python, runs=knobs.runs)
    tables.publish("imports", starts.table(found), [asdict(row) for row in found], record=knobs.record)


@pytest.mark.timeout(1800)
def test_first_calls_on_the_emulator(artefacts: Pair, workshop: Workshop, knobs: Knobs) -> None:
    carried, without = (paths[CALLED] for paths in artefacts)
    event = json.loads((functions.SOURCES / functions.sort(CALLED) / "event.json").read_text(encoding="utf-8"))
    build = workshop.place.folder.parent
    with again.elsewhere(workshop.place.folder) as folder:
        emulator = emulators.start(
            "ministack",
            folder=folder,
            region="eu-west-1",
            python=environments.ensure("ministack", build=build),
            workers=environments.ensure("workers", build=build),
            port=0,
        )
        try:
            both = {"without bytecode": without, "with bytecode": carried}
            found = first_calls.measure(emulator, both, event, runs=knobs.runs)
        finally:
            emulator.stop()
    tables.publish("first-calls", tables.first_calls(found), [asdict(one) for one in found], record=knobs.record)
