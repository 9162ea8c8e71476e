"""Text messages and calls of ours, through Twilio's REST API."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from models.errors import FirstlineError, Permanent, Temporary
from models.settings import Settings
from models.tables import CaseRow, OutgoingRow, StaffRow, StepRow
from models.values import CaseState, OutgoingState, StepState
from routing import token
from tests.conftest import make_office
from tests.fakes.twilio import Phone
from tests.fakes.twilio.api import Api
from tests.fakes.twilio.exchange import ACCOUNT, NUMBER, TOKEN
from tests.hotline.conftest import ENGINEER, PUBLIC, STRANGER, Hotline
from tests.waiting import wait_until
from workers.deliver.email import MailSender, RelayUnreachable
from workers.deliver.telephone import NumberNotAllowed, make_senders
from workers.hotline.check import check, check_transcriber
from workers.hotline.download import TwilioRefused
from workers.hotline.life import CaseLife
from workers.hotline.twilio_api import TwilioApi, make_tape

MANAGER = "manager@desk.example"
TEXT = "Case FL-000001, level 1: the array is offline. Nobody has accepted it within 10 minutes."


@pytest.fixture
def api(hotline: Hotline) -> Iterator[Api]:
    with Api(hotline.exchange) as api:
        yield api


def settings(api: Api, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "public_url": PUBLIC,
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": SecretStr(TOKEN),
        "twilio_number": NUMBER,
        "twilio_api_url": api.url,
    }
    return Settings(**(values | changes))


def senders(hotline: Hotline, api: Api, **changes: Any) -> dict[str, MailSender]:
    return make_senders(settings(api, **changes), hotline.database, hotline.clock)


def notice(hotline: Hotline, channel: str = "voice") -> OutgoingRow:
    """A row that a step of the ladder of FL-000001 has queued; the next rung is the manager's."""
    hotline.english().presses("12").says("The array is offline").hangs_up()
    hotline.work()
    now = hotline.clock()
    row = OutgoingRow(
        id="n1",
        case_id=1,
        channel=channel,
        kind="notice",
        message_id="n1@desk.example",
        recipient=ENGINEER,
        recipient_key=ENGINEER,
        content=TEXT.encode(),
        created_at=now,
        state=OutgoingState.SENDING,
    )
    hotline.on_call(ENGINEER)
    manager = StaffRow(name="Manager", address=MANAGER, address_key=MANAGER, role="service-manager")
    with hotline.database.transaction() as session:
        step = session.scalars(select(StepRow).where(StepRow.case_id == 1).order_by(StepRow.planned_at)).first()
        assert step is not None
        step.state, step.due_at, step.done_at, step.told = StepState.DONE, None, now, ["Engineer 0 by voice"]
        row.step_id = step.id
        session.add_all([row, manager])
    return row


def call(hotline: Hotline, api: Api, phone: Phone) -> None:
    """Call the engineer, and wait until that call is over."""
    row = notice(hotline)
    hotline.exchange.phones[ENGINEER] = phone
    senders(hotline, api)["voice"].send(row.message_id, row.recipient, row.content)
    wait_until(lambda: any("/twilio/notice/status" in url for url, _ in hotline.exchange.requests))
    wait_until(lambda: next(iter(api.calls.values()))["status"] != "queued")


def stored(hotline: Hotline) -> CaseRow:
    with hotline.database.reading() as session:
        return session.get_one(CaseRow, 1)


def told_next(hotline: Hotline) -> list[str]:
    """Who was told because the engineer did not take it."""
    with hotline.database.reading() as session:
        rows = select(OutgoingRow.recipient).where(OutgoingRow.kind == "notice", OutgoingRow.id != "n1")
        return list(session.scalars(rows))


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


def test_one_accepts_the_case(hotline: Hotline, api: Api) -> None:
    call(hotline, api, phone := Phone(keys="1"))

    assert TEXT in phone.heard
    assert "press 1" in phone.heard[1]
    assert (stored(hotline).state, stored(hotline).accepted_by) == (CaseState.ACCEPTED, "e0@desk.example")
    assert told_next(hotline) == []


