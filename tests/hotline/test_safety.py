"""Only Twilio is let in, and what it repeats, mixes up or asks too late does no harm."""

import base64
import hashlib
import hmac
import logging
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from console.app import create_app
from console.services import Services
from console.twilio import routes
from console.twilio.signature import is_genuine
from models.errors import Temporary
from tests.fakes.twilio import signing
from tests.fakes.twilio.exchange import TOKEN
from tests.fakes.twilio.grammar import read
from tests.hotline.conftest import KNOWN, PUBLIC, STRANGER, Hotline
from tests.waiting import wait_until

VOICE = f"{PUBLIC}/twilio/voice"
FORM = {"CallSid": "CA1", "From": STRANGER, "To": "+862155550100"}


def post(hotline: Hotline, headers: dict[str, str], url: str = VOICE, form: dict[str, str] = FORM) -> int:
    return int(hotline.client.post(url, data=form, headers=headers).status_code)


def test_the_example_of_twilios_documentation_has_the_signature_that_stands_there() -> None:
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }

    signed = signing.sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form)

    assert signed == "GvWf1cFY/Q7PnoempGyD5oXAezc="


def test_a_request_without_a_signature_is_refused(hotline: Hotline) -> None:
    assert post(hotline, {}) == 403
    assert hotline.reports() == []


@pytest.mark.parametrize("token", ["", "another token", TOKEN + " "])
def test_a_signature_with_another_token_is_refused(hotline: Hotline, token: str) -> None:
    assert post(hotline, signing.headers(token, VOICE, FORM)) == 403


@pytest.mark.parametrize(
    "signed",
    [
        lambda: signing.headers(TOKEN, "http://desk.example/twilio/voice", FORM),
        lambda: signing.headers(TOKEN, VOICE + "?turn=1", FORM),
        lambda: signing.headers(TOKEN, VOICE, FORM | {"From": KNOWN}),
        lambda: {"X-Twilio-Signature": "ä" * 28},
        lambda: signing.headers(TOKEN, VOICE, FORM) | {"X-Twilio-Webhooks-Signature-Settings": "algorithm=NONE"},
        lambda: signing.headers(TOKEN, VOICE, FORM) | {"X-Twilio-Webhooks-Signature-Settings": "algorithm=HMAC_SHA256"},
    ],
)
def test_what_is_signed_otherwise_is_refused(hotline: Hotline, signed: Callable[[], dict[str, str]]) -> None:
    headers = {name: value.encode("utf-8") for name, value in signed().items()}

    assert post(hotline, headers) == 403  # type: ignore[arg-type]


def test_the_newer_scheme_is_taken(hotline: Hotline) -> None:
    hotline.exchange.shared_key = TOKEN

    hotline.caller().hears("按1")


def test_the_header_of_a_proxy_changes_nothing(hotline: Hotline) -> None:
    headers = signing.headers(TOKEN, VOICE, FORM) | {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}

    assert post(hotline, headers) == 200


def test_a_second_token_is_taken_while_the_first_is_changed(hotline: Hotline) -> None:
    door = hotline.client.app.state.services.twilio  # type: ignore[attr-defined]
    both = is_genuine(("new", TOKEN), VOICE, FORM.items(), {k.lower(): v for k, v in signed().items()})

    assert both
    assert door.tokens == (TOKEN,)


def signed() -> dict[str, str]:
    return signing.headers(TOKEN, VOICE, FORM)


def test_a_parameter_that_comes_twice_is_signed_with_both_values(hotline: Hotline) -> None:
    text = VOICE + "".join(f"{name}{value}" for name, value in sorted([*FORM.items(), ("A", "1"), ("A", "2")]))
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), text.encode(), hashlib.sha1)).decode()

    answer = hotline.client.post(VOICE, data=FORM | {"A": ["2", "1"]}, headers={"X-Twilio-Signature": signature})

    assert answer.status_code == 200


