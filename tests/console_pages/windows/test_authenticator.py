"""An authenticator is set up, and let in by, in a real browser; users are kept there, too."""

import pyotp
import pytest
from playwright.sync_api import Page, expect

from console.auth.roles import Role
from tests.conftest import Clock
from tests.console_pages.conftest import PASSWORD
from tests.console_pages.windows.conftest import OpenWindow

pytestmark = pytest.mark.long


def log_out(page: Page) -> None:
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Log out", exact=True).first.click()
    expect(page.get_by_label("Mail address")).to_be_visible()


def log_in(page: Page, address: str, password: str) -> None:
    page.get_by_label("Mail address").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def test_an_authenticator_is_set_up_by_the_page_and_asked_for_at_the_next_login(
    window: OpenWindow, clock: Clock
) -> None:
    page = window("/mine/totp", name="ann")
    page.get_by_role("button", name="Set up").click()
    drawn = page.locator("img.qr")
    expect(drawn).to_have_js_property("complete", True)
    assert drawn.evaluate("image => image.naturalWidth > 100")
    phone = pyotp.TOTP(page.locator("code.secret").inner_text())
    page.get_by_label("Code of the authenticator").fill(phone.at(int(clock().timestamp())))
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".codes code")).to_have_count(10)
    recovery = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes left")).to_be_visible()

    log_out(page)
    clock.forward(seconds=30)
    log_in(page, "ann@firstline.example", PASSWORD)
    page.get_by_label("Code of the authenticator").fill(phone.at(int(clock().timestamp())))
    page.keyboard.press("Enter")

    expect(page.locator("nav [aria-current]")).to_contain_text("Review")
    log_out(page)
    log_in(page, "ann@firstline.example", PASSWORD)
    page.get_by_label("Code of the authenticator").fill(recovery)
    page.keyboard.press("Enter")
    expect(page.locator("nav [aria-current]")).to_contain_text("Review")


def test_a_user_is_added_and_sets_his_password_by_the_link(window: OpenWindow) -> None:
    page = window("/users", role=Role.ADMIN)
    page.locator("[name=address]").fill("eve@firstline.example")
    page.get_by_role("button", name="Add a user").click()
    link = page.locator("code.secret").inner_text()
    log_out(page)

    page.goto(link)
    page.get_by_label("New password").fill("another few words")
    page.get_by_label("The same again").fill("another few words")
    page.get_by_role("button", name="Save").click()
    log_in(page, "eve@firstline.example", "another few words")

    expect(page.locator("details.menu summary")).to_have_text("eve")


@pytest.mark.parametrize("path", ["/mine", "/mine/totp", "/users", "/users/1"])
def test_on_a_phone_nothing_is_wider_than_the_screen(window: OpenWindow, path: str) -> None:
    page = window(path, role=Role.ADMIN, viewport={"width": 360, "height": 740})

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
