"""The Pet-Cuddle-o-Tron as a person meets it."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from eventyard.testing import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventyard.emulators import Mail
    from eventyard.testing.stacks import Stack

    Mailbox = Callable[[], list[Mail]]

pytestmark = [
    pytest.mark.needs("cloudfront_private_bucket", "cognito_sign_up"),
    pytest.mark.xdist_group("pet-cuddle-o-tron"),
]

PASSWORD = "Cuddles-4-everyone!"


@pytest.fixture(scope="session")
def site(stack: Callable[[str], Stack]) -> str:
    """The page's address."""
    return str(stack("pet-cuddle-o-tron").addresses["site_url"])


@pytest.fixture
def email() -> str:
    return f"person-{uuid.uuid4().hex[:12]}@example.com"


def mails_to(mailbox: Mailbox, address: str, containing: str) -> list[Mail]:
    return [mail for mail in mailbox() if address in mail.to and containing in mail.subject + mail.body]


def code_in_mail(mailbox: Mailbox, address: str) -> str:
    mail = eventually(lambda: mails_to(mailbox, address, ""))[0]
    found = re.search(r"\b\d{6}\b", mail.body)
    assert found, mail.body
    return found[0]


def sign_up(page: Page, mailbox: Mailbox, address: str) -> None:
    page.get_by_role("button", name="Make an account").click()
    form = page.locator("#sign-up-form")
    form.get_by_label("Email").fill(address)
    form.get_by_label("Password").fill(PASSWORD)
    form.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_focused()
    page.get_by_label("Code").fill(code_in_mail(mailbox, address))
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_role("heading", name="New reminder")).to_be_focused()


def ask(page: Page, message: str, *, amount: str = "1", unit: str = "seconds") -> None:
    page.get_by_label("What shall we say?").fill(message)
    page.get_by_label("How long").fill(amount)
    page.get_by_label("Unit").select_option(unit)


def row(page: Page, message: str):
    return page.get_by_role("listitem").filter(has_text=message)


def test_a_person_signs_up_asks_and_reads_the_mail(
    site: str, email: str, open_page: Callable[..., Page], mailbox: Mailbox
) -> None:
    page = open_page(site)
    sign_up(page, mailbox, email)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Email").first.fill(email)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("None yet.")).to_be_visible()
    ask(page, "Cuddle the cat")
    page.get_by_role("button", name="Remind me").click()
    expect(page.get_by_role("status")).to_contain_text("Accepted")
    expect(row(page, "Cuddle the cat")).to_contain_text("Sent", timeout=60_000)
    assert len(mails_to(mailbox, email, "Cuddle the cat")) == 1


def test_sign_up_and_cancel_by_keyboard_alone(
    site: str, email: str, open_page: Callable[..., Page], mailbox: Mailbox
) -> None:
    page = open_page(site)
    press = page.keyboard.press

    def go_to(selector: str) -> None:
        target = page.locator(selector)
        for _ in range(40):
            if target.evaluate("element => element === document.activeElement"):
                return
            press("Tab")
        pytest.fail(f"{selector} can't be reached with the Tab key")

    go_to("[data-show=sign-up]")
    press("Enter")
    go_to("#sign-up-email")
    page.keyboard.type(email)
    press("Tab")
    page.keyboard.type(PASSWORD)
    press("Enter")
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_focused()
    code = code_in_mail(mailbox, email)
    go_to("#confirm-code")
    page.keyboard.type(code)
    press("Enter")
    expect(page.get_by_role("heading", name="New reminder")).to_be_focused()
    go_to("#message")
    page.keyboard.type("Cuddle the dog")
    go_to("#amount")
    press("ControlOrMeta+a")
    page.keyboard.type("55")
    press("Enter")
    expect(row(page, "Cuddle the dog")).to_contain_text("Waiting")
    go_to("button.cancel")
    press("Enter")
    expect(row(page, "Cuddle the dog")).to_contain_text("Cancelled")
    # Focus was on a button that is gone now; it must not be lost at the top of the page.
    expect(page.get_by_role("heading", name="New reminder")).to_be_focused()
    assert not mails_to(mailbox, email, "Cuddle the dog")


def test_a_double_click_sends_one_mail(site: str, email: str, open_page: Callable[..., Page], mailbox: Mailbox) -> None:
    page = open_page(site)
    sign_up(page, mailbox, email)
    ask(page, "Cuddle the hamster")
    page.get_by_role("button", name="Remind me").dblclick()
    expect(row(page, "Cuddle the hamster")).to_contain_text("Sent", timeout=60_000)
    expect(row(page, "Cuddle the hamster")).to_have_count(1)
    assert len(mails_to(mailbox, email, "Cuddle the hamster")) == 1


def test_a_failed_request_is_not_shown_as_success(
    site: str, email: str, open_page: Callable[..., Page], mailbox: Mailbox
) -> None:
    page = open_page(site)
    sign_up(page, mailbox, email)
    ask(page, "Cuddle the parrot")
    # This person has given no telephone number, so the service must refuse.
    page.get_by_label("Text message", exact=True).check()
    page.get_by_role("button", name="Remind me").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("status")).to_be_hidden()
    expect(page.get_by_text("None yet.")).to_be_visible()
    expect(page.get_by_label("What shall we say?")).to_have_value("Cuddle the parrot")


def test_a_missing_field_is_said_beside_it(
    site: str, email: str, open_page: Callable[..., Page], mailbox: Mailbox
) -> None:
    page = open_page(site)
    sign_up(page, mailbox, email)
    page.get_by_role("button", name="Remind me").click()
    message = page.get_by_label("What shall we say?")
    expect(message).to_be_focused()
    expect(message).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#message-error")).to_have_text("Say what to remind you of")


def test_a_wrong_password_is_refused_and_said(
    site: str, email: str, open_page: Callable[..., Page], mailbox: Mailbox
) -> None:
    page = open_page(site)
    sign_up(page, mailbox, email)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Email").first.fill(email)
    page.get_by_label("Password").first.fill(PASSWORD + "?")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("heading", name="New reminder")).to_be_hidden()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_axe_finds_nothing(
    site: str, email: str, open_page: Callable[..., Page], mailbox: Mailbox, width: int, colours: str
) -> None:
    page = open_page(site, width=width, colours=colours)
    found: dict[str, object] = {}

    def look(state: str) -> None:
        results = Axe().run(page)
        if results.violations_count:
            found[state] = results.generate_report()
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        if wide:
            found[f"{state}, scrolling sideways"] = width

    look("sign in")
    page.get_by_role("button", name="Make an account").click()
    look("sign up")
    page.get_by_role("button", name="Sign in", exact=True).last.click()
    sign_up(page, mailbox, email)
    look("nothing yet")
    page.get_by_role("button", name="Remind me").click()
    look("a field's error")
    ask(page, "Cuddle the goldfish", amount="20", unit="days")
    page.get_by_role("button", name="Remind me").click()
    expect(row(page, "Cuddle the goldfish")).to_contain_text("Waiting")
    look("one waiting")
    page.get_by_label("At a date and time").check()
    look("at a date and time")
    assert not found
