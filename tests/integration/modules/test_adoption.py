"""Modules put under what a team made by hand, with the very text of their READMEs: nothing is replaced, no data lost.

What each README says the first apply changes is what its plan changes, and a second plan is empty.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.support import byhand
from tests.integration.support.projects import CHECKOUT

from eventyard import emulators, environments, tools
from eventyard.reference.examples import Example

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MODULES = ("bucket", "function", "queue", "table", "topic")
REGION, ACCOUNT = "eu-west-1", "000000000000"
CALL = "orders"
"""What every README calls what it adopts; here each has its module's name before it."""

SECTION = re.compile(r"^## Put this under an existing \w+\n(.*?)(?=^## )", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `(aws_[^`]+)` \| (.*) \|$", re.MULTILINE)
PROVIDER = """terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  s3_use_path_style = true
}
"""

pytestmark = pytest.mark.xdist_group("modules-adoption")  # an emulator of its own: beside the others, not after them


@dataclass(frozen=True)
class Adoption:
    """What a root of all the READMEs' texts planned, and then changed."""

    root: Path
    environment: Mapping[str, str]
    session: emulators.LocalSession

    def terraform(self, *words: str, code: int = 0) -> str:
        """Run Terraform in the root; it must exit with `code`."""
        program = tools.terraform("terraform", CHECKOUT / "build")
        done = subprocess.run(
            [str(program), *words], cwd=self.root, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, f"terraform {words[0]}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @cached_property
    def planned(self) -> list[dict[str, Any]]:
        """Every resource of the first plan, as Terraform's JSON has it."""
        self.terraform("init", "-input=false")
        self.terraform("plan", "-input=false", "-out=plan")
        return list(json.loads(self.terraform("show", "-json", "plan"))["resource_changes"])

    @cached_property
    def applied(self) -> bool:
        """Whether it went through."""
        assert self.planned
        self.terraform("apply", "-input=false", "plan")
        return True

    def of(self, module: str) -> list[dict[str, Any]]:
        """Return what is planned for one module."""
        return [one for one in self.planned if one["address"].startswith(f"module.{module}_{CALL}.")]


@pytest.fixture(scope="module")
def modules(pytestconfig: pytest.Config) -> list[str]:
    """Return the modules this run puts under something."""
    asked = pytestconfig.getoption("--modules", None)
    return [name for name in MODULES if not asked or name in asked.split(",")]


@pytest.fixture(scope="module")
def adoption(tmp_path_factory: pytest.TempPathFactory, modules: list[str]) -> Iterator[Adoption]:
    """Make by hand what the READMEs put themselves under, and a root of their texts."""
    if not modules:
        pytest.skip("none of this run's modules is adopted")
    folder, build = tmp_path_factory.mktemp("adoption"), CHECKOUT / "build"
    emulator = emulators.start(
        "ministack",
        folder=folder / "emulator",
        region=REGION,
        python=environments.ensure("ministack", build=build),
        workers=environments.ensure("workers", build=build),
        port=0,
        settings={},
    )
    try:
        root = folder / "root"
        root.mkdir()
        (root / "main.tf").write_text(PROVIDER)
        for module in modules:
            found = byhand.MAKERS[module](emulator.session(), root)
            (root / f"{module}.tf").write_text(_text(module, found))
        inherited = tools.terraform_environment(build)
        path = {"PATH": "/usr/bin:/bin", "HOME": str(folder)}
        yield Adoption(root, path | inherited | emulator.environment(ACCOUNT), emulator.session())
    finally:
        emulator.stop()


def _section(module: str) -> str:
    readme = (CHECKOUT / "terraform/modules" / module / "README.md").read_text()
    found = SECTION.search(readme)
    assert found, f"{module}'s README does not say how it is put under an existing one"
    return found[1]


def _text(module: str, found: Mapping[str, str]) -> str:
    """Return the README's text, with what only AWS knows (accounts, ids) as it is on this emulator."""
    block = BLOCK.search(_section(module))
    assert block
    text = Example(1, block[1], 0, 0).rooted(str(CHECKOUT / "terraform/modules"))
    text = text.replace(f'module "{CALL}"', f'module "{module}_{CALL}"').replace(
        f"module.{CALL}.", f"module.{module}_{CALL}."
    )
    for said, real in found.items():
        assert said in text, f"{module}'s README does not say {said}"
        text = text.replace(said, real)
    return text.replace("123456789012", ACCOUNT)


def _changed(resource: Mapping[str, Any]) -> set[str]:
    """Return the arguments an update changes; what follows from another (a new version's number) is none of them."""
    change = resource["change"]
    before, after = change["before"], change["after"]
    return {name for name in after if before.get(name) != after[name]}


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_replaced_and_nothing_goes(module: str, modules: list[str], adoption: Adoption) -> None:
    if module not in modules:
        pytest.skip("not adopted in this run")
    planned = adoption.of(module)
    assert any(one["change"].get("importing") for one in planned)
    actions = {one["address"]: one["change"]["actions"] for one in planned}
    assert {name: one for name, one in actions.items() if one not in (["create"], ["no-op"], ["update"])} == {}
    imported = re.findall(r"^  to = module\.\w+\.(\S+)", BLOCK.search(_section(module))[1], re.MULTILINE)
    found = {one["address"].partition(".")[2].partition(".")[2] for one in planned if one["change"].get("importing")}
    assert found == set(imported)


@pytest.mark.parametrize("module", MODULES)
def test_the_readme_says_what_changes(module: str, modules: list[str], adoption: Adoption) -> None:
    if module not in modules:
        pytest.skip("not adopted in this run")
    said = {address: set(re.findall(r"`(\w+)`", cell)) for address, cell in ROW.findall(_section(module))}
    changes = {
        one["address"].partition(".")[2].partition(".")[2]: _changed(one)
        for one in adoption.of(module)
        if one["change"]["actions"] == ["update"]
    }
    assert {address: sorted(names) for address, names in changes.items()} == {
        address: sorted(names) for address, names in said.items()
    }


def test_a_second_plan_is_empty(adoption: Adoption) -> None:
    assert adoption.applied
    adoption.terraform("plan", "-input=false", "-detailed-exitcode")


@pytest.mark.parametrize("module", MODULES)
def test_what_it_held_is_still_there(module: str, modules: list[str], adoption: Adoption) -> None:
    if module not in modules:
        pytest.skip("not adopted in this run")
    assert adoption.applied
    byhand.CHECKS[module](adoption.session)
