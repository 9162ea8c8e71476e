"""What a caller recorded is written down by a program, put on his case, and judged."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from models.tables import CaseRow, ClassificationRow, ReportRow, TranscriptRow
from models.transcripts import LEASE, LIMIT_TRIES
from models.values import CaseState
from tests.fakes.twilio import Caller
from tests.hotline.conftest import KNOWN, STRANGER, Hotline
from tests.processes import is_gone
from tests.waiting import wait_until
from workers.hotline.program import Program
from workers.hotline.transcriber import Transcriber
from workers.record.journal import MACHINE
from workers.stages.telephone import Tape

DOWN = "The whole production database is down and nobody in the plant can work."
MakeProgram = Callable[..., Program]


@pytest.fixture
def program(tmp_path: Path) -> MakeProgram:
    """Makes programs of a few lines of shell, whose data folder is `data`."""
    (tmp_path / "data").mkdir()

    def make(script: str, limit_seconds: float = 20) -> Program:
        path = tmp_path / "transcribe"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        return Program([str(path), "--fixed"], tmp_path / "data", limit_seconds)

    return make


class Lost(BaseException):
    """The process is killed."""


class Scribe:
    """Writes down each recording as the test says, or is killed at it."""

    def __init__(self, *says: str | BaseException) -> None:
        self.says = list(says)
        self.heard: list[tuple[str, bytes, str]] = []

    def write_down(self, kind: str, audio: bytes, language: str) -> str:
        self.heard.append((kind, audio, language))
        said = self.says.pop(0)
        if isinstance(said, BaseException):
            raise said
        return said

    def stop(self) -> None:
        """Nothing runs."""


def is_not_understood(hotline: Hotline, number: str = STRANGER, says: str = "") -> Caller:
    """Somebody who is silent at the menu and when asked what has happened, leaves a message, and tells no name."""
    caller = hotline.english(number).stays_silent().stays_silent().hears("say what has happened").stays_silent()
    caller.hears("not understood").stays_silent().hears("leave your message after the tone")
    return caller.leaves_a_message(20, says=says).hears("your name").presses("#").presses("1").hears("case number")


def transcript(hotline: Hotline) -> ReportRow:
    with hotline.database.reading() as session:
        reports = session.scalars(select(ReportRow).options(undefer(ReportRow.text)))
        [found] = [report for report in reports if report.transcript_of is not None]
        return found


def of_machine(hotline: Hotline) -> list[ClassificationRow]:
    with hotline.database.reading() as session:
        return list(
            session.scalars(
                select(ClassificationRow).order_by(ClassificationRow.id).options(undefer(ClassificationRow.read))
            )
        )


def stored(hotline: Hotline) -> TranscriptRow:
    with hotline.database.reading() as session:
        return session.scalars(select(TranscriptRow)).one()


def writes_down(hotline: Hotline, transcriber: Transcriber) -> None:
    """The recording is fetched, written down, and read."""
    hotline.work()
    hotline.pass_time(6)
    transcriber.run()
    hotline.work()


@pytest.mark.every_backend
def test_silence_twice_is_recorded_written_down_judged_and_said_on_the_case(
    hotline: Hotline, program: MakeProgram
) -> None:
    transcriber = hotline.transcriber(
        program(f'test "$1" = --fixed && test -s "$2" && test "$3" = en && echo "{DOWN}"')
    )
    caller = is_not_understood(hotline).stays_silent().hangs_up()
    before = hotline.case(caller)
    assert (before.level, before.needs_review) == (3, True)

    writes_down(hotline, transcriber)

    case = hotline.case(caller)
    assert (case.level, case.subject, case.needs_review) == (1, DOWN, True)
    assert (transcript(hotline).text, transcript(hotline).case_id) == (DOWN, case.id)
    assert {"recording", "transcript", "reclassified"} <= set(hotline.events(case))
    assert hotline.transcribed == ["done"]


def test_the_caller_does_not_wait_for_it(hotline: Hotline) -> None:
    transcriber = hotline.transcriber(Scribe(DOWN))

    caller = is_not_understood(hotline).hears("F L 0 0 0 0 0 1")

    hotline.pass_time(6)
    assert transcriber.run() == 1
    assert hotline.report(caller).outcome == "case"


@pytest.mark.every_backend
def test_the_whole_in_chinese(hotline: Hotline, program: MakeProgram) -> None:
    transcriber = hotline.transcriber(program('test "$3" = zh-Hans && echo 核心交换机宕机，全厂网络中断'))
    caller = hotline.caller().presses("1").presses("0#").hears("报告故障").stays_silent().stays_silent()
    caller.hears("发生了什么故障").stays_silent().stays_silent().hears("留言").leaves_a_message(8)
    caller.presses("#").presses("1").hears("工单号是").hangs_up()

    writes_down(hotline, transcriber)

    case = hotline.case(caller)
    assert (case.level, case.language, case.subject) == (1, "zh-Hans", "核心交换机宕机，全厂网络中断")
    assert transcript(hotline).language == "zh-Hans"


def test_what_the_keys_said_counts_with_what_was_recorded(hotline: Hotline) -> None:
    transcriber = hotline.transcriber(Scribe("The printer in the hall", "on the second floor jams"))
    caller = hotline.english().presses("11").says("Something about a printer").says("mumble", 0.1).says("mumble", 0.1)
    caller.hears("after the tone").leaves_a_message(5).hangs_up()

    writes_down(hotline, transcriber)

    judged = of_machine(hotline)[-1].read
    assert judged is not None
    assert judged["body"] == "Something about a printer\nThe printer in the hall"
    assert "The business is stopped at this moment." in {piece["text"] for piece in of_machine(hotline)[-1].evidence}
    assert hotline.case(caller).subject == "Something about a printer"


def test_a_machine_that_hears_less_lowers_no_level(hotline: Hotline) -> None:
    transcriber = hotline.transcriber(Scribe("When is the next training, please"))
    caller = hotline.english().presses("11").presses("#").leaves_a_message(5).hangs_up()
    assert hotline.case(caller).level == 1

    writes_down(hotline, transcriber)

    case = hotline.case(caller)
    assert (case.level, case.needs_review) == (1, True)
    assert [row.level for row in of_machine(hotline)] == [1, 1]


@pytest.mark.parametrize("touch", ["accepted", "corrected"])
def test_what_a_person_has_taken_or_judged_is_not_judged_anew_but_shown_to_him(hotline: Hotline, touch: str) -> None:
    transcriber = hotline.transcriber(Scribe(DOWN))
    caller = is_not_understood(hotline).hangs_up()
    hotline.case(caller)
    with hotline.database.transaction() as session:
        case = session.get_one(CaseRow, 1)
        if touch == "accepted":
            case.state, case.accepted_by = CaseState.ACCEPTED, "ann@desk.example"
        else:
            judged = {"level": 3, "category": "usage", "at": hotline.clock(), "by": "ann@desk.example"}
            session.add(ClassificationRow(case_id=1, **judged))
        case.level, case.category, case.needs_review = 3, "usage", False

    transcriber.run()
    hotline.work()

    case = hotline.case(caller)
    assert (case.level, case.category, case.needs_review) == (3, "usage", True)
    assert {"transcript", "graver"} <= set(hotline.events(case))


def test_an_addition_to_somebodys_case_does_not_judge_it_anew_nor_confirm_anything(hotline: Hotline) -> None:
    transcriber = hotline.transcriber(Scribe("Yes, it is solved, thank you"))
    first = hotline.caller(KNOWN).presses("1").presses("3").says("When is the next training").presses("#")
    first.presses("11").hears("case number").hangs_up()
    hotline.case(first)
    adds = hotline.caller(KNOWN).presses("1").presses("4").presses("1#").hears("press 1").presses("1")
    adds.presses("#").hears("after the tone").leaves_a_message(5).hangs_up()
    hotline.case(adds)
    with hotline.database.transaction() as session:
        session.get_one(CaseRow, 1).state = CaseState.SOLVED

    transcriber.run()
    hotline.work()

    assert len(hotline.cases()) == 1
    assert hotline.cases()[0].state == CaseState.SOLVED
    assert transcript(hotline).case_id == 1
    assert "reclassified" not in hotline.events(hotline.cases()[0])


def test_a_recording_of_a_call_that_nobody_knows_is_a_case_of_its_own(hotline: Hotline) -> None:
    transcriber = hotline.transcriber(Scribe(DOWN))
    hotline.exchange.recordings["RE9"] = b"ID3"
    form = {"RecordingSid": "RE9", "CallSid": "CA9", "RecordingStatus": "completed", "RecordingDuration": "9"}

    hotline.exchange.webhook("/twilio/recording?of=CA9&lang=en", form)
    writes_down(hotline, transcriber)

    assert [(case.subject, case.level) for case in hotline.cases()] == [(DOWN, 1)]


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
