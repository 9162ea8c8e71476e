"""A text message is a report, or belongs to a case that it proves to know."""

import pytest

from models.tables import CaseRow
from models.values import CaseState
from routing import token
from tests.hotline.conftest import KNOWN, STRANGER, Hotline
from workers.cases.work import CaseWork

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


def test_a_text_message_with_a_longer_number_than_any_cases_is_a_report(hotline: Hotline) -> None:
    send(hotline, "The mail server is down, see FL-13900139000")

    assert [report.outcome for report in hotline.reports()] == ["case"]


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


@pytest.mark.parametrize("rings", ["says nothing", "presses that his business is not stopped"])
def test_who_rang_without_a_word_and_writes_that_all_is_down_has_a_case_of_level_one(
    hotline: Hotline, rings: str
) -> None:
    caller = hotline.english() if rings == "says nothing" else hotline.english().presses("12")
    assert hotline.case(caller.hangs_up()).level == 3

    hotline.exchange.text(STRANGER, "Our production line has stopped, all servers are down")
    hotline.work()

    [case] = hotline.cases()
    assert (case.level, case.assigned_team, case.needs_review) == (1, "incident", True)
    assert case.subject.startswith("Our production line has stopped")
    assert "reclassified" in hotline.events(case)


def test_what_a_person_has_judged_stays_as_he_has_judged_it(hotline: Hotline) -> None:
    hotline.case(hotline.english().hangs_up())
    with hotline.database.transaction() as session:
        case = session.get_one(CaseRow, 1)
        CaseWork(session, hotline.desk.office, case, hotline.clock(), "eve@desk.example").move(CaseState.ACCEPTED)

    hotline.exchange.text(STRANGER, "Our production line has stopped, all servers are down")
    hotline.work()

    [case] = hotline.cases()
    assert case.level == 3
    assert "graver" in hotline.events(case)
