"""Wrong settings, wrong places, wrong credentials: refused before anything runs or is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.support.projects import Project

AWS = """
[environments.local]
target  = "aws"
account = "111111111111"
state   = { bucket = "corner-shop-state" }
"""
REAL = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"}

CASES = [
    pytest.param(
        '[environments.local]\nreigon = "eu-west-1"\n',
        {},
        ("Unknown key `reigon`", "environments.local.reigon", "did you mean `region`?"),
        id="unknown_key",
    ),
    pytest.param(
        '[environments.local]\nprotect = "yes"\n',
        {},
        ("valid boolean", "environments.local.protect", "`'yes'`"),
        id="wrong_type",
    ),
    pytest.param(
        '[environments.local]\nrole = { paht = "/team/" }\n',
        {},
        ("Unknown key `paht`", "environments.local.role.paht", "did you mean `path`?"),
        id="unknown_nested_key",
    ),
    pytest.param(
        "[environments.local.stacks.notes.inputs]\n",
        {},
        ("There is no stack `notes`", "environments.local.stacks.notes", "did you mean `note`?"),
        id="unknown_stack",
    ),
    pytest.param(
        '[environments.local]\nendpoint = "https://sqs.eu-west-1.amazonaws.com"\n',
        {},
        ("is not this machine", "environments.local.endpoint", 'or set `target = "aws"`'),
        id="endpoint_elsewhere",
    ),
    pytest.param(
        "", REAL, ("`AWS_ACCESS_KEY_ID` (AKIA…) looks real", "unset AWS_ACCESS_KEY_ID"), id="real_credentials"
    ),
    pytest.param(
        AWS.replace("account", "# account"),
        {},
        ("needs `account`", "environments.local"),
        id="aws_without_account",
    ),
]


@pytest.mark.parametrize(("settings", "variables", "told"), CASES)
def test_refused_before_anything_runs(
    make_project: Callable[..., Project], settings: str, variables: dict[str, str], told: tuple[str, ...]
) -> None:
    project = make_project(settings)
    before = files(project)
    refused = project.run("plan", code=1, **variables)
    assert [part for part in told if part not in refused.err] == [], refused.err
    assert refused.out == ""
    assert "Traceback" not in refused.err
    assert REAL["AWS_SECRET_ACCESS_KEY"] not in refused.err
    assert files(project) == before


def test_account_of_the_credentials_must_be_the_one_named(make_project: Callable[..., Project]) -> None:
    emulated = make_project("[environments.local]\nport = 0\n")
    emulated.run("local", "up")
    project = make_project(AWS)
    # An emulator answers for AWS: its STS says whose credentials these are.
    refused = project.run(
        "plan",
        code=1,
        AWS_ENDPOINT_URL=emulated.emulator().endpoint,
        AWS_ACCESS_KEY_ID="222222222222",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_CONFIG_FILE="/dev/null",
        AWS_SHARED_CREDENTIALS_FILE="/dev/null",
    )
    assert "The credentials are for account 222222222222; `local` is 111111111111" in refused.err
    assert "environments.local.account" in refused.err
    assert not (project.folder / "build/local/note/package").exists()
    assert not (project.folder / "build/local/note/root").exists()


def test_input_the_stack_does_not_have_is_refused_with_the_nearest(make_project: Callable[..., Project]) -> None:
    project = make_project('[environments.local]\nport = 0\nstacks.note.inputs = { tekst = "x" }\n')
    refused = project.run("validate", code=1)
    assert "The stack `note` has no input `tekst`" in refused.err
    assert "did you mean `text`?" in refused.err


def files(project: Project) -> set[str]:
    return {str(path.relative_to(project.folder)) for path in project.folder.rglob("*")}
