"""What may be a name, and which one was most likely meant."""

from __future__ import annotations

import pytest

from eventyard.scaffolding.names import LIMIT, NameRefusedError, hyphened, package_of, underscored


@pytest.mark.parametrize("name", ["a", "queue", "audit-log", "s3-copy", "x" * LIMIT])
def test_hyphens_are_for_modules_and_stacks(name: str) -> None:
    assert hyphened(name, "module") == name


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Audit_Log", "`audit-log`"),
        ("auditLog", "`audit-log`"),
        ("audit--log", "`audit-log`"),
        ("-audit", "`audit`"),
        ("3-tiers", "`tiers`"),
        ("audit log", "`audit-log`"),
        ("../audit", "`audit`"),
        ("x" * (LIMIT + 1), f"`{'x' * LIMIT}`"),
    ],
)
def test_the_nearest_right_name_is_said(name: str, near: str) -> None:
    with pytest.raises(NameRefusedError) as refusal:
        hyphened(name, "module")
    assert str(refusal.value.fix).endswith(f"{LIMIT} at most: {near}")


def test_what_leaves_nothing_gets_no_advice_that_is_none() -> None:
    with pytest.raises(NameRefusedError) as refusal:
        hyphened("§§", "stack")
    assert str(refusal.value.fix).endswith("at most")


@pytest.mark.parametrize(
    ("name", "near"), [("sendEmail", "send_email"), ("send-email", "send_email"), ("import", "import_it")]
)
def test_underscores_are_for_handlers(name: str, near: str) -> None:
    assert underscored(near) == near
    with pytest.raises(NameRefusedError) as refusal:
        underscored(name)
    assert str(refusal.value.fix).endswith(f": `{near}`")


@pytest.mark.parametrize("stack", ["json", "test", "tests", "boto3", "lambda"])
def test_handlers_hide_no_package(stack: str) -> None:
    with pytest.raises(NameRefusedError, match="which there is already") as refusal:
        package_of(stack)
    assert refusal.value.fix == f"name it otherwise, such as `{stack}-events`"


def test_a_stacks_package_has_underscores() -> None:
    assert package_of("order-events") == "order_events"
