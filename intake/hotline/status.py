"""Where a case stands: told to the customer whose case it is, and to nobody else."""

from dataclasses import replace

from intake.hotline.call import Call, Kind, Step
from intake.hotline.events import CaseFound, Event
from intake.hotline.listening import key, number, telling
from intake.hotline.moves import TRIES, ask_again
from intake.hotline.reporting import describe

_SHORTEST_CONTRACT = 3
# Of so many cases in one call that were not his, he hears of no other: digits can be tried by a machine.
LIMIT_GUESSES = 4


def ask(call: Call, event: Event) -> Call:
    """He wants to hear of a case; who has guessed often enough can tell what he wants."""
    if call.guesses < LIMIT_GUESSES:
        return call.at(Step.CASE, kind=Kind.STATUS)
    return call.at(Step.DESCRIBE, kind=Kind.QUESTION, trouble="no-such-case")


def case(call: Call, event: Event) -> Call:
    given = "".join(char for char in number(event) if char.isascii() and char.isdigit())[:12]
    if given and int(given):
        return replace(call, step=Step.FIND_CASE, entry=given, asked_for=given)
    again = ask_again(call)
    return again if again.tries < TRIES and given != "0" else call.at(Step.MENU)


def find_case(call: Call, event: Event) -> Call:
    """Whether there is no such case or it is somebody else's sounds the same: numbers must not be guessed."""
    if isinstance(event, CaseFound) and event.is_theirs and event.view is not None:
        return call.at(Step.STATE, status=event.view, entry="", contract=call.contract or call.proof)
    if not (call.proof or call.party.number):
        return replace(call, step=Step.PROOF, trouble="")
    tries, guesses = call.tries + 1, call.guesses + 1
    again = replace(call, step=Step.CASE, entry="", proof="", tries=tries, guesses=guesses, trouble="no-such-case")
    is_asked_again = tries < TRIES and guesses < LIMIT_GUESSES
    return again if is_asked_again else again.at(Step.MENU, trouble="no-such-case")


def proof(call: Call, event: Event) -> Call:
    given = number(event)
    if len(given) >= _SHORTEST_CONTRACT:
        return replace(call, step=Step.FIND_CASE, proof=given)
    again = ask_again(call)
    return again if given != "0" and again.tries < TRIES + 1 else call.at(Step.MENU)


def state(call: Call, event: Event) -> Call:
    case_id = call.status.case_id if call.status else None
    match key(event):
        case "1":
            return call.at(Step.DESCRIBE, adds_to=case_id)
        case "2":
            return call.at(Step.OPENING, adds_to=case_id, wants_person=True, phone=call.caller)
    if telling(event):
        return describe(replace(call, adds_to=case_id), event)
    return call.at(Step.GOODBYE)
