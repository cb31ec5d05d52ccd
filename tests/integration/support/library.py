"""The examples of `tests/integration/modules`, as projects of somebody else's: a stack for a shelf, a file a module.

All of them in one graph take Terraform more than twice the time of four quarters: shelves are applied apart, each on an
emulator of its own.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.integration.support.projects import CHECKOUT, Project

from eventyard import emulators
from eventyard.config import load
from eventyard.deployment import Target
from eventyard.testing.stacks import Yard

if TYPE_CHECKING:
    from collections.abc import Collection

MODULES = CHECKOUT / "tests/integration/modules"
VARIABLES = Path(__file__).parent / "variables.tf"
STACK = "library"
PATH = "/eventyard/"
BOUNDARY = "arn:aws:iam::000000000000:policy/boundary"

SHELVES = {
    "messages": ("email", "event-bus", "key", "queue", "schedule", "topic"),
    "compute": ("function", "load-balancer", "network", "worker-fleet", "workflow"),
    "apis": ("http-api", "identity", "rest-api", "site"),
    "data": ("bucket", "dashboard", "delivery-stream", "stream", "table"),
}
"""What is applied together."""

# The role is what a company's policies ask of all of them at once.
SETTINGS = """
[project]
name          = "{stack}"
default_stack = "{stack}"

[environments.local]
target = "{target}"
port   = 0
role   = {{ path = "{path}", permissions_boundary = "{boundary}" }}
"""

# What every example may use, beside what every stack is given.
MAIN = """
variable "role" {
  type = object({ path = string, permissions_boundary = string })
}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}
"""


def examples() -> list[str]:
    """Return the modules that have an example."""
    return sorted(file.stem for file in (MODULES / "examples").glob("*.tf"))


def shelf_of(module: str) -> str:
    """Return the shelf a module's example stands on."""
    return next(shelf for shelf, modules in SHELVES.items() if module in modules)


def project(
    folder: Path,
    chosen: Collection[str],
    *,
    target: str = "ministack",
    examples: str = "examples",
    modules: Path = CHECKOUT / "terraform/modules",
) -> Project:
    """Make a project whose one stack is the chosen modules' examples.

    Parameters
    ----------
    folder
        Where to; outside this repository.
    chosen
        Files of `examples` by name; those that are not there are left out.
    target
        The emulator it is applied on.
    examples
        The folder that holds them.
    modules
        Where the modules' sources are.
    """
    made = Project(folder)
    made.write("eventyard.toml", SETTINGS.format(stack=STACK, target=target, path=PATH, boundary=BOUNDARY))
    made.write(f"terraform/stacks/{STACK}/main.tf", MAIN)
    for file in (MODULES / examples / f"{name}.tf" for name in chosen):
        if file.is_file():
            made.write(f"terraform/stacks/{STACK}/{file.name}", _without_what_is_lacking(file.read_text(), target))
    furnish(made, STACK, modules)
    used = set(re.findall(r'var\.handlers\["library/([\w-]+)"\]', _text(folder)))
    for name in used:
        shutil.copytree(MODULES / "handlers" / name, folder / "handlers" / STACK / name)
    return made


def _without_what_is_lacking(text: str, target: str) -> str:
    """Leave out of an example what stands between `# needs <capability>` and `# end`, where the target lacks it."""
    known = emulators.capabilities(target)

    def part(found: re.Match[str]) -> str:
        return "" if known[found[1]].works == "no" else found[0]

    return re.sub(r"^ *# needs (\w+)\n.*?^ *# end\n", part, text, flags=re.MULTILINE | re.DOTALL)


def furnish(made: Project, stack: str, modules: Path = CHECKOUT / "terraform/modules") -> None:
    """Give a project's stack the inputs the kit sets for every stack, the providers' versions, and the modules."""
    folder = made.folder / "terraform/stacks" / stack
    shutil.copy(VARIABLES, folder)
    shutil.copy(CHECKOUT / "terraform/modules/key/versions.tf", folder)
    copy_modules(made, modules)


def copy_modules(made: Project, modules: Path) -> None:
    """Give a project these modules, in place of any it has."""
    folder = made.folder / "terraform/modules"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(modules, folder, ignore=shutil.ignore_patterns("tests", ".terraform*"))


def start(made: Project) -> None:
    """Start a project's emulator, with the policy that the company bounds every role by."""
    made.run("local", "up")
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    made.client("iam").create_policy(
        PolicyName=BOUNDARY.rpartition("/")[2],
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def yard(made: Project) -> Yard:
    """Return the yard of such a project, with an emulator of its own."""
    start(made)
    settings = load(made.folder)
    environment = settings.environment("local")
    return Yard(settings, environment, Target(environment, settings.root / "build"))


def _text(folder: Path) -> str:
    return "".join(file.read_text() for file in (folder / "terraform/stacks").rglob("*.tf"))
