"""The report: what has happened, who tells it, where he can be reached."""

import re
from dataclasses import replace

from intake.hotline import numbers
from intake.hotline.call import Call, Kind, Step
from intake.hotline.events import Digits, Event, Recorded, Silence, Speech
from intake.hotline.listening import at_least, is_finished, is_it, key, number, telling, words
from intake.hotline.moves import TRIES, ask_again, to_name, to_number

# Nobody dictates for longer; what is said after that belongs to a person.
LIMIT_TURNS = 12
# A number to call back, of five digits at least, and an extension.
_NUMBER = re.compile(r"(\d{5,})(?:[*x](\d{1,6}))?")
# Where a key or a number is asked: before he was asked what has happened, and after it.
_BEFORE = frozenset({Step.COMPANY, Step.CONTRACT, Step.CASE, Step.PROOF})
_AFTER = frozenset({Step.NAME_RIGHT, Step.CALL_BACK, Step.NUMBER, Step.NUMBER_RIGHT})
# How people say who they are, before the name itself.
_INTRODUCTION = re.compile(
    r"^(?:my name is|my name's|this is|i am|i'm|it's|it is|我的名字是|我的名字叫|我叫|我姓|我是|这里是|叫)\s*",
    re.IGNORECASE,
)


def stopped(call: Call, event: Event) -> Call:
    pressed = is_it(event)
    if pressed in ("1", "2"):
        return call.at(Step.DESCRIBE, is_stopped=pressed == "1")
    if telling(event):
        return describe(call, event)
    again = ask_again(call)
    return again if again.tries < TRIES else call.at(Step.DESCRIBE)


def describe(call: Call, event: Event) -> Call:
    if said := words(event):
        return _heard(call, said)
    if call.kind is Kind.PERSON and not (isinstance(event, Speech) and call.tries == 0):
        return _at_once(call)
    if key(event) == "#":
        return call.at(Step.RECORD)
    again = ask_again(call)
    return again if again.tries < TRIES else call.at(Step.RECORD)


def _heard(call: Call, said: str) -> Call:
    told = replace(call, said=(*call.said, said))
    if call.kind is Kind.PERSON:
        return _at_once(told)
    return told.at(Step.MORE) if len(told.said) < LIMIT_TURNS else to_name(told)


def _at_once(call: Call) -> Call:
    """Who wants to speak to a person is not asked for more; his number does to call back."""
    return call.at(Step.OPENING, phone=call.caller)


def more(call: Call, event: Event) -> Call:
    if is_finished(event) or isinstance(event, Silence | Digits):
        return to_name(call)
    if said := words(event):
        return _heard(call, said)
    again = ask_again(call)
    return again if again.tries < TRIES else call.at(Step.RECORD)


def record(call: Call, event: Event) -> Call:
    if isinstance(event, Recorded) and event.recording_sid:
        return to_name(replace(call, recordings=(*call.recordings, event.recording_sid)))
    return to_name(call)


def name(call: Call, event: Event) -> Call:
    if said := _INTRODUCTION.sub("", words(event)).strip(" .。,，"):
        return call.at(Step.NAME_RIGHT, entry=said[:60])
    if key(event) == "#":
        return to_number(call)
    again = ask_again(call)
    return again if again.tries < TRIES else to_number(call)


def name_right(call: Call, event: Event) -> Call:
    pressed = key(event)
    if pressed == "2" and not call.name:
        # The second reading counts, right or not: a person will ask.
        return call.at(Step.NAME, name=call.entry)
    again = ask_again(call)
    if pressed in ("1", "2") or again.tries >= TRIES:
        return to_number(replace(call, name=call.entry, entry=""))
    return again


def call_back(call: Call, event: Event) -> Call:
    match key(event):
        case "1":
            return call.at(Step.OPENING, phone=call.caller)
        case "2":
            return call.at(Step.NUMBER)
    if dialled := _dialled(number(event)):
        return call.at(Step.NUMBER_RIGHT, entry=dialled)
    again = ask_again(call)
    return again if again.tries < TRIES else call.at(Step.OPENING, phone=call.caller)


def _dialled(given: str) -> str:
    """The number that was given, an extension after an x; empty where it is none."""
    found = _NUMBER.fullmatch(given)
    return "x".join(part for part in found.groups() if part) if found else ""


def number_of(call: Call, event: Event) -> Call:
    given = number(event)
    if dialled := _dialled(given):
        return call.at(Step.NUMBER_RIGHT, entry=dialled)
    again = ask_again(call)
    if given == "0" or again.tries >= TRIES:
        return call.at(Step.OPENING, phone=call.caller or given.removeprefix("0"))  # a person may know what it means
    return again


def number_right(call: Call, event: Event) -> Call:
    pressed = key(event)
    if pressed == "2" and not call.phone:
        return call.at(Step.NUMBER, phone=call.entry)
    again = ask_again(call)
    if pressed in ("1", "2") or again.tries >= TRIES:
        return call.at(Step.OPENING, phone=_keyed(call), entry="")
    return again


def _keyed(call: Call) -> str:
    base, sign, extension = call.entry.partition("x")
    return f"{numbers.keyed(base, call.caller, call.called)}{sign and ' x'}{extension}"


def aside(call: Call, event: Event) -> str:
    """What is told of the matter in answer to another question: who is in a hurry does not wait to be asked, and may
    have hung up by then."""
    if call.step is Step.NAME and isinstance(event, Speech):
        return at_least(replace(event, text=_INTRODUCTION.sub("", event.text)), 5, 8)
    if call.step in _BEFORE and not number(event):
        return at_least(event, 1, 1)
    return at_least(event, 4, 5 if number(event) else 4) if call.step in _BEFORE | _AFTER else ""


def so_far(call: Call) -> Call:
    """The call where nothing more is answered: what was read back counts without a yes, and a number that was denied
    only where there is no other."""
    match call.step:
        case Step.NAME_RIGHT:
            return replace(call, name=call.entry)
        case Step.NUMBER_RIGHT:
            return replace(call, phone=_keyed(call))
        case Step.NUMBER:
            return replace(call, phone=call.caller or call.phone)
    return call
