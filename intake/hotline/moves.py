"""Moves that several steps share."""

from dataclasses import replace

from intake.hotline.call import Call, Step

# So often somebody is asked the same before the call goes on without his answer.
TRIES = 2


def ask_again(call: Call) -> Call:
    """The same question once more."""
    return replace(call, tries=call.tries + 1, trouble="sorry")


def to_name(call: Call) -> Call:
    """The name is asked for, or read back where the number is that of somebody we know."""
    if call.adds_to is not None:
        return call.at(Step.OPENING, phone=call.caller)
    if call.party.contact:
        return call.at(Step.NAME_RIGHT, entry=call.party.contact)
    return call.at(Step.NAME)


def to_number(call: Call) -> Call:
    """The number to call back is asked for: the one he calls from, where it is not withheld."""
    return call.at(Step.CALL_BACK if call.caller else Step.NUMBER)
