"""The menu as a state machine: a call and what happens in it give the call as it stands then.

Nobody is asked for ever: who says nothing, or presses what means nothing, twice, goes on to what helps him most.
"""

from collections.abc import Callable
from dataclasses import replace

from intake.hotline import identify, outcome, reporting, status
from intake.hotline.call import LOOKED_UP, Call, Kind, Step
from intake.hotline.events import Accepted, Digits, Event, HangUp
from intake.hotline.listening import key, offered, telling
from intake.hotline.moves import ask_again, to_number

Handler = Callable[[Call, Event], Call]

CALL_BACK_KEY = "9"
REPEAT_KEYS = ("*", "0")
# Where a nine is what it seems; in a longer number it is a digit.
_NO_CALL_BACK = frozenset({Step.LANGUAGE, Step.WAIT, Step.LATE, Step.CONNECT, Step.PROMISE, Step.GOODBYE, Step.OVER})
_ENTRIES = frozenset({Step.CONTRACT, Step.NUMBER, Step.CASE, Step.PROOF})


def advance(call: Call, event: Event) -> Call:
    """The call after the event. Pure; an event that the step does not know counts as silence."""
    if isinstance(event, HangUp):
        return outcome.hung_up(call)
    if isinstance(event, Accepted):
        return replace(call, accepted_by=event.phone)
    if call.step is Step.OVER:
        return _late_key(call, event) if isinstance(event, Digits) else outcome.last_words(call, event)
    after = _react(call, event)
    if call.step in LOOKED_UP:
        return after
    if aside := reporting.aside(call, event):
        after = replace(after, asides=(*after.asides, aside))
    return replace(after, turn=call.turn + 1)


def _late_key(call: Call, event: Digits) -> Call:
    """A key that Twilio tells after the end of the call counts where it was pressed. Whose contract it names is looked
    up still; that he hung up is to be told again then."""
    if call.left is None or call.left in LOOKED_UP:
        return call
    after = _react(replace(call, step=call.left, is_over=False), event)
    return replace(after if after.step is Step.PARTY else outcome.hung_up(after), turn=call.turn + 1)


def _react(call: Call, event: Event) -> Call:
    if call.step not in LOOKED_UP:
        pressed = key(event)
        if pressed == CALL_BACK_KEY and call.step not in _NO_CALL_BACK:
            return _wants_call_back(call)
        is_repeat = pressed == "*" or (pressed in REPEAT_KEYS and call.step not in _ENTRIES)
        if isinstance(event, Digits) and is_repeat:
            return call
    return HANDLERS[call.step](call, event)


def _wants_call_back(call: Call) -> Call:
    wanted = replace(call, wants_call_back=True)
    if call.step is Step.NAME_RIGHT:
        wanted = reporting.so_far(wanted)
    if call.step is Step.STATE and call.status is not None:
        wanted = replace(wanted, adds_to=call.status.case_id)  # it is that case that he wants to hear of
    if call.is_told:
        return outcome.promise(wanted)
    if call.step in (Step.CALL_BACK, Step.NUMBER, Step.NUMBER_RIGHT):
        return wanted
    return to_number(wanted)


def _menu(call: Call, event: Event) -> Call:
    match offered(event):
        case "1":
            return call.at(Step.STOPPED, kind=Kind.FAULT)
        case "2":
            return call.at(Step.DESCRIBE, kind=Kind.PERSON, wants_person=True)
        case "3":
            return call.at(Step.DESCRIBE, kind=Kind.QUESTION)
        case "4":
            return status.ask(call, event)
        case "9":
            return _wants_call_back(call)
    if telling(event):  # who tells his trouble at once shall not tell it twice
        return reporting.describe(replace(call, kind=Kind.FAULT), event)
    again = ask_again(call)
    return again if again.tries < 2 else call.at(Step.DESCRIBE, kind=Kind.FAULT)


HANDLERS: dict[Step, Handler] = {
    Step.CALLER: identify.caller,
    Step.LANGUAGE: identify.language,
    Step.COMPANY: identify.company,
    Step.CONTRACT: identify.contract,
    Step.PARTY: identify.party,
    Step.MENU: _menu,
    Step.STOPPED: reporting.stopped,
    Step.DESCRIBE: reporting.describe,
    Step.MORE: reporting.more,
    Step.RECORD: reporting.record,
    Step.NAME: reporting.name,
    Step.NAME_RIGHT: reporting.name_right,
    Step.CALL_BACK: reporting.call_back,
    Step.NUMBER: reporting.number_of,
    Step.NUMBER_RIGHT: reporting.number_right,
    Step.OPENING: outcome.opening,
    Step.WAIT: outcome.wait,
    Step.TOLD: outcome.told,
    Step.LATE: outcome.end,
    Step.CONNECT: outcome.connect,
    Step.PROMISE: outcome.end,
    Step.CASE: status.case,
    Step.FIND_CASE: status.find_case,
    Step.PROOF: status.proof,
    Step.STATE: status.state,
    Step.GOODBYE: outcome.end,
}
