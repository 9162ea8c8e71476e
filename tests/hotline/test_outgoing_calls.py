"""Calls of ours, through Twilio's REST API, and what it refuses."""

import base64
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from models.errors import FirstlineError, Permanent, Temporary
from models.settings import Settings
from models.tables import OutgoingRow, StepRow
from models.values import CaseState
from tests.conftest import make_office
from tests.fakes.twilio import Phone
from tests.fakes.twilio.api import Api
from tests.fakes.twilio.exchange import ACCOUNT, TOKEN
from tests.hotline.conftest import ENGINEER, Hotline
from tests.hotline.outgoing import MANAGER, TEXT, call, notice, senders, settings, stored, told_next
from tests.waiting import wait_until
from workers.deliver.email import RelayUnreachable
from workers.deliver.telephone import NumberNotAllowed
from workers.hotline.check import check, check_transcriber
from workers.hotline.download import TwilioRefused
from workers.hotline.life import CaseLife
from workers.hotline.twilio_api import TwilioApi, make_tape


@pytest.mark.every_backend
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


@pytest.mark.parametrize(("status", "code"), [(400, 10001), (400, 10004), (403, 20003), (403, 20005), (400, 21611)])
def test_an_account_out_of_credit_or_at_a_limit_may_be_mended(
    hotline: Hotline, api: Api, status: int, code: int
) -> None:
    api.refuses = [(status, code)]

    with pytest.raises(RelayUnreachable, match=str(code)):
        senders(hotline, api)["voice"].send("m1", ENGINEER, b"text")


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