def test_without_a_token_the_hotline_is_off(hotline: Hotline) -> None:
    services: Services = hotline.client.app.state.services  # type: ignore[attr-defined]
    client = TestClient(create_app(replace(services, twilio=None)))

    answer = client.post("/twilio/voice", data=FORM)

    assert (answer.status_code, "FIRSTLINE_TWILIO_AUTH_TOKEN" in answer.text) == (404, True)


def test_a_huge_body_is_not_read(hotline: Hotline) -> None:
    assert hotline.client.post(VOICE, content=b"a=" + b"x" * 400_000).status_code == 413


def test_another_path_is_not_there(hotline: Hotline) -> None:
    url = f"{PUBLIC}/twilio/nothing"

    assert post(hotline, signing.headers(TOKEN, url, FORM), url) == 404


SID = "0" * 32
# For each route something that Twilio sends elsewhere, and what it has not that is needed there.
ELSEWHERE = [
    ("voice", {"MessageSid": f"SM{SID}", "Body": "down"}, "CallSid"),
    ("voice", {"CallSid": ""}, "CallSid"),
    ("voice", {"CallSid": "CA\0"}, "CallSid"),
    ("voice", {"CallSid": f"CA{SID * 2}"}, "CallSid"),
    ("voice?again=one", {"CallSid": f"CA{SID}"}, "again"),
    ("voice/turn?turn=0&lang=en", {"Digits": "1"}, "CallSid"),
    ("voice/turn?turn=first&lang=en", {"CallSid": f"CA{SID}"}, "turn"),
    ("voice/whisper", {"CallSid": f"CA{SID}"}, "of"),
    ("status", {"MessageSid": f"SM{SID}", "MessageStatus": "sent"}, "CallSid"),
    ("status", {"CallStatus": "completed"}, "CallSid"),
    ("fallback", {"MessageSid": f"SM{SID}", "Body": "down", "ErrorCode": "11200"}, "CallSid"),
    ("recording?lang=en", {"CallSid": f"CA{SID}", "RecordingStatus": "completed"}, "RecordingSid"),
    ("recording?lang=en", {"RecordingSid": f"RE{SID}"}, "CallSid"),
    ("transcript?lang=en", {"CallSid": f"CA{SID}", "TranscriptionStatus": "failed"}, "RecordingSid"),
    ("transcript?lang=en", {"RecordingSid": f"RE{SID}"}, "CallSid"),
    ("sms", {"CallSid": f"CA{SID}", "From": STRANGER}, "MessageSid"),
    ("sms", {"MessageSid": f"SM{SID} ", "Body": "1"}, "MessageSid"),
    ("notice", {"CallSid": f"CA{SID}"}, "id"),
    ("notice?id=m1&said=often", {"CallSid": f"CA{SID}"}, "said"),
    ("notice/status?id=", {"CallSid": f"CA{SID}", "CallStatus": "busy"}, "id"),
    ("sms/status?id=", {"MessageSid": f"SM{SID}", "MessageStatus": "undelivered"}, "id"),
    ("sms/status?id=m1", {"CallSid": f"CA{SID}", "CallStatus": "failed"}, "MessageSid"),
]


def test_every_route_is_held_to_what_it_needs(hotline: Hotline) -> None:
    door = hotline.client.app.state.services.twilio  # type: ignore[attr-defined]

    assert set(door.needs) == set(door.answers) == {path.partition("?")[0] for path, _, _ in ELSEWHERE}


@pytest.mark.parametrize(("path", "form", "lacks"), ELSEWHERE)
def test_what_twilio_sends_to_the_wrong_address_is_a_400_that_says_what_it_lacks(
    hotline: Hotline, caplog: pytest.LogCaptureFixture, path: str, form: dict[str, str], lacks: str
) -> None:
    url = f"{PUBLIC}/twilio/{path}"

    answer = hotline.client.post(url, data=form, headers=signing.headers(TOKEN, url, form))

    assert (answer.status_code, lacks in answer.text) == (400, True)
    assert [record.status for record in caplog.records if record.message == "webhook_refused"] == [400]  # type: ignore[attr-defined]
    assert hotline.reports() == []


