"""A text message is a report, or belongs to a case that it proves to know."""

import pytest

from models.values import CaseState
from routing import token
from tests.hotline.conftest import KNOWN, STRANGER, Hotline

pytestmark = pytest.mark.every_backend


def send(hotline: Hotline, body: str, sender: str = STRANGER, sid: str | None = None) -> None:
    answer = hotline.exchange.text(sender, body, sid)
    assert (answer.status, "<Response" in answer.body) == (200, True)
    hotline.clock.forward(minutes=1)
    hotline.work()


def test_a_text_message_opens_a_case_and_is_answered_with_its_number(hotline: Hotline) -> None:
    send(hotline, "网站打不开了，所有用户都受影响")

    [case] = hotline.cases()
    assert (case.channel, case.language, case.customer) == ("phone", "zh-Hans", STRANGER)
    [(number, text)] = hotline.sent()
    assert number == STRANGER
    assert text.startswith("您的报告已登记，工单号FL-000001。")


def test_a_text_message_that_waited_for_a_worker_is_told_no_time_that_is_over(hotline: Hotline) -> None:
    hotline.exchange.text(STRANGER, "The mail server is down for all users", None)
    hotline.clock.forward(hours=30)  # nobody was there to work on it
    hotline.work()

    [(_, text)] = hotline.sent()
    assert text == "Your report is recorded as case FL-000001. Answer to add to it."


def test_an_answer_to_that_belongs_to_the_case(hotline: Hotline) -> None:
    send(hotline, "The mail server is down")
    send(hotline, "It is up again now")

    assert [report.outcome for report in hotline.reports()] == ["case", "follow-up"]
    assert len(hotline.sent()) == 1


def test_a_token_belongs_to_its_case_from_any_number(hotline: Hotline) -> None:
    send(hotline, "The mail server is down")
    send(hotline, f"see {token.sign('FL-000001', b'test key')} please", KNOWN)

    assert hotline.reports()[1].case_id == 1


def test_a_number_without_its_token_proves_nothing_from_a_strange_number(hotline: Hotline) -> None:
    send(hotline, "The mail server is down")
    send(hotline, "FL-000001 please close this", KNOWN)

    assert len(hotline.cases()) == 2


def test_a_case_that_was_closed_is_not_the_one_that_is_meant(hotline: Hotline) -> None:
    send(hotline, "The mail server is down")
    with hotline.database.transaction() as session:
        session.get_one(type(hotline.cases()[0]), 1).state = CaseState.CLOSED
    send(hotline, "Now the phones are down")

    assert len(hotline.cases()) == 2


def test_days_later_it_is_a_new_matter(hotline: Hotline) -> None:
    send(hotline, "The mail server is down")
    hotline.clock.forward(days=4)
    send(hotline, "We would like to book a training")

    assert len(hotline.cases()) == 2


def test_the_same_message_told_twice_is_one(hotline: Hotline) -> None:
    send(hotline, "The mail server is down", sid="SM1")
    send(hotline, "The mail server is down", sid="SM1")

    assert len(hotline.reports()) == 1


def test_somebody_who_texts_all_day_is_recorded_and_answered_no_more(hotline: Hotline) -> None:
    for number in range(34):
        with hotline.database.transaction() as session:
            for case in hotline.cases():
                session.get_one(type(case), case.id).state = CaseState.CLOSED
        hotline.exchange.text(
            STRANGER, f"The server in room {'abcdefghijklmnopqrstuvwxyzabcdefgh'[number] * 4} is down"
        )
        hotline.work()

    assert len(hotline.cases()) == 34
    assert len(hotline.sent()) == 30


@pytest.mark.parametrize(
    ("body", "kind"),
    [("STOP", ""), (" unsubscribe ", ""), ("Start", ""), ("退订", "STOP")],
    ids=["STOP", "unsubscribe", "Start", "own"],
)
def test_who_chooses_whether_he_is_texted_opens_no_case_and_is_not_answered(
    hotline: Hotline, body: str, kind: str
) -> None:
    form = hotline.exchange.message(STRANGER, body) | ({"OptOutType": kind} if kind else {})
    assert hotline.exchange.webhook("/twilio/sms", form).status == 200
    hotline.work()

    assert [report.outcome for report in hotline.reports()] == ["text-choice"]
    assert (hotline.cases(), hotline.sent()) == ([], [])


def test_a_choice_is_seen_on_the_case_that_its_sender_has(hotline: Hotline) -> None:
    send(hotline, "The mail server is down")
    send(hotline, "STOP")

    assert "text-choice" in hotline.events(hotline.cases()[0])


@pytest.mark.parametrize("body", ["HELP", "cancel", "The line has come to a STOP"])
def test_a_cry_for_help_is_a_report(hotline: Hotline, body: str) -> None:
    send(hotline, body)

    assert len(hotline.cases()) == 1
