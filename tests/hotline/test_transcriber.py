"""The program that writes down what callers recorded: slow, broken, killed, or asked the same twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import bodies
from models.tables import CaseRow, ReportPart, TranscriptRow
from models.transcripts import LEASE, LIMIT_TRIES
from models.values import TranscriptState
from tests.hotline.conftest import Hotline
from tests.hotline.transcribing import (
    DOWN,
    Lost,
    MakeProgram,
    Scribe,
    is_not_understood,
    stored,
    transcript,
    writes_down,
)
from tests.processes import is_gone
from tests.waiting import wait_until
from workers.record.journal import MACHINE
from workers.stages.telephone import Tape


@pytest.mark.every_backend
@pytest.mark.parametrize(
    ("script", "because"),
    [
        ("echo no model >&2; exit 3", "it ended with status 3: no model"),
        ("exit 1", "it ended with status 1: without a word"),
        ("printf '\\377\\376'", "what it printed is no UTF-8"),
        ("yes | head -c 100000", "it printed more than 64 kB"),
        ("sleep 60", "it took longer than 0.4 s"),
        ("trap '' TERM; (sleep 60)& sleep 60", "it took longer than 0.4 s"),
    ],
)
def test_a_program_that_fails_or_hangs_is_tried_a_few_times_and_the_case_says_listen(
    hotline: Hotline, program: MakeProgram, script: str, because: str
) -> None:
    transcriber = hotline.transcriber(program(script, 0.4 if "sleep" in script else 20))
    caller = is_not_understood(hotline).hangs_up()
    hotline.case(caller)

    tries = []
    for _ in range(6):
        tries.append(transcriber.run())
        hotline.clock.forward(minutes=5)

    assert tries == [1, 1, 1, 0, 0, 0]
    assert hotline.transcribed == ["failed", "failed", "given-up"]
    assert stored(hotline).error == because
    case = hotline.case(caller)
    assert hotline.events(case).count("not-transcribed") == 1
    assert case.needs_review
    assert [report for report in hotline.reports() if report.transcript_of] == []


@contextmanager
def two_recordings(hotline: Hotline) -> Iterator[tuple[Session, TranscriptRow]]:
    """Of two calls; the one that is due first, to be harmed."""
    for number in ("+8613800138001", "+8613800138002"):
        hotline.case(is_not_understood(hotline, number).hangs_up())
    with hotline.database.transaction() as session:
        yield session, session.scalars(select(TranscriptRow).order_by(TranscriptRow.due_at)).all()[0]


@pytest.mark.every_backend
def test_a_recording_that_was_deleted_meanwhile_keeps_no_other_waiting(hotline: Hotline) -> None:
    transcriber = hotline.transcriber(Scribe(DOWN))
    with two_recordings(hotline) as (session, first):
        for part in session.scalars(select(ReportPart).where(ReportPart.report_id == first.report_id)):
            bodies.forget(part, "30 days", hotline.clock())

    assert transcriber.run() == 2

    assert hotline.transcribed == ["given-up", "done"]
    with hotline.database.reading() as session:
        assert "the original was deleted" in (session.get_one(TranscriptRow, first.report_id).error or "")


@pytest.mark.every_backend
def test_a_recording_whose_key_another_process_has_keeps_no_other_waiting(hotline: Hotline) -> None:
    transcriber = hotline.transcriber(Scribe(DOWN))
    with two_recordings(hotline) as (session, first):
        for part in session.scalars(select(ReportPart).where(ReportPart.report_id == first.report_id)):
            part.key_id = "of another"

    assert transcriber.run() == 1

    assert hotline.transcribed == ["done"]
    with hotline.database.reading() as session:
        left = session.get_one(TranscriptRow, first.report_id)
        assert (left.state, left.attempts) == (TranscriptState.WAITING, 0)


def test_silence_is_not_tried_again(hotline: Hotline, program: MakeProgram) -> None:
    transcriber = hotline.transcriber(program("echo; echo ' '"))
    hotline.case(is_not_understood(hotline).hangs_up())

    assert transcriber.run() == 1
    hotline.clock.forward(hours=1)
    assert transcriber.run() == 0
    assert stored(hotline).error == "it found no words in it"


def test_a_program_that_is_away_fails_like_one_that_hangs(hotline: Hotline, program: MakeProgram) -> None:
    scribe = program("echo")
    Path(scribe._command[0]).unlink()
    transcriber = hotline.transcriber(scribe)
    hotline.case(is_not_understood(hotline).hangs_up())

    transcriber.run()

    assert stored(hotline).error == "it could not be started: No such file or directory"


def test_what_is_no_sound_is_given_to_no_program(hotline: Hotline) -> None:
    hotline.desk = replace(hotline.desk, tape=Tape(lambda sid: ("text/html", b"<html>")))
    transcriber = hotline.transcriber(Scribe())
    caller = is_not_understood(hotline).hangs_up()

    assert "recording" in hotline.events(hotline.case(caller))
    assert transcriber.run() == 0


def test_a_failed_try_is_followed_by_one_that_succeeds(hotline: Hotline, program: MakeProgram, tmp_path: Path) -> None:
    once = tmp_path / "once"
    transcriber = hotline.transcriber(program(f'test -e {once} && echo "{DOWN}" || (touch {once}; exit 1)'))
    caller = is_not_understood(hotline).hangs_up()
    hotline.case(caller)

    transcriber.run()
    hotline.clock.forward(minutes=1)
    writes_down(hotline, transcriber)

    assert hotline.case(caller).level == 1
    assert hotline.transcribed == ["failed", "done"]


def test_nothing_of_the_program_and_nothing_that_it_was_given_is_left(
    hotline: Hotline, program: MakeProgram, tmp_path: Path
) -> None:
    child = tmp_path / "child"
    transcriber = hotline.transcriber(program(f'sleep 600 & echo $! > {child}; echo "{DOWN}"'))
    hotline.case(is_not_understood(hotline).hangs_up())

    transcriber.run()

    assert hotline.transcribed == ["done"]
    wait_until(lambda: is_gone(int(child.read_text())))
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.every_backend
def test_a_worker_that_is_killed_gives_the_recording_back_and_it_is_told_once(hotline: Hotline) -> None:
    scribe = Scribe(Lost(), DOWN)
    transcriber = hotline.transcriber(scribe)
    caller = is_not_understood(hotline).hangs_up()
    hotline.case(caller)
    with pytest.raises(Lost):
        transcriber.run()
    assert transcriber.run() == 0  # its lease still runs

    hotline.clock.forward(seconds=LEASE.total_seconds() + 1)
    writes_down(hotline, transcriber)

    assert len(scribe.heard) == 2
    assert transcript(hotline).case_id == hotline.report(caller).case_id
    assert hotline.events(hotline.case(caller)).count("transcript") == 1


def test_a_recording_that_kills_whoever_hears_it_is_not_tried_for_ever(hotline: Hotline) -> None:
    scribe = Scribe(*(Lost() for _ in range(10)))
    transcriber = hotline.transcriber(scribe)
    caller = is_not_understood(hotline).hangs_up()
    hotline.case(caller)

    for _ in range(LIMIT_TRIES):
        with pytest.raises(Lost):
            transcriber.run()
        hotline.clock.forward(minutes=10)
    transcriber.run()

    assert len(scribe.heard) == LIMIT_TRIES
    assert "not-transcribed" in hotline.events(hotline.case(caller))


def test_what_a_worker_brings_too_late_is_not_written(hotline: Hotline) -> None:
    slow, quick = Scribe(DOWN), Scribe("The printer jams")
    second = hotline.transcriber(quick)

    class Late(Scribe):
        def write_down(self, kind: str, audio: bytes, language: str) -> str:
            hotline.clock.forward(seconds=LEASE.total_seconds() + 1)
            second.run()
            return slow.write_down(kind, audio, language)

    first = hotline.transcriber(Late())
    hotline.case(is_not_understood(hotline).hangs_up())

    first.run()
    hotline.work()

    assert transcript(hotline).text == "The printer jams"


@pytest.mark.every_backend
def test_the_same_sound_is_written_down_once(hotline: Hotline) -> None:
    hotline.desk = replace(hotline.desk, tape=Tape(lambda sid: ("audio/mpeg", b"ID3 the same")))
    scribe = Scribe(DOWN)
    transcriber = hotline.transcriber(scribe)
    first = is_not_understood(hotline).hangs_up()
    second = is_not_understood(hotline, "+8613800138001").hangs_up()

    writes_down(hotline, transcriber)

    assert len(scribe.heard) == 1
    assert [hotline.case(caller).level for caller in (first, second)] == [1, 1]


def test_other_reports_do_not_wait_for_a_program_that_hangs(hotline: Hotline, program: MakeProgram) -> None:
    hangs = program("sleep 600", 600)
    transcriber = hotline.transcriber(hangs)
    hotline.case(is_not_understood(hotline).hangs_up())
    transcriber.start()
    wait_until(lambda: stored(hotline).lease)

    caller = hotline.english("+8613800138001").presses("12").says("The array is offline").hangs_up()
    assert hotline.case(caller).number == "FL-000002"

    transcriber.stop()
    assert (stored(hotline).attempts, stored(hotline).lease, stored(hotline).state) == (0, None, "waiting")


def test_the_machine_signs_what_it_did(hotline: Hotline) -> None:
    transcriber = hotline.transcriber(Scribe(DOWN))
    caller = is_not_understood(hotline).hangs_up()
    writes_down(hotline, transcriber)

    with hotline.database.reading() as session:
        case = session.get_one(CaseRow, hotline.report(caller).case_id)
        [event] = [event for event in case.events if event.kind == "transcript"]
        assert (event.actor, "listen to it" in event.text) == (MACHINE, True)
