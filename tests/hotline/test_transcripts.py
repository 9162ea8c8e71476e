"""What a caller recorded is written down by a program, put on his case, and judged."""

import pytest

from models.tables import CaseRow, ClassificationRow
from models.values import CaseState
from tests.hotline.conftest import KNOWN, Hotline
from tests.hotline.transcribing import DOWN, MakeProgram, Scribe, is_not_understood, of_machine, transcript, writes_down


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
