"""What Twilio writes down of a recording: in English alone, minutes later, and as if the caller had said it."""

import pytest
from pydantic import SecretStr

from intake.hotline.call import Step
from intake.hotline.prompts import prompt
from intake.hotline.twiml import render
from models.settings import Settings
from tests.fakes.twilio import Caller
from tests.fakes.twilio.exchange import NUMBER, TOKEN
from tests.fakes.twilio.grammar import NotTwiml, read
from tests.hotline.conftest import PUBLIC, Hotline
from tests.hotline.test_every_state import REACHED, URLS
from tests.hotline.transcribing import DOWN, is_not_understood, transcript


@pytest.fixture
def settings() -> Settings:
    token = SecretStr(TOKEN)
    return Settings(public_url=PUBLIC, twilio_auth_token=token, twilio_number=NUMBER, twilio_transcribe=True)


@pytest.mark.every_backend
def test_what_twilio_wrote_down_is_put_on_the_case_and_judged(hotline: Hotline) -> None:
    caller = is_not_understood(hotline, says=DOWN).hangs_up()
    assert hotline.case(caller).level == 3

    hotline.exchange.transcribes()

    case = hotline.case(caller)
    assert (case.level, case.subject, len(hotline.cases())) == (1, DOWN, 1)
    assert (transcript(hotline).text, transcript(hotline).language) == (DOWN, "en")
    assert caller.errors == []


def test_one_that_names_another_call_is_put_with_its_recording(hotline: Hotline) -> None:
    caller = is_not_understood(hotline, says=DOWN).hangs_up()
    case = hotline.case(caller)
    other = hotline.english("+8613811112222").presses("12").says("The array shows a red light").hangs_up()
    before = hotline.case(other)
    [(url, form)] = hotline.exchange.transcribing

    hotline.exchange.request(url, form | {"CallSid": other.sid})
    hotline.work()

    assert transcript(hotline).case_id == case.id
    assert hotline.case(other).level == before.level


def test_told_twice_it_is_one(hotline: Hotline) -> None:
    caller = is_not_understood(hotline, says=DOWN).hangs_up()
    hotline.case(caller)

    hotline.exchange.transcribes()
    hotline.exchange.repeat()

    assert hotline.events(hotline.case(caller)).count("transcript") == 1


def test_it_may_come_before_the_call_is_over(hotline: Hotline) -> None:
    caller = hotline.english().presses("3").presses("#").leaves_a_message(9, says=DOWN).hears("your name")

    hotline.exchange.transcribes()
    hotline.work()
    caller.hangs_up()

    assert hotline.case(caller).level == 1


def test_a_second_recording_is_read_after_the_first(hotline: Hotline) -> None:
    caller = hotline.english().presses("3").presses("#").leaves_a_message(9, says="The tape robot is stuck.")
    caller.hangs_up()
    hotline.case(caller)
    second = {"RecordingSid": "RE0", "CallSid": caller.sid, "TranscriptionStatus": "completed"}
    hotline.exchange.webhook("/twilio/transcript?lang=en", second | {"TranscriptionText": "And it burns."})
    hotline.exchange.transcribes()

    assert hotline.case(caller).subject == "The tape robot is stuck."


@pytest.mark.parametrize(("seconds", "errors"), [(119, 0), (2, 1)])
def test_the_longest_recording_is_within_what_twilio_writes_down(hotline: Hotline, seconds: int, errors: int) -> None:
    caller = hotline.english().presses("3").presses("#").leaves_a_message(300 if seconds > 2 else 2, says=DOWN)

    assert len(caller.errors) == errors


def test_what_twilio_could_not_write_down_is_listened_to(hotline: Hotline) -> None:
    caller = is_not_understood(hotline, says="").hangs_up()
    hotline.case(caller)

    hotline.exchange.transcribes()

    case = hotline.case(caller)
    assert "recording" in hotline.events(case)
    assert "transcript" not in hotline.events(case)
    assert case.needs_review


def test_a_recording_in_chinese_is_not_given_to_twilio(hotline: Hotline) -> None:
    caller = hotline.caller().presses("1").presses("0#").presses("3").presses("#").hears("留言").leaves_a_message(9)

    assert hotline.exchange.transcribing == []
    assert hotline.case(caller.hangs_up()).language == "zh-Hans"


def test_every_recording_that_is_to_be_written_down_is_asked_for_in_documented_twiml() -> None:
    records = [
        record
        for call in REACHED
        if call.step is Step.RECORD
        for record in read(render(call, prompt(call), URLS, transcribes=True)).iter("Record")
    ]

    assert {record.get("transcribe") for record in records} == {"true", None}
    assert {record.get("transcribeCallback") for record in records} == {
        "https://desk.example/twilio/transcript?lang=en",
        None,
    }


@pytest.mark.parametrize(
    "record", ['transcribe="true"', 'transcribe="true" maxLength="121"', 'transcribeCallback="/transcript"']
)
def test_the_fake_refuses_what_twilio_would_not_write_down(record: str) -> None:
    with pytest.raises(NotTwiml, match=r"transcri"):
        read(f"<Response><Record {record} /></Response>")


def test_without_the_setting_nothing_is_asked_for() -> None:
    call = next(call for call in REACHED if call.step is Step.RECORD and call.is_english)

    assert "transcribe" not in render(call, prompt(call), URLS)


def test_a_forged_transcript_is_refused(hotline: Hotline) -> None:
    caller: Caller = is_not_understood(hotline, says=DOWN).hangs_up()
    hotline.case(caller)
    hotline.exchange.token = "not the account's"

    hotline.exchange.transcribes()

    assert "transcript" not in hotline.events(hotline.case(caller))