@pytest.mark.parametrize("count", ["²", "-1", "", "1" * 5000, "ten"])
def test_what_is_no_number_where_twilio_counts_loses_no_report(hotline: Hotline, count: str) -> None:
    media = {"NumMedia": count, "MediaUrl0": "https://api.twilio.com/a", "MediaContentType0": "image/png"}
    recording = {"CallSid": f"CA{SID}", "RecordingSid": f"RE{SID}", "RecordingDuration": count}
    failed = {"CallSid": f"CA{SID}", "ErrorUrl": f"{VOICE}?fault={count}"}

    answers = [
        hotline.exchange.webhook("/twilio/sms", {"MessageSid": f"SM{SID}", "From": STRANGER, "Body": "down"} | media),
        hotline.exchange.webhook("/twilio/recording", recording),
        hotline.exchange.webhook("/twilio/fallback", failed),
    ]

    assert [answer.status for answer in answers] == [200, 204, 200]
    assert len(hotline.reports()) == 2


@pytest.mark.parametrize("keys", ["²", "1" * 5000, "٣"])
def test_strange_digits_are_no_number_of_a_case(hotline: Hotline, keys: str) -> None:
    caller = hotline.english().presses("4")
    assert caller.asked is not None

    answer = hotline.exchange.request(caller.asked.get("action", ""), {"CallSid": caller.sid, "Digits": keys})

    assert answer.status == 200


def test_a_repeated_request_hears_the_same_and_changes_nothing(hotline: Hotline) -> None:
    caller = hotline.english().presses("1")
    before = hotline.parts(hotline.report(caller))

    again = hotline.exchange.repeat()

    assert "business stopped" in again.body
    assert hotline.parts(hotline.report(caller)) == before or len(hotline.parts(hotline.report(caller))) == len(before)


def test_an_old_answer_that_comes_late_changes_nothing(hotline: Hotline) -> None:
    caller = hotline.english().presses("12").says("The array is offline")
    late = next(index for index, (url, _) in enumerate(hotline.exchange.requests) if "turn=1&" in url)

    answer = hotline.exchange.repeat(late)

    assert "Please say more" in answer.body
    caller.presses("#").hears("your name")


def test_the_first_request_told_twice_is_one_call(hotline: Hotline) -> None:
    hotline.caller()

    again = hotline.exchange.repeat()

    assert "按1" in again.body
    assert len(hotline.reports()) == 1


def test_the_end_told_twice_is_one_end(hotline: Hotline) -> None:
    caller = hotline.english().presses("12").says("The array is offline").hangs_up()
    hotline.work()

    hotline.exchange.repeat()
    hotline.work()

    assert len(hotline.cases()) == 1
    assert hotline.report(caller).outcome == "case"


def test_an_answer_after_the_end_is_answered_with_good_bye(hotline: Hotline) -> None:
    caller = hotline.english().presses("12").says("The array is offline")
    last = len(hotline.exchange.requests) - 1
    caller.hangs_up()

    assert "Goodbye" in hotline.exchange.repeat(last).body


