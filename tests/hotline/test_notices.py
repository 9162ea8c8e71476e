"""What one of ours answers to a notice counts once, is told the truth about, and rings nobody who is not needed."""

from typing import Any

import pytest
from sqlalchemy import update

from models.tables import CaseRow, OutgoingRow
from models.values import CaseState, OutgoingState
from tests.fakes.twilio import Phone
from tests.fakes.twilio.api import Api
from tests.hotline.conftest import ENGINEER, Hotline
from tests.hotline.outgoing import MANAGER, call, notice, stored, told_next
from tests.waiting import wait_until
from workers.cases.work import CaseWork

pytestmark = pytest.mark.every_backend
SID = "SM" + "1" * 32
COLLEAGUE = "eve@desk.example"


def takes(hotline: Hotline, who: str = COLLEAGUE) -> None:
    """A colleague accepts the case meanwhile, on its page."""
    with hotline.database.transaction() as session:
        case = session.get_one(CaseRow, 1)
        CaseWork(session, hotline.desk.office, case, hotline.clock(), who).move(CaseState.ACCEPTED)


def tells(hotline: Hotline, path: str, **form: str) -> str:
    """Twilio tells of the call about the notice."""
    url = f"{hotline.exchange.public_url}/twilio/{path}?id=n1@desk.example"
    return hotline.exchange.request(url, {"CallSid": "CA" + "1" * 32, "To": ENGINEER, **form}).body


def change(hotline: Hotline, **values: Any) -> None:
    with hotline.database.transaction() as session:
        session.execute(update(OutgoingRow).where(OutgoingRow.id == "n1").values(**values))


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled", "completed"])
def test_nobody_else_is_told_of_a_case_that_a_colleague_has_taken_meanwhile(hotline: Hotline, status: str) -> None:
    notice(hotline)
    takes(hotline)

    tells(hotline, "notice/status", CallStatus=status)

    assert told_next(hotline) == []
    assert stored(hotline).accepted_by == COLLEAGUE


def test_who_accepts_a_case_that_a_colleague_has_taken_is_told_so(hotline: Hotline) -> None:
    notice(hotline)
    takes(hotline)

    assert "A colleague has the case" in tells(hotline, "notice", Digits="1")
    assert stored(hotline).accepted_by == COLLEAGUE
    assert "already-taken" in hotline.events(stored(hotline))


def test_who_accepts_twice_has_it_and_hears_so(hotline: Hotline) -> None:
    notice(hotline)

    answers = [tells(hotline, "notice", Digits="1") for _ in range(2)]

    assert all("The case is yours" in answer for answer in answers)
    assert hotline.events(stored(hotline)).count("accepted") == 1


def test_who_is_called_twice_and_takes_it_the_second_time_has_it(hotline: Hotline) -> None:
    """A call that Twilio has made without our hearing of it is made again."""
    notice(hotline)
    tells(hotline, "notice/status", CallStatus="no-answer")

    assert "The case is yours" in tells(hotline, "notice", Digits="1")
    assert stored(hotline).accepted_by == "e0@desk.example"


def test_who_picks_up_and_presses_nothing_has_not_taken_it_and_the_next_is_told_at_once(
    hotline: Hotline, api: Api
) -> None:
    call(hotline, api, Phone(keys=""))

    wait_until(lambda: told_next(hotline) == [MANAGER])


@pytest.mark.parametrize("code", ["1", "2"])
def test_an_answer_by_text_message_that_is_told_twice_opens_no_case(hotline: Hotline, code: str) -> None:
    notice(hotline, "sms")

    for _ in range(2):
        hotline.exchange.text(ENGINEER, code, SID)

    assert len(hotline.reports()) == 1
    assert hotline.events(stored(hotline)).count("accepted" if code == "1" else "passed-on") == 1


@pytest.mark.parametrize(
    "unseen", [{"state": OutgoingState.PENDING}, {"state": OutgoingState.FAILED}, {"channel": "voice"}]
)
def test_a_text_message_does_not_answer_what_was_not_sent_as_one(hotline: Hotline, unseen: dict[str, Any]) -> None:
    notice(hotline, "sms")
    change(hotline, **unseen)

    hotline.exchange.text(ENGINEER, "1", SID)

    assert stored(hotline).accepted_by is None
