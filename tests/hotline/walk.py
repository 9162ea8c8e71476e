"""A walk over the menu: every state that a call can reach, by every event that can happen there."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from intake.hotline.call import Call, CaseView, Party, Step
from intake.hotline.events import (
    CallerFound,
    CaseFound,
    CaseOpened,
    Continue,
    Dialled,
    Digits,
    Event,
    NotYet,
    PartyFound,
    Recorded,
    Silence,
    Speech,
)
from intake.hotline.menu import advance
from intake.hotline.outcome import LIMIT_POLLS
from intake.hotline.prompts import TABLES

LONG = "x" * 400
PARTY = Party(7, f"A Company With {LONG}", "Ann Lee", "")
VIEW = CaseView(42, "FL-000042", "acknowledged", 2, "Monday, November 9, 18:00")
ON_CALL = ("+8613700000001", "+8613700000002")
KEYS = [Digits(key) for key in ("1", "2", "3", "4", "7", "9", "#", "*", "0", "13800138000")]
SPEECH = [Speech("yes"), Speech("The array is offline"), Speech("mumble", 0.1), Speech("that's all"), Speech(LONG)]
BY_STEP: dict[Step, list[Event]] = {
    Step.CALLER: [
        CallerFound(None),
        CallerFound(PARTY),
        CallerFound(replace(PARTY, language="en", contact="")),
        CallerFound(Party(language="zh-Hant")),
    ],
    Step.PARTY: [PartyFound(None), PartyFound(PARTY)],
    Step.OPENING: [NotYet(), CaseOpened(42, "FL-000042", 1, ON_CALL), CaseOpened(42, "FL-000042", 3)],
    Step.FIND_CASE: [CaseFound(None), CaseFound(VIEW, True)],
    Step.RECORD: [Recorded("RE1"), Recorded(""), Silence()],
    Step.WAIT: [Continue()],
    Step.CONNECT: [Dialled()],
}


def events(call: Call) -> list[Event]:
    return BY_STEP.get(call.step, [*KEYS, *SPEECH, Silence()])


def walk(caller: str = "+8613800138000") -> Iterator[tuple[Call, Event, Call]]:
    """Each move from a state to the next. Two calls that would hear and be asked the same are one state."""
    first = Call("CA1", caller, "+862155550100")
    late = [replace(first, step=Step.OPENING, polls=LIMIT_POLLS, language=language) for language in TABLES]
    waiting = deque([first, *late])
    seen = {_state(call) for call in waiting}
    while waiting:
        call = waiting.popleft()
        for event in events(call):
            after = advance(call, event)
            yield call, event, after
            if _state(after) not in seen:
                seen.add(_state(after))
                waiting.append(after)


def _state(call: Call) -> tuple[object, ...]:
    is_describing = call.step in (Step.DESCRIBE, Step.MORE, Step.RECORD)
    has_number = call.step in (Step.NUMBER, Step.NUMBER_RIGHT, Step.TOLD)
    return (
        call.step,
        call.tries,
        call.trouble,
        call.language,
        call.kind if is_describing or call.step in (Step.NAME, Step.NAME_RIGHT) else None,
        bool(call.party.company),
        call.wants_person,
        call.wants_call_back,
        call.adds_to is not None,
        bool(call.said) if is_describing else None,
        bool(call.phone) if has_number else None,
        bool(call.name) if call.step in (Step.NAME, Step.NAME_RIGHT) else None,
        len(call.on_call),
        call.level == 1,
        call.is_told,
        bool(call.polls),
    )