def test_two_of_the_same_answer_at_once_are_one(hotline: Hotline) -> None:
    caller = hotline.english().presses("12")
    assert caller.asked is not None
    url = caller.asked.get("action", "")
    form = {"CallSid": caller.sid, "From": STRANGER, "To": "", "SpeechResult": "The array is offline"}
    threads = [threading.Thread(target=hotline.exchange.request, args=(url, form)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    caller.hangs_up()
    hotline.work()
    assert hotline.text(caller).count("The array is offline") == 1


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "ANSWER_SECONDS", 0.2)


@pytest.mark.on_sqlite
@pytest.mark.usefixtures("impatient")
def test_a_database_that_is_slow_makes_the_caller_wait_with_his_key_kept(hotline: Hotline) -> None:
    caller = hotline.english().presses("1").hears("business stopped")
    held = threading.Event()

    with hotline.database.transaction() as session:
        session.execute(text("SELECT 1"))  # from here on nobody else can write
        hotline.exchange.passes = lambda seconds: held.set()
        thread = threading.Thread(target=caller.presses, args=("1",), daemon=True)
        thread.start()
        assert held.wait(10)  # "one moment" was heard
    thread.join(10)

    caller.hears("say what has happened")
    assert "One moment please." in caller.said_to
    hotline.exchange.passes = hotline.pass_time
    caller.says("The array is offline").hangs_up()
    hotline.work()
    assert "The business is stopped" in hotline.text(caller)


def services_with(answer: Callable[..., str], hotline: Hotline) -> Services:
    services: Services = hotline.client.app.state.services  # type: ignore[attr-defined]
    door = services.twilio
    assert door is not None
    object.__setattr__(door, "answers", {**door.answers, "voice/turn": answer})
    return services


def test_a_database_that_is_away_is_waited_for_and_then_the_caller_is_told_another_way(hotline: Hotline) -> None:
    caller = hotline.english()

    def away(query: object, form: object) -> str:
        raise Temporary("the database did not answer")

    services_with(away, hotline)
    caller.presses("1")

    assert caller.is_over
    assert caller.said_to.count("We have a technical problem. Please stay on the line, we are trying again.") == 8
    caller.hears("send a mail")


def test_a_defect_of_ours_brings_the_call_back_to_where_it_was(hotline: Hotline) -> None:
    caller = hotline.english()
    right = hotline.client.app.state.services.twilio.answers["voice/turn"]  # type: ignore[attr-defined]
    failed: list[int] = []

    def fails_once(query: dict[str, str], form: dict[str, str]) -> str:
        if not failed:
            failed.append(1)
            raise ZeroDivisionError
        return str(right(query, form))

    services_with(fails_once, hotline)
    caller.presses("1").hears("technical problem", "report a fault").presses("1").hears("business stopped")

    assert [error[:9] for error in caller.errors] == ["11200 500"]


def test_numbers_are_masked_in_what_is_logged(hotline: Hotline, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        hotline.english().presses("12").says("The array is offline").presses("#").hangs_up()
        hotline.exchange.text(STRANGER, "The array is offline")

    logged = " ".join(
        str(record.__dict__) for record in caplog.records if record.name.startswith(("intake", "console"))
    )
    assert "call_came" in logged
    assert STRANGER not in logged
    assert "array" not in logged


def test_a_status_callback_that_cannot_be_stored_is_a_503(hotline: Hotline) -> None:
    services: Services = hotline.client.app.state.services  # type: ignore[attr-defined]
    assert services.twilio is not None

    def away(query: object, form: object) -> str:
        raise Temporary("the database did not answer")

    object.__setattr__(services.twilio, "answers", {**services.twilio.answers, "sms": away})

    assert hotline.exchange.text(STRANGER, "The array is offline").status == 503


def test_hostile_words_do_not_break_the_document(hotline: Hotline) -> None:
    caller = hotline.english().presses("12").says("</Say><Hangup/> & \x00\x0b <b>").presses("#")

    caller.says("Robert '); <Say>").hears("Robert '); <Say>")
    read(hotline.exchange.repeat().body)


def test_a_question_of_an_unknown_call_starts_the_call(hotline: Hotline) -> None:
    url = f"{PUBLIC}/twilio/voice/turn?turn=7&lang=en"

    answer = hotline.exchange.request(url, FORM)

    assert "按1" in answer.body
    assert len(hotline.reports()) == 1


def test_waiting_ends(hotline: Hotline) -> None:
    hotline.is_working = False  # no worker runs
    caller = hotline.english().presses("12").says("The array is offline").presses("#").says("Ann").presses("11")

    caller.hears("told the case number soon")
    assert caller.is_over
    hotline.is_working = True
    assert hotline.case(caller).acknowledged_at is None
    wait_until(lambda: hotline.sent())
