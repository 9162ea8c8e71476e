"""A supervisor mends the source of a mail that was set aside."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from console.auth.roles import Role
from console.pages import source_text
from intake.accept import Acceptor
from intake.mail.identity import mail_report
from models import set_aside
from models.db import Database
from models.errors import NotPossible
from models.tables import AuditRow, EventRow, ReportPart, ReportRow
from models.values import Channel, ReportState
from tests.conftest import Clock
from tests.console.builders import shunted
from tests.console_pages.browser import Browser, text
from tests.console_pages.conftest import LogIn
from workers.desk import Desk
from workers.runner import Runner

BROKEN = b"From: ann@customer.example\r\nSubject: broken\r\n\r\nThe array is down.\r\n"


def aside(database: Database, clock: Clock, content: bytes = BROKEN, **changes: object) -> str:
    row = shunted(clock(), **changes)
    with database.transaction() as session:
        session.add(row)
        session.flush()
        session.add(ReportPart(report_id=row.id, seq=0, kind="message/rfc822", content=content))
    return row.id


def source(database: Database, report_id: str) -> bytes:
    with database.reading() as session:
        return set_aside.source(session, session.get_one(ReportRow, report_id))


def edit(browser: Browser, report_id: str, change: Callable[[str], str], part: int = 0) -> int:
    """Open the form, change the text in it as the browser sends it, and save; returns the status."""
    area = browser.page(f"/intake/reports/{report_id}/edit").css_first("textarea")
    assert area is not None
    typed = change(area.text().replace("\r\n", "\n")).replace("\n", "\r\n")
    return int(browser.post(f"/intake/reports/{report_id}/edit", text=typed, part=part).status_code)


def test_a_mended_mail_goes_the_same_way_again_and_the_case_says_who_mended_it(
    log_in: LogIn, database: Database, clock: Clock, make_desk: Callable[..., Desk]
) -> None:
    acceptor = Acceptor(database, lambda: None)
    receipt = acceptor.accept(mail_report(BROKEN, "smtp", clock(), "ann@customer.example"))
    acceptor.close()
    with database.transaction() as session:
        session.get_one(ReportRow, receipt.report_id).state = ReportState.SHUNTED
    max_ = log_in(Role.SUPERVISOR, name="max")

    assert edit(max_, receipt.report_id, lambda typed: typed.replace("broken", "Array down")) == 303
    Runner(make_desk(), "test").run()

    with database.reading() as session:
        report = session.get_one(ReportRow, receipt.report_id)
        assert (report.subject, report.outcome) == ("Array down", "case")
        said = session.scalars(select(EventRow.text).where(EventRow.kind == "mended")).one()
        assert "max@firstline.example has mended it" in said
        assert session.scalars(select(AuditRow.what)).all() == ["mended"]
    assert max_.get(f"/intake/reports/{receipt.report_id}/original").content == BROKEN
    assert "mended" in text(max_.page("/cases/FL-000001"), ".timeline")


def test_what_nobody_touched_stays_byte_for_byte(log_in: LogIn, database: Database, clock: Clock) -> None:
    gbk = "Subject: 阵列\r\n".encode("gb18030") + b"X: 1\r\n\r\n\x00\xff body\n\r"
    report_id = aside(database, clock, gbk)
    supervisor = log_in(Role.SUPERVISOR)

    assert edit(supervisor, report_id, lambda typed: typed.replace("X: 1", "X: 2")) == 303

    assert source(database, report_id) == gbk.replace(b"X: 1", b"X: 2")


def test_only_the_headers_of_a_long_mail_are_shown(log_in: LogIn, database: Database, clock: Clock) -> None:
    report_id = aside(database, clock, BROKEN + b"x" * source_text.LIMIT)
    supervisor = log_in(Role.SUPERVISOR)
    page = supervisor.page(f"/intake/reports/{report_id}/edit")

    status = edit(supervisor, report_id, lambda typed: typed.replace("broken", "a\n\nb"))

    assert "Only the headers" in text(page, ".hint")
    assert "The array" not in text(page, "textarea")
    assert status == 409
    assert source(database, report_id).startswith(BROKEN)


def test_of_two_who_mend_a_mail_the_second_is_told(log_in: LogIn, database: Database, clock: Clock) -> None:
    report_id = aside(database, clock)
    ann, eve = log_in(Role.SUPERVISOR, name="ann"), log_in(Role.SUPERVISOR, name="eve")
    ann.page("/mine")
    eve.page("/mine")
    edit(ann, report_id, lambda typed: typed.replace("broken", "one"))
    with database.transaction() as session:
        session.get_one(ReportRow, report_id).state = ReportState.SHUNTED

    assert edit(eve, report_id, lambda typed: typed + "two", part=0) == 409

    assert b"Subject: one" in source(database, report_id)
    assert "mended by ann@firstline.example" in text(eve.page(f"/intake/reports/{report_id}/edit"), "main")


@pytest.mark.parametrize("change", [lambda typed: typed, lambda typed: " \n"])
def test_nothing_changed_and_nothing_left_are_refused(
    log_in: LogIn, database: Database, clock: Clock, change: Callable[[str], str]
) -> None:
    report_id = aside(database, clock)

    assert edit(log_in(Role.SUPERVISOR), report_id, change) == 409

    with database.reading() as session:
        assert session.get_one(ReportRow, report_id).state == ReportState.SHUNTED


def test_a_call_and_what_was_processed_have_no_source_to_mend(log_in: LogIn, database: Database, clock: Clock) -> None:
    call, done = aside(database, clock, channel=Channel.PHONE), aside(database, clock)
    with database.transaction() as session:
        session.get_one(ReportRow, done).state = ReportState.DONE
    supervisor = log_in(Role.SUPERVISOR)

    assert [supervisor.get(f"/intake/reports/{one}/edit").status_code for one in (call, done, "x")] == [409, 409, 404]
    assert "/edit" not in supervisor.get("/intake/aside").text


SOURCES = st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace"))


@given(SOURCES, st.sampled_from([b"\r\n", b"\n"]))
@example(b"\0\r\n", b"\n")
def test_one_more_header_is_all_that_changes(rest: bytes, line_end: bytes) -> None:
    original = b"A: 1" + line_end + b"B: 2" + line_end + line_end + rest
    shown = source_text.read(original)
    assert shown is not None
    whole = shown.is_whole

    found = source_text.mended(original, shown.text.replace("A: 1", "A: 3", 1))

    if whole:  # its line ends become those of most mails, as a form's are
        assert found.splitlines()[1:] == original.splitlines()[1:]
    else:
        assert found == original.replace(b"A: 1", b"A: 3", 1)


def test_a_letter_that_the_headers_cannot_hold_is_named() -> None:
    original = b"Subject: caf\xe9\r\n\r\nbody"

    with pytest.raises(NotPossible, match="RFC 2047"):
        source_text.mended(original, "Subject: 阵列")
