"""A key that Twilio tells of after the end of the call counts as if it had come in time."""

import pytest
from sqlalchemy import select

from models.tables import ReportRow
from tests.fakes.twilio import Caller
from tests.hotline.conftest import Hotline

SAID = ("1", "2", "say The array is offline")


def comes(hotline: Hotline, acts: tuple[str, ...], key: str, is_processed: bool, number: str = "+8613800138000") -> str:
    """Everything that is reported of a caller who did this, hung up and had pressed a key before that."""
    caller: Caller = hotline.caller(number).presses("2")
    for act in acts:
        caller = caller.says(act.removeprefix("say ")) if act.startswith("say ") else caller.presses(act)
    assert caller.asked is not None
    action = caller.asked.get("action", "")
    caller.hangs_up()
    if is_processed:
        hotline.work()
    late = {"CallSid": caller.sid, "From": number, "CallStatus": "completed", "Digits": key}
    for _ in range(2):
        hotline.exchange.request(action, late)
    hotline.work()
    hotline.pass_time(10)
    assert len(hotline.cases()) == 1
    assert {report.case_id for report in hotline.reports()} == {1}
    with hotline.database.reading() as session:
        return "\n".join(text or "" for text in session.scalars(select(ReportRow.text)))


@pytest.mark.every_backend
@pytest.mark.parametrize("is_processed", [False, True])
def test_that_the_business_is_stopped_counts_and_is_told_once(hotline: Hotline, is_processed: bool) -> None:
    told = comes(hotline, ("0#", "1"), "1", is_processed)

    assert told.count("The business is stopped at this moment.") == 1
    assert hotline.cases()[0].level == 1


@pytest.mark.parametrize("is_processed", [False, True])
def test_who_asked_to_be_called_back_is_once(hotline: Hotline, is_processed: bool) -> None:
    comes(hotline, ("0#", *SAID), "9", is_processed)

    [case] = hotline.cases()
    assert "call_back" in hotline.clocks(case)
    assert hotline.events(case).count("call-back") == 1


def test_who_had_asked_before_is_promised_it_once(hotline: Hotline) -> None:
    comes(hotline, ("0#", "9"), "1", is_processed=True)

    assert hotline.events(hotline.cases()[0]).count("call-back") == 1


def test_nobody_has_heard_a_number_that_was_not_told_any_more(hotline: Hotline) -> None:
    comes(hotline, ("0#", *SAID, "#", "say Ann", "1"), "1", is_processed=True)

    assert hotline.cases()[0].acknowledged_at is None


@pytest.mark.parametrize(
    ("acts", "key", "said"),
    [
        (("0#",), "2", "The caller asks to speak to a person."),
        ((), "2026071", "Company: Harbour Foods"),
        (("0#", *SAID, "#", "say Ann", "1", "2"), "13912345678", "Call back: +8613912345678"),
    ],
)
def test_what_is_keyed_stands_in_the_report(hotline: Hotline, acts: tuple[str, ...], key: str, said: str) -> None:
    assert said in comes(hotline, acts, key, is_processed=False)


def test_a_key_for_a_question_before_changes_nothing(hotline: Hotline) -> None:
    caller = hotline.english().presses("1")
    assert caller.asked is not None
    before = caller.asked.get("action", "")
    caller.presses("2").says("The array shows a red light").hangs_up()

    hotline.exchange.request(before, {"CallSid": caller.sid, "Digits": "1", "CallStatus": "completed"})

    hotline.work()
    assert "The business is not stopped." in hotline.text(caller)
    assert "stopped at this moment" not in hotline.text(caller)
