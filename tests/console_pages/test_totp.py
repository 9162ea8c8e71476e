"""The second step of a log-in: setting it up, coming in by it, losing it."""

import re
from collections.abc import Callable
from dataclasses import replace

import pyotp
import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select
from starlette.testclient import TestClient

from console.app import create_app
from console.auth import sessions, totp, tries
from console.auth.roles import Role
from console.services import Services
from models.db import Database
from models.tables import AuditRow, RecoveryCodeRow, SessionRow, TotpRow, UserRow
from tests.conftest import Clock
from tests.console_pages.browser import Answer, Browser
from tests.console_pages.conftest import PASSWORD, LogIn

ANN = "ann@firstline.example"
AddUser = Callable[..., None]
NewBrowser = Callable[[], Browser]


class Authenticator:
    """The app on a telephone, which counts by the test's clock."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._totp, self._clock = pyotp.TOTP(secret), clock
        self.recovery: list[str] = []

    def code(self, steps: int = 0) -> str:
        return self._totp.at(int(self._clock.now.timestamp()) + steps * totp.STEP_SECONDS)


def enrol(browser: Browser, clock: Clock) -> Authenticator:
    """Set up an authenticator by the page."""
    assert browser.post("/mine/totp").status_code == 303
    secret = re.search(r'class="secret">(\w+)<', browser.get("/mine/totp").text)
    assert secret is not None
    found = Authenticator(secret[1], clock)
    answer = browser.post("/mine/totp/confirm", code=found.code())
    assert answer.status_code == 200, answer.text
    found.recovery = [node.text() for node in LexborHTMLParser(answer.text).css(".codes code")]
    return found


def show_code(browser: Browser, code: str, next: str = "/cases") -> Answer:
    form = browser.client.get(f"/login/code?next={next}").text
    token = re.search(r'name="csrf" value="(\w+)"', form)
    return browser.post("/login/code", csrf=token[1] if token else "", code=code, next=next)


def is_in(browser: Browser) -> bool:
    return bool(browser.get("/mine").status_code == 200)


def said(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AuditRow.what).order_by(AuditRow.id)))


@pytest.fixture
def ann(log_in: LogIn) -> Browser:
    return log_in(name="ann")


def test_who_has_set_it_up_is_asked_for_a_code_after_the_password_and_is_in_nowhere_before(
    ann: Browser, browser: NewBrowser, clock: Clock, database: Database
) -> None:
    phone = enrol(ann, clock)
    clock.forward(seconds=30)
    elsewhere = browser()

    half = elsewhere.log_in(ANN, PASSWORD, next="/cases?level=1")

    assert half.headers["location"] == "/login/code?next=%2Fcases%3Flevel%3D1"
    assert not is_in(elsewhere)
    assert elsewhere.post("/mine/totp/off", csrf="", code=phone.code()).status_code == 303
    answer = show_code(elsewhere, phone.code(), "/cases?level=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases?level=1")
    assert is_in(elsewhere)
    with database.reading() as session:
        assert session.scalars(select(SessionRow.how).order_by(SessionRow.how)).all() == ["code", "password"]
    assert said(database) == ["totp-on", "login"]


def test_the_key_of_the_first_half_is_not_that_of_the_session(ann: Browser, browser: NewBrowser, clock: Clock) -> None:
    phone = enrol(ann, clock)
    clock.forward(seconds=30)
    elsewhere = browser()
    elsewhere.log_in(ANN, PASSWORD)
    half = elsewhere.client.cookies["firstline"]

    show_code(elsewhere, phone.code())

    assert elsewhere.client.cookies["firstline"] != half
    other = browser()
    other.use(half)
    assert not is_in(other)


def test_a_code_is_good_once_not_even_within_its_half_minute_and_none_before_it(
    ann: Browser, browser: NewBrowser, clock: Clock
) -> None:
    phone = enrol(ann, clock)
    confirmed_by = phone.code()
    first, second = browser(), browser()
    for each in (first, second):
        each.log_in(ANN, PASSWORD)

    assert show_code(first, confirmed_by).status_code == 401
    clock.forward(seconds=30)
    used = phone.code()
    assert show_code(first, used).status_code == 303
    assert show_code(second, used).status_code == 401
    assert show_code(second, confirmed_by).status_code == 401
    clock.forward(seconds=30)
    assert show_code(second, phone.code()).status_code == 303


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 303), (0, 303), (1, 303), (2, 401)])
def test_a_telephone_may_be_half_a_minute_early_or_late(
    ann: Browser, browser: NewBrowser, clock: Clock, steps: int, status: int
) -> None:
    phone = enrol(ann, clock)
    clock.forward(minutes=10)
    elsewhere = browser()
    elsewhere.log_in(ANN, PASSWORD)

    assert show_code(elsewhere, phone.code(steps)).status_code == status


@pytest.mark.parametrize("code", ["", " ", "000", "abcdef", "１２３４５６", "1234567", "-" * 16, "x" * 64])
def test_what_is_no_code_is_refused(ann: Browser, browser: NewBrowser, clock: Clock, code: str) -> None:
    enrol(ann, clock)
    elsewhere = browser()
    elsewhere.log_in(ANN, PASSWORD)

    assert show_code(elsewhere, code).status_code in (401, 422)
    assert not is_in(elsewhere)


def test_ten_recovery_codes_are_told_once_kept_as_digests_and_good_once_each(
    ann: Browser, browser: NewBrowser, clock: Clock, database: Database
) -> None:
    phone = enrol(ann, clock)
    assert len(set(phone.recovery)) == totp.RECOVERY_CODES
    with database.reading() as session:
        kept = set(session.scalars(select(RecoveryCodeRow.digest)))
    assert len(kept) == totp.RECOVERY_CODES
    assert not kept & set(phone.recovery)
    assert phone.recovery[0] not in ann.get("/mine/totp").text
    first, second = browser(), browser()

    first.log_in(ANN, PASSWORD)
    assert show_code(first, f" {phone.recovery[3].lower().replace('-', ' ')} ").status_code == 303
    second.log_in(ANN, PASSWORD)
    assert show_code(second, phone.recovery[3]).status_code == 401

    assert "9 recovery codes left" in first.get("/mine").text
    assert "recovery-code" in said(database)


def test_new_recovery_codes_end_the_old_ones_and_want_a_code(ann: Browser, clock: Clock, database: Database) -> None:
    phone = enrol(ann, clock)
    with database.reading() as session:
        before = set(session.scalars(select(RecoveryCodeRow.digest)))

    assert ann.post("/mine/totp/codes", code="000000").status_code == 422
    clock.forward(seconds=30)
    assert ann.post("/mine/totp/codes", code=phone.code()).status_code == 200

    with database.reading() as session:
        after = set(session.scalars(select(RecoveryCodeRow.digest)))
    assert len(after) == totp.RECOVERY_CODES
    assert not before & after


def test_ten_wrong_codes_lock_the_name_and_the_right_password_does_not_begin_the_count_anew(
    ann: Browser, browser: NewBrowser, clock: Clock
) -> None:
    phone = enrol(ann, clock)
    clock.forward(minutes=1)
    guesser = browser()
    for _ in range(tries.LIMITS["name"]):
        guesser.log_in(ANN, PASSWORD)
        assert show_code(guesser, "000000").status_code == 401

    assert show_code(guesser, phone.code()).status_code == 429
    assert browser().log_in(ANN, PASSWORD).status_code == 429
    assert ann.post("/mine/totp/off", code=phone.code()).status_code == 429
    clock.forward(minutes=16)
    guesser.log_in(ANN, PASSWORD)
    assert show_code(guesser, phone.code()).status_code == 303


def test_who_takes_longer_than_five_minutes_begins_anew(ann: Browser, browser: NewBrowser, clock: Clock) -> None:
    phone = enrol(ann, clock)
    slow = browser()
    slow.log_in(ANN, PASSWORD)
    clock.forward(minutes=5)

    answer = show_code(slow, phone.code())

    assert (answer.status_code, is_in(slow)) == (403, False)
    assert slow.get("/login/code").headers["location"] == "/login"


def test_a_form_for_the_code_that_another_site_made_is_refused(ann: Browser, browser: NewBrowser, clock: Clock) -> None:
    phone = enrol(ann, clock)
    clock.forward(seconds=30)
    elsewhere = browser()
    elsewhere.log_in(ANN, PASSWORD)

    assert elsewhere.post("/login/code", csrf=sessions.csrf("guessed"), code=phone.code()).status_code == 403


def test_the_secret_is_told_until_it_is_confirmed_never_after_and_lies_encrypted(
    ann: Browser, clock: Clock, database: Database
) -> None:
    ann.post("/mine/totp")
    before = re.search(r'class="secret">(\w+)<', ann.get("/mine/totp").text)
    assert before is not None
    drawn = ann.get("/mine/totp/qr.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "<script" not in drawn.text
    assert "style=" not in drawn.text

    phone = enrol(ann, clock)

    assert ann.get("/mine/totp/qr.svg").status_code == 404
    assert "secret" not in ann.get("/mine/totp").text
    assert ann.post("/mine/totp").status_code == 409
    with database.reading() as session:
        kept = session.scalars(select(TotpRow.secret)).one()
    assert phone._totp.secret not in kept
    assert totp.Vault(b"test key").opened(kept) == phone._totp.secret
    assert totp.Vault(b"another key").opened(kept) is None


def test_a_wrong_code_confirms_nothing(ann: Browser, browser: NewBrowser) -> None:
    ann.post("/mine/totp")

    assert ann.post("/mine/totp/confirm", code="000000").status_code == 422
    assert ann.post("/mine/totp/confirm", code="").status_code == 422

    assert browser().log_in(ANN, PASSWORD, next="/cases").headers["location"] == "/cases"


def test_setting_it_up_logs_out_everywhere_else(ann: Browser, browser: NewBrowser, clock: Clock) -> None:
    elsewhere = browser()
    elsewhere.log_in(ANN, PASSWORD)

    enrol(ann, clock)

    assert not is_in(elsewhere)
    assert is_in(ann)


def test_it_is_switched_off_by_a_code_alone(ann: Browser, browser: NewBrowser, clock: Clock) -> None:
    phone = enrol(ann, clock)
    clock.forward(seconds=30)

    assert ann.post("/mine/totp/off", code="000000").status_code == 422
    assert browser().log_in(ANN, PASSWORD).headers["location"].startswith("/login/code")
    assert ann.post("/mine/totp/off", code=phone.code()).status_code == 303

    assert browser().log_in(ANN, PASSWORD, next="/cases").headers["location"] == "/cases"


def test_an_administrator_forgets_a_lost_authenticator_and_the_user_is_out(
    ann: Browser, log_in: LogIn, browser: NewBrowser, clock: Clock, database: Database
) -> None:
    enrol(ann, clock)
    admin = log_in(Role.ADMIN)

    assert admin.post("/users/1/totp-reset").status_code == 303

    assert not is_in(ann)
    assert browser().log_in(ANN, PASSWORD, next="/cases").headers["location"] == "/cases"
    assert admin.post("/users/1/totp-reset").status_code == 409
    with database.reading() as session:
        assert session.scalars(select(RecoveryCodeRow)).all() == []


@pytest.fixture
def strict(services: Services, log_in: LogIn) -> Callable[[Role], Browser]:
    """Makes browsers in which a user is logged in, at a desk whose supervisors need an authenticator."""
    ways = replace(services.pages.ways, totp_required=frozenset({Role.SUPERVISOR}))
    app = create_app(replace(services, pages=replace(services.pages, ways=ways)))

    def make(role: Role) -> Browser:
        found = Browser(TestClient(app, follow_redirects=False))
        found.use(log_in(role).client.cookies["firstline"])
        return found

    return make


def test_where_a_role_needs_it_nothing_else_is_there_before_it_is_set_up(
    strict: Callable[[Role], Browser], clock: Clock
) -> None:
    ann = strict(Role.SUPERVISOR)
    for path in ("/cases", "/review", "/audit", "/events"):
        assert ann.get(path).headers["location"] == "/mine/totp", path
    assert ann.get("/cases", hx_request="true").headers["hx-redirect"] == "/mine/totp"
    page = ann.get("/mine/totp").text
    assert "Your role needs an authenticator" in page
    assert "data-live" not in page

    enrol(ann, clock)

    assert ann.get("/cases").status_code == 200
    assert strict(Role.AGENT).get("/cases").status_code == 200


def test_no_log_holds_a_secret_or_a_code(
    ann: Browser, browser: NewBrowser, clock: Clock, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    phone = enrol(ann, clock)
    clock.forward(seconds=30)
    elsewhere = browser()
    elsewhere.log_in(ANN, PASSWORD)
    show_code(elsewhere, phone.code())

    with database.reading() as session:
        kept = " ".join(f"{row.what} {row.about}" for row in session.scalars(select(AuditRow)))
        assert session.scalars(select(UserRow.address)).one() == ANN
    for secret in (phone._totp.secret, phone.code(), *phone.recovery, PASSWORD):
        assert secret not in caplog.text + kept
