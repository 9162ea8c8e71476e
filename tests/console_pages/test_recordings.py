"""What a caller recorded: played on the page of his case, with what a machine wrote down of it beside."""

import hashlib
import io
import wave
from collections.abc import Callable

import pytest

from console.auth.roles import Role
from models.db import Database
from models.tables import ReportPart, ReportRow, TranscriptRow
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.browser import Browser, text
from tests.console_pages.conftest import LogIn

SAID = "The pump in hall two is <b>on fire</b>."


def sound(seconds: int = 2) -> bytes:
    """Silence as a WAV file, which every browser plays."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(16_000 * seconds))
    return file.getvalue()


def phone(clock: Clock, report_id: str, external_id: str, case_id: int, said: str = "") -> ReportRow:
    """A report by telephone that has been processed."""
    outcome = "recording" if external_id.startswith("RE") and not said else "follow-up"
    return ReportRow(
        id=report_id, channel="phone", external_id=external_id, source="hotline", received_at=clock(), state="done",
        outcome=outcome, case_id=case_id, text=said, subject=said, language="en",
    )  # fmt: skip


def call(
    database: Database, clock: Clock, said: str = "", state: str = "", error: str = "", kind: str = "audio/wav"
) -> None:
    """FL-000001 by telephone, with a recording `rec`; and FL-000002, which has nothing to do with it."""
    store(database, case(clock(), channel="phone", subject="A call"), case(clock(), subject="Another"))
    audio = sound()
    with database.transaction() as session:
        session.add_all([phone(clock, "call", "CA1", 1, "He left a message."), phone(clock, "rec", "RE1", 1)])
        session.flush()
        session.add(ReportPart(report_id="rec", seq=0, kind="application/json", content=b"{}"))
        session.add(ReportPart(report_id="rec", seq=1, kind=kind, content=audio))
        if said:
            session.add(phone(clock, "heard", "RE1+transcript", 1, said))
        if state:
            digest = hashlib.sha256(audio).hexdigest()
            row = TranscriptRow(report_id="rec", sha256=digest, language="en", state=state, error=error or None)
            session.add(row)


def shown(browser: Browser) -> str:
    return text(browser.page("/cases/FL-000001"), ".recording")


def test_a_recording_is_played_with_what_a_machine_wrote_down_beside_it(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    call(database, clock, SAID, "done")
    page = log_in(Role.VIEWER).page("/cases/FL-000001")

    [audio] = page.css(".recording audio[controls]")
    assert audio.attributes["src"] == "/cases/FL-000001/reports/rec/recording"
    assert audio.attributes["aria-label"] == "What the caller recorded"
    assert text(page, ".recording pre") == SAID
    assert "written down by a machine" in text(page, ".recording .hint")
    assert (page.html or "").count("on fire") == 1  # the transcript is no entry of its own


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        ("", "", "Nobody has written it down"),
        ("waiting", "", "It is being written down"),
        ("failed", "it took longer than 60 s", "it took longer than 60 s"),
    ],
)
def test_who_has_nothing_to_read_is_told_to_listen(
    log_in: LogIn, database: Database, clock: Clock, state: str, error: str, words: str
) -> None:
    call(database, clock, "", state, error)

    assert words in shown(log_in())


def test_in_chinese_too(log_in: LogIn, database: Database, clock: Clock) -> None:
    call(database, clock, "水泵着火", "done")

    assert "机器转写" in shown(log_in(language="zh-Hans"))


def test_a_transcript_without_its_recording_is_marked_as_well(log_in: LogIn, database: Database, clock: Clock) -> None:
    call(database, clock, SAID)
    with database.transaction() as session:
        session.delete(session.get_one(ReportPart, ("rec", 1)))

    page = log_in().page("/cases/FL-000001")

    assert page.css(".recording") == []
    assert "written down by a machine" in text(page, ".timeline")


@pytest.mark.parametrize(
    ("asked", "status", "part", "said"),
    [
        ("", 200, slice(None), None),
        ("bytes=0-9", 206, slice(0, 10), "bytes 0-9/{length}"),
        ("bytes=100-", 206, slice(100, None), "bytes 100-{last}/{length}"),
        ("bytes=-44", 206, slice(-44, None), "bytes {end}-{last}/{length}"),
        ("bytes=-99999999", 206, slice(None), "bytes 0-{last}/{length}"),
        ("bytes=0-99999999", 206, slice(None), "bytes 0-{last}/{length}"),
        ("bytes=99999999-", 416, slice(0), "bytes */{length}"),
        ("bytes=9-3", 416, slice(0), "bytes */{length}"),
        ("bytes=-0", 416, slice(0), "bytes */{length}"),
        ("bytes=0-1,5-6", 200, slice(None), None),
        ("bytes=-", 200, slice(None), None),
        ("lines=1-2", 200, slice(None), None),
        ("bytes=١-٢", 200, slice(None), None),
    ],
)
def test_a_player_gets_the_part_that_it_asks_for(
    log_in: LogIn, database: Database, clock: Clock, asked: str, status: int, part: slice, said: str | None
) -> None:
    call(database, clock)
    audio = sound()
    length = len(audio)

    headers = {b"Range": asked.encode()} if asked else {}
    answer = log_in(Role.VIEWER).client.get("/cases/FL-000001/reports/rec/recording", headers=headers)

    assert answer.status_code == status
    if status != 416:
        assert answer.content == audio[part]
        assert answer.headers["accept-ranges"] == "bytes"
    wanted = said.format(length=length, last=length - 1, end=length - 44) if said else None
    assert answer.headers.get("content-range") == wanted


def test_a_part_of_what_may_have_changed_is_the_whole(log_in: LogIn, database: Database, clock: Clock) -> None:
    call(database, clock)

    headers = {"Range": "bytes=0-9", "If-Range": '"an earlier one"'}
    answer = log_in().client.get("/cases/FL-000001/reports/rec/recording", headers=headers)

    assert (answer.status_code, len(answer.content)) == (200, len(sound()))


@pytest.mark.parametrize(
    ("kind", "type_"),
    [("audio/mpeg", "audio/mpeg"), ("audio/x-evil", "application/octet-stream"), ("audio/wav", "audio/wav")],
)
def test_a_recording_is_a_sound_or_nothing_to_a_browser(
    log_in: LogIn, database: Database, clock: Clock, kind: str, type_: str
) -> None:
    call(database, clock, kind=kind)

    answer = log_in().get("/cases/FL-000001/reports/rec/recording")

    assert answer.headers["content-type"] == type_
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["FL-000002/reports/rec", "FL-000001/reports/call", "FL-000001/reports/none"])
def test_it_is_heard_on_its_own_case_alone(log_in: LogIn, database: Database, clock: Clock, path: str) -> None:
    call(database, clock)

    assert log_in().get(f"/cases/{path}/recording").status_code == 404


def test_who_is_not_logged_in_hears_nothing(browser: Callable[[], Browser], database: Database, clock: Clock) -> None:
    call(database, clock)

    answer = browser().get("/cases/FL-000001/reports/rec/recording")

    assert (answer.status_code, answer.content) == (303, b"")


def test_pages_may_play_what_is_ours_and_nothing_else(log_in: LogIn, database: Database, clock: Clock) -> None:
    call(database, clock)

    assert "media-src 'self';" in log_in().get("/cases/FL-000001").headers["content-security-policy"]
