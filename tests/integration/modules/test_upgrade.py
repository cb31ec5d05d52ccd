"""A system made with the last release takes this version's modules: nothing is replaced, nothing goes."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.integration.support import library

from eventyard.plans import differences, summarise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eventyard.deployment import Deployment

RELEASED = max((library.MODULES / "released").glob("*.tf"))
"""Every module of the last release as it was used then; the first line names the commit it was released from."""

pytestmark = pytest.mark.xdist_group("modules-upgrade")  # an emulator of its own: beside the others, not after them


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Apply the last release's modules, and then put this version's in their place."""
    folder = tmp_path_factory.mktemp("upgrade")
    made = library.project(folder / "project", [RELEASED.stem], examples="released", modules=_released(folder))
    yard = library.yard(made)
    try:
        yard.stack(library.STACK)
        library.copy_modules(made, library.CHECKOUT / "terraform/modules")
        yield yard.deployment(library.STACK)
        yard.close()
    finally:
        made.close()


def test_the_new_modules_replace_and_remove_nothing(deployment: Deployment) -> None:
    planned = deployment.plan().document
    losses = {change.address: (change.action, change.because) for change in summarise(planned).changes}
    assert {address: found for address, found in losses.items() if found[0] not in {"create", "change"}} == {}
    deployment.apply(approve=True, use_saved=True)
    again = deployment.plan().document
    assert [str(one) for one in differences(again, [])] == []


def _released(folder: Path) -> Path:
    """Give the modules as they were released, from this repository's history."""
    found = re.match(r"# released: (\S+) ([0-9a-f]{40})\n", RELEASED.read_text(encoding="utf-8"))
    assert found, f"{RELEASED} does not begin with `# released: VERSION COMMIT`"
    archive = subprocess.run(
        ["git", "-C", str(library.CHECKOUT), "archive", found[2], "terraform/modules"], capture_output=True, check=False
    )
    if archive.returncode:
        pytest.skip(f"this clone has not the history down to {found[1]}: {archive.stderr.decode().strip()}")
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    return folder / "terraform/modules"