def test_two_passes_it_on_and_the_next_is_told_at_once(hotline: Hotline, api: Api) -> None:
    call(hotline, api, Phone(keys="2"))

    assert stored(hotline).accepted_by is None
    assert told_next(hotline) == [MANAGER]
    assert "passed-on" in hotline.events(stored(hotline))


def test_three_says_it_again(hotline: Hotline, api: Api) -> None:
    call(hotline, api, phone := Phone(keys="31"))

    assert phone.heard.count(TEXT) == 2
    assert stored(hotline).accepted_by == "e0@desk.example"


@pytest.mark.parametrize("behaves", ["busy", "no-answer"])
def test_where_nobody_answers_the_next_is_told_at_once(hotline: Hotline, api: Api, behaves: str) -> None:
    call(hotline, api, Phone(behaves))

    wait_until(lambda: told_next(hotline) == [MANAGER])


def test_where_another_one_has_taken_it_meanwhile_a_call_without_answer_tells_nobody(hotline: Hotline) -> None:
    row = notice(hotline)
    with hotline.database.transaction() as session:
        step = session.scalars(select(StepRow).where(StepRow.id == row.step_id)).one()
        step.clock = "call_out"  # on which two were called
        session.flush()
        life = CaseLife(make_office(hotline.clock))
        life.accepted(session, 1, ENGINEER, hotline.clock())
        life.passed(session, row, "the call was not answered (busy)", hotline.clock())

    assert stored(hotline).accepted_by == "e0@desk.example"
    assert told_next(hotline) == []


def test_a_mailbox_is_told_nothing_of_the_case(hotline: Hotline, api: Api) -> None:
    call(hotline, api, phone := Phone("mailbox"))

    assert TEXT not in " ".join(phone.heard)
    assert phone.heard


def test_who_says_nothing_is_told_three_times(hotline: Hotline, api: Api) -> None:
    call(hotline, api, phone := Phone(keys=""))

    assert phone.heard.count(TEXT) == 3


def test_an_answer_that_comes_twice_counts_once(hotline: Hotline, api: Api) -> None:
    call(hotline, api, Phone(keys="2"))
    pressed = next(
        index
        for index, (url, form) in enumerate(hotline.exchange.requests)
        if form.get("Digits") == "2" and "/notice" in url
    )

    hotline.exchange.repeat(pressed)

    assert hotline.events(stored(hotline)).count("passed-on") == 1


@pytest.mark.parametrize("number", ["+819012345678", "+8619600000", "+12125550147", "nonsense"])
def test_numbers_abroad_and_those_that_are_none_are_not_called(hotline: Hotline, api: Api, number: str) -> None:
    for sender in senders(hotline, api).values():
        with pytest.raises(NumberNotAllowed):
            sender.send("m1", number, b"text")
    assert not api.calls
    assert not api.messages


def test_a_country_can_be_allowed(hotline: Hotline, api: Api) -> None:
    senders(hotline, api, twilio_countries=("JP",))["sms"].send("m1", "+819012345678", b"text")

    assert len(api.messages) == 1


def test_a_number_that_costs_extra_never_is(hotline: Hotline, api: Api) -> None:
    with pytest.raises(NumberNotAllowed, match="costs extra"):
        senders(hotline, api, twilio_number="+442079460000")["voice"].send("m1", "+449098790000", b"text")


def test_nobody_is_called_all_the_time(hotline: Hotline, api: Api) -> None:
    row = notice(hotline)
    with hotline.database.transaction() as session:
        for number in range(Settings().notice_limit_per_hour):
            values = {"case_id": 1, "channel": "voice", "kind": "notice", "recipient": ENGINEER, "state": "sent"}
            values |= {"recipient_key": ENGINEER, "content": b"", "created_at": hotline.clock()}
            session.add(OutgoingRow(id=f"s{number}", message_id=f"s{number}", **values))

    with pytest.raises(Temporary, match="within the hour"):
        senders(hotline, api)["voice"].send(row.message_id, row.recipient, row.content)
    hotline.clock.forward(hours=2)
    senders(hotline, api)["voice"].send(row.message_id, row.recipient, row.content)


