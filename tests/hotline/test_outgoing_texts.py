"""Text messages of ours, through Twilio's REST API, and what our own people text back."""

import pytest
from sqlalchemy import select

from models.tables import CaseRow, OutgoingRow
from models.values import CaseState, OutgoingState
from routing import token
from tests.fakes.twilio import Phone
from tests.fakes.twilio.api import Api
from tests.fakes.twilio.exchange import NUMBER
from tests.hotline.conftest import ENGINEER, PUBLIC, STRANGER, Hotline
from tests.hotline.outgoing import notice, senders, stored, told_next
from tests.waiting import wait_until
from workers.deliver.email import RelayUnreachable


def test_a_text_message_goes_out(hotline: Hotline, api: Api) -> None:
    senders(hotline, api)["sms"].send("m1", ENGINEER, "您的报告已登记".encode())

    [message] = api.messages.values()
    assert (message["To"], message["From"], message["Body"]) == (ENGINEER, NUMBER, "您的报告已登记")


def text(hotline: Hotline, api: Api, arrives: bool) -> OutgoingRow:
    """Text the engineer, and wait until Twilio has told what became of it."""
    row = notice(hotline, "sms")
    hotline.exchange.phones[ENGINEER] = Phone(takes_texts=arrives)
    senders(hotline, api)["sms"].send(row.message_id, row.recipient, row.content)

    wait_until(lambda: not api.is_telling)
    return row


def test_who_does_not_get_a_text_message_is_told_by_mail_once(hotline: Hotline, api: Api) -> None:
    text(hotline, api, arrives=False)
    hotline.exchange.repeat()  # as Twilio does where it did not see our answer

    assert told_next(hotline) == ["e0@desk.example"]
    assert hotline.events(stored(hotline)).count("not-told") == 1
    assert message(hotline).state == OutgoingState.BOUNCED
    assert message(hotline).error == "Twilio says undelivered, error 30003"


def test_a_text_message_that_arrives_changes_nothing(hotline: Hotline, api: Api) -> None:
    text(hotline, api, arrives=True)

    assert told_next(hotline) == []
    assert message(hotline).state == OutgoingState.SENDING  # until its sender has noted that it is sent


def tries_again(hotline: Hotline, api: Api, content: bytes | None = None) -> int:
    """Send n1 once more, whose answer was lost; returns how many text messages Twilio has then."""
    with hotline.database.transaction() as session:
        row = session.get_one(OutgoingRow, "n1")
        row.attempts += 2
        row.content = content or row.content
    senders(hotline, api)["sms"].send(row.message_id, row.recipient, row.content)
    return len(api.messages)


@pytest.mark.parametrize("status", [502, 504])
def test_a_text_message_that_twilio_has_taken_is_not_sent_twice_though_its_answer_was_lost(
    hotline: Hotline, api: Api, status: int
) -> None:
    row = notice(hotline, "sms")
    api.loses = [status]
    with pytest.raises(RelayUnreachable):
        senders(hotline, api)["sms"].send(row.message_id, row.recipient, row.content)

    assert tries_again(hotline, api) == 1


def test_one_that_twilio_has_not_taken_or_could_not_deliver_is_sent_again(hotline: Hotline, api: Api) -> None:
    text(hotline, api, arrives=False)

    assert tries_again(hotline, api) == 2
    assert tries_again(hotline, api, b"Case FL-000002, level 2: something else") == 3


def message(hotline: Hotline) -> OutgoingRow:
    with hotline.database.reading() as session:
        return session.get_one(OutgoingRow, "n1")


def test_a_customer_whose_acknowledgement_by_text_does_not_arrive_is_looked_at(hotline: Hotline) -> None:
    hotline.english().presses("12").says("The array is offline").hangs_up()
    hotline.work()
    with hotline.database.reading() as session:
        row = session.scalars(select(OutgoingRow).where(OutgoingRow.channel == "sms")).one()
    url = f"{PUBLIC}/twilio/sms/status?id={row.message_id}"
    with hotline.database.transaction() as session:
        session.get_one(OutgoingRow, row.id).state = OutgoingState.SENT
        session.get_one(CaseRow, 1).needs_review = False

    hotline.exchange.request(url, {"MessageSid": "SM" + "1" * 32, "MessageStatus": "failed", "ErrorCode": "30006"})

    assert stored(hotline).needs_review
    assert hotline.events(stored(hotline)).count("undeliverable") == 1


def test_what_is_told_of_a_text_message_that_is_to_be_sent_again_is_not_the_end_of_it(hotline: Hotline) -> None:
    """Twilio had taken it, and its answer was lost."""
    notice(hotline, "sms")
    with hotline.database.transaction() as session:
        session.get_one(OutgoingRow, "n1").state = OutgoingState.PENDING

    url = f"{PUBLIC}/twilio/sms/status?id=n1@desk.example"
    hotline.exchange.request(url, {"MessageSid": "SM" + "1" * 32, "MessageStatus": "undelivered"})

    assert message(hotline).state == OutgoingState.PENDING
    assert told_next(hotline) == []


@pytest.mark.parametrize(
    ("code", "accepted", "event"),
    [("1", "e0@desk.example", "accepted"), ("１", "e0@desk.example", "accepted"), (" 2 ", None, "passed-on")],
)
def test_a_text_message_of_one_digit_answers_the_last_notice(
    hotline: Hotline, code: str, accepted: str | None, event: str
) -> None:
    notice(hotline, "sms")

    hotline.exchange.text(ENGINEER, code)

    case = stored(hotline)
    assert case.accepted_by == accepted
    assert event in hotline.events(case)
    assert len(hotline.reports()) == 1


@pytest.mark.parametrize(
    ("said", "accepted"),
    [("", "e0@desk.example"), (" accept", "e0@desk.example"), (" 2", None), ("转交", None), (" what is it?", None)],
)
def test_the_token_that_a_text_message_asks_for_answers_the_notice_of_its_case(
    hotline: Hotline, said: str, accepted: str | None
) -> None:
    notice(hotline, "sms")
    shown = token.sign(stored(hotline).number, hotline.desk.token_key)

    hotline.exchange.text(ENGINEER, f"{shown}{said}" if said.isascii() else f"{said}{shown}")

    assert stored(hotline).accepted_by == accepted
    assert len(hotline.reports()) == (2 if "what" in said else 1)


def test_what_one_of_us_texts_to_a_case_is_no_word_of_its_customer(hotline: Hotline) -> None:
    notice(hotline, "sms")
    case = stored(hotline)
    with hotline.database.transaction() as session:
        session.get_one(CaseRow, case.id).state = CaseState.WAITING

    hotline.exchange.text(ENGINEER, f"{token.sign(case.number, hotline.desk.token_key)} the spare part is here")
    hotline.work()

    assert hotline.reports()[-1].case_id == case.id
    assert stored(hotline).state == CaseState.WAITING


def test_a_one_of_a_customer_is_a_report(hotline: Hotline) -> None:
    notice(hotline, "sms")

    hotline.exchange.text(STRANGER, "1")

    assert len(hotline.reports()) == 2
