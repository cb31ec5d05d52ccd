from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.deployment.conftest import context  # noqa: F401 - a fixture

from eventyard.errors import EventyardError
from eventyard.sync import Sync
from eventyard.sync.stage import NotAppliedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard.deployment import Context

AWS = {"target": "aws", "account": "111111111111", "state": {"bucket": "states"}}


@pytest.mark.parametrize(
    ("environment", "what"),
    [
        ({"name": "prod"}, "`prod` is not for `sync`"),
        ({"name": "prod", "protect": False, **AWS}, "`prod` is not for `sync`"),
        ({"name": "dev", **AWS}, "`dev` is protected"),
        ({"name": "local", "protect": True}, "`local` is protected"),
    ],
)
def test_refused_where_functions_come_from_apply_alone(
    context: Callable[..., Context],  # noqa: F811 - the fixture
    environment: dict[str, Any],
    what: str,
) -> None:
    with pytest.raises(EventyardError) as refused:
        Sync(context(**environment))
    assert refused.value.what.startswith(what)
    assert refused.value.where == f"eventyard.toml: environments.{environment['name']}"
    assert refused.value.fix is not None
    assert f"eventyard apply --stack jobs --env {environment['name']}" in refused.value.fix


def test_a_development_environment_that_is_not_protected_is_taken(
    context: Callable[..., Context],  # noqa: F811 - the fixture
) -> None:
    Sync(context(name="dev", protect=False, **AWS))


def test_an_emulator_that_does_not_run_is_not_started(
    context: Callable[..., Context],  # noqa: F811 - the fixture
) -> None:
    here = context()
    with pytest.raises(NotAppliedError, match="does not run"):
        Sync(here).check()
    assert not here.target.folder.exists()