@pytest.mark.parametrize(("status", "kind"), [(500, RelayUnreachable), (429, RelayUnreachable), (400, TwilioRefused)])
def test_what_twilio_answers_says_whether_to_try_again(
    hotline: Hotline, api: Api, status: int, kind: type[Exception]
) -> None:
    api.fails = [status] * 3

    with pytest.raises(kind):
        senders(hotline, api)["sms"].send("m1", ENGINEER, b"text")


def test_a_wrong_token_may_be_mended(hotline: Hotline, api: Api) -> None:
    with pytest.raises(RelayUnreachable, match="401"):
        senders(hotline, api, twilio_auth_token=SecretStr("wrong"))["sms"].send("m1", ENGINEER, b"text")


def test_twilio_out_of_reach_may_be_mended(hotline: Hotline, api: Api) -> None:
    with pytest.raises(RelayUnreachable):
        senders(hotline, api, twilio_api_url="http://127.0.0.1:9")["sms"].send("m1", ENGINEER, b"text")


def test_a_parameter_that_is_not_documented_is_refused(hotline: Hotline, api: Api) -> None:
    answer = api.answer("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json", {"Colour": ["red"]}, _basic())

    assert answer.status == 400
    assert b"Colour" in answer.content


def _basic() -> str:
    return "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


def test_recordings_are_fetched_with_the_accounts_credentials(hotline: Hotline, api: Api) -> None:
    sid, unknown = hotline.exchange.sid("RE"), hotline.exchange.sid("RE")
    hotline.exchange.recordings[sid] = b"ID3 sound"
    tape = make_tape(settings(api))
    assert tape is not None

    assert tape.fetch(sid) == ("audio/mpeg", b"ID3 sound")
    with pytest.raises(Temporary, match="404"):
        tape.fetch(unknown)


def test_the_account_can_be_examined(hotline: Hotline, api: Api) -> None:
    found = TwilioApi.of(settings(api))
    assert found is not None

    assert found.check() == "account active"
    wrong = TwilioApi.of(settings(api, twilio_auth_token=SecretStr("wrong")))
    assert wrong is not None
    with pytest.raises((Temporary, Permanent), match="401"):
        wrong.check()


def test_without_an_account_nothing_is_sent_by_telephone(hotline: Hotline, api: Api) -> None:
    assert senders(hotline, api, twilio_account_sid="") == {}


@pytest.mark.parametrize(
    ("code", "accepted", "event"), [("1", "e0@desk.example", "accepted"), (" 2 ", None, "passed-on")]
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


def test_the_doctor_says_how_the_hotline_is(hotline: Hotline, api: Api) -> None:
    assert "off" in check(Settings())
    assert check(settings(api)).startswith("account active, +862155550100; calls are taken at https://desk.example")
    assert "recordings are not fetched" in check(settings(api, twilio_account_sid=""))
    with pytest.raises(FirstlineError, match="FIRSTLINE_PUBLIC_URL"):
        check(settings(api, public_url=""))


def test_the_doctor_says_who_writes_recordings_down(hotline: Hotline, api: Api, tmp_path: Path) -> None:
    program = tmp_path / "transcribe"
    program.write_text("#!/bin/sh\n")

    assert check_transcriber(settings(api)).startswith("none")
    assert "in English" in check_transcriber(settings(api, twilio_transcribe=True))
    with pytest.raises(FirstlineError, match="there is no program /nowhere"):
        check_transcriber(settings(api, transcriber=("/nowhere",)))
    with pytest.raises(FirstlineError, match=r"transcribe cannot be run; chmod \+x it"):
        check_transcriber(settings(api, transcriber=(str(program), "small")))
    program.chmod(0o755)
    assert check_transcriber(settings(api, transcriber=(str(program), "small"))).startswith(str(program))
    with pytest.raises(FirstlineError, match="FIRSTLINE_TWILIO_ACCOUNT_SID"):
        check_transcriber(settings(api, transcriber=(str(program),), twilio_account_sid=""))
