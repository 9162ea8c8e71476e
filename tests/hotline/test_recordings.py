"""Recordings are fetched, again and again where that fails, and kept to be listened to."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from models.errors import Permanent, Temporary
from tests.fakes.twilio import Caller
from tests.fakes.twilio.facts import VALUES
from tests.hotline.conftest import KNOWN, STRANGER, Hotline
from workers.hotline.download import SHORTEST_REST_SECONDS, NoAnswer, Rest, download
from workers.stages.telephone import LIMIT_FETCHES, Tape


def recorded(hotline: Hotline) -> Caller:
    return hotline.english().presses("12").presses("#").leaves_a_message(9).hangs_up()


def recording(hotline: Hotline) -> tuple[str | None, int | None]:
    [report] = [report for report in hotline.reports() if report.external_id.startswith("RE")]
    return report.outcome, report.case_id


def test_a_recording_that_is_not_ready_is_fetched_later_and_holds_up_nobody(hotline: Hotline) -> None:
    tries = []

    def fetch(sid: str) -> tuple[str, bytes]:
        tries.append(sid)
        if len(tries) < 4:
            raise Temporary("Twilio answered 404 for the recording")
        return "audio/mpeg", b"ID3"

    hotline.desk = replace(hotline.desk, tape=Tape(fetch))
    caller = recorded(hotline)
    hotline.work()
    assert hotline.report(caller).outcome == "case"
    for _ in range(6):
        hotline.pass_time(20)

    assert recording(hotline) == ("recording", hotline.report(caller).case_id)
    assert len(tries) == 4


@pytest.mark.parametrize(("error", "tries"), [(Temporary("away"), LIMIT_FETCHES), (Permanent("it was deleted"), 1)])
def test_a_recording_that_cannot_be_had_is_said_so_on_the_case(hotline: Hotline, error: Exception, tries: int) -> None:
    tried = []

    def fetch(sid: str) -> tuple[str, bytes]:
        tried.append(sid)
        raise error

    hotline.desk = replace(hotline.desk, tape=Tape(fetch))
    caller = recorded(hotline)
    for _ in range(14):
        hotline.pass_time(300)

    assert recording(hotline) == ("recording", hotline.report(caller).case_id)
    assert len(tried) == tries
    assert "recording" in hotline.events(hotline.case(caller))


def test_a_recording_that_is_told_of_twice_is_one(hotline: Hotline) -> None:
    recorded(hotline)
    told = next(i for i, (url, _) in enumerate(hotline.exchange.requests) if "/twilio/recording" in url)
    hotline.exchange.repeat(told)

    assert len([report for report in hotline.reports() if report.external_id.startswith("RE")]) == 1


@pytest.mark.parametrize("status", sorted(VALUES["RecordingStatus"] - {"completed"}))
def test_a_recording_that_goes_on_or_is_empty_is_none_yet(hotline: Hotline, status: str) -> None:
    form = {"CallSid": hotline.exchange.sid("CA"), "RecordingSid": hotline.exchange.sid("RE")}

    answer = hotline.exchange.webhook("/twilio/recording", form | {"RecordingStatus": status})

    assert answer.status == 204
    assert hotline.reports() == []


def test_a_transcript_that_failed_adds_nothing(hotline: Hotline) -> None:
    form = {"TranscriptionSid": "TR1", "TranscriptionStatus": "failed", "TranscriptionText": "noise"}
    sids = {"CallSid": hotline.exchange.sid("CA"), "RecordingSid": hotline.exchange.sid("RE")}

    answer = hotline.exchange.webhook("/twilio/transcript", form | sids)

    assert answer.status == 204
    assert hotline.reports() == []


def test_a_recording_whose_callback_is_lost_is_fetched_all_the_same(hotline: Hotline) -> None:
    caller = hotline.english().presses("12").presses("#")
    assert caller.asked is not None
    del caller.asked.attrib["recordingStatusCallback"]
    caller.leaves_a_message(9).hangs_up()
    hotline.work()
    hotline.pass_time(10)

    assert recording(hotline)[0] == "recording"


@pytest.mark.parametrize(("number", "language"), [(KNOWN, "en"), (STRANGER, "zh-Hans")])
@pytest.mark.parametrize("ends", ["leaves_a_message", "hangs_up"])
def test_a_recording_is_in_the_language_of_its_call(hotline: Hotline, number: str, language: str, ends: str) -> None:
    caller = hotline.caller(number).presses("1")  # his company, or his language
    caller = (caller if number == KNOWN else caller.presses("0#")).presses("12").presses("#")
    getattr(caller, ends)()
    caller.hangs_up()
    hotline.work()
    hotline.pass_time(10)

    [report] = [report for report in hotline.reports() if report.external_id.startswith("RE")]
    assert report.language == language


def test_the_recording_can_be_listened_to(hotline: Hotline) -> None:
    recorded(hotline)
    hotline.work()
    hotline.pass_time(10)
    [report] = [report for report in hotline.reports() if report.external_id.startswith("RE")]

    answer = hotline.client.get(
        f"/api/v1/reports/{report.id}/recording", headers={"Authorization": "Bearer the token of the tests"}
    )

    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/mpeg")
    assert answer.content.startswith(b"ID3 RE")
    missing = hotline.client.get(
        "/api/v1/reports/none/recording", headers={"Authorization": "Bearer the token of the tests"}
    )
    assert missing.status_code == 404


class Silent:
    """Twilio, which does not answer until it is told to."""

    def __init__(self) -> None:
        self.answers, self.asked, self.seconds = False, 0, 0.0

    def __call__(self, name: str) -> tuple[str, bytes]:
        self.asked += 1
        if not self.answers:
            raise NoAnswer("the recording cannot be fetched: ReadTimeout")
        return "audio/mpeg", b"ID3"


def test_while_twilio_does_not_answer_few_recordings_are_asked_for() -> None:
    twilio = Silent()
    fetch = Rest(60, lambda: twilio.seconds).kept(twilio)

    asked_at = []
    while twilio.seconds < 4 * SHORTEST_REST_SECONDS:
        before = twilio.asked
        with pytest.raises(Temporary):
            fetch("RE1")
        asked_at += [twilio.seconds] if twilio.asked > before else []
        twilio.seconds += 1

    assert asked_at == [0, SHORTEST_REST_SECONDS, 3 * SHORTEST_REST_SECONDS]


def test_once_twilio_answers_again_all_are_asked_for() -> None:
    twilio = Silent()
    fetch = Rest(60, lambda: twilio.seconds).kept(twilio)
    with pytest.raises(NoAnswer):
        fetch("RE1")
    twilio.answers, twilio.seconds = True, SHORTEST_REST_SECONDS

    for _ in range(3):
        fetch("RE1")

    assert twilio.asked == 4


@pytest.fixture
def no_way() -> Iterator[str]:
    """Where nobody is let in: a queue that is full, as behind a firewall that drops everything."""
    with ExitStack() as opened:
        host = opened.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = opened.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(host.getsockname())
        yield f"http://127.0.0.1:{host.getsockname()[1]}"


def test_a_connection_that_is_not_made_is_not_waited_for_as_an_answer_is(
    no_way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.hotline.download.CONNECT_SECONDS", 0.1)
    monkeypatch.setattr("workers.hotline.download.TIMEOUT_SECONDS", 3600.0)

    with pytest.raises(NoAnswer, match="ConnectTimeout"):
        download(f"{no_way}/recording", ("account", "token"), "the recording", 100)
