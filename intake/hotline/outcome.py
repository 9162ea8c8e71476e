"""What the caller hears when he has told his report: the number, somebody on call, or when he is called back."""

from dataclasses import replace

from intake.hotline.call import Call, Step
from intake.hotline.events import CaseOpened, Dialled, Event, Recorded
from intake.hotline.listening import is_finished, key, telling
from intake.hotline.reporting import so_far

# So often the caller hears "one moment", each of some two seconds, before the call goes on without the number.
LIMIT_POLLS = 10


def opening(call: Call, event: Event) -> Call:
    if isinstance(event, CaseOpened):
        return call.at(
            Step.TOLD,
            case_id=event.case_id,
            case_number=event.number,
            level=event.level,
            on_call=tuple(number for number in event.on_call if number != call.caller),  # it would be busy
            is_texted=event.is_texted,
            is_told=True,
        )
    if call.polls >= LIMIT_POLLS:
        return call.at(Step.LATE, wants_call_back=call.wants_call_back or is_waiting(call))
    return call.at(Step.WAIT, polls=call.polls + 1)


def is_waiting(call: Call) -> bool:
    """True for who expects to be connected at once, though nobody knows his level yet."""
    return call.wants_person or call.is_stopped is True


def wait(call: Call, event: Event) -> Call:
    return call.at(Step.OPENING)


def told(call: Call, event: Event) -> Call:
    if key(event) == "2":
        return _connect(replace(call, wants_person=True))
    if call.wants_call_back:
        return promise(call)
    if is_urgent(call):
        return _connect(call)
    return call.at(Step.GOODBYE)


def is_urgent(call: Call) -> bool:
    """True for who is connected with somebody on call without being asked."""
    return call.level == 1 or call.wants_person


def _connect(call: Call, trouble: str = "") -> Call:
    return call.at(Step.CONNECT, trouble=trouble) if call.on_call else promise(call)


def connect(call: Call, event: Event) -> Call:
    """The next one where nobody has pressed 1, as a mailbox does not, or the two were not put through after it."""
    if call.accepted_by and not (isinstance(event, Dialled) and not event.is_connected):
        return call.at(Step.GOODBYE)
    return _connect(replace(call, on_call=call.on_call[1:], accepted_by=""), trouble="next")


def promise(call: Call) -> Call:
    """The caller is told that he is called back."""
    return call.at(Step.PROMISE, is_promised=True, phone=call.phone or call.caller)


def end(call: Call, event: Event) -> Call:
    return call.at(Step.OVER, is_over=True)


def hung_up(call: Call) -> Call:
    """Who asked for it is called back, though he has not waited to hear so; where his report is no case yet, when it is
    one: `is_owed`."""
    call = so_far(call)
    is_promised = call.is_promised or (call.case_id is not None and call.wants_call_back and not call.accepted_by)
    phone = call.phone or call.caller if is_promised else call.phone
    left = call.left if call.step is Step.OVER else call.step
    return replace(call, step=Step.OVER, left=left, is_over=True, is_promised=is_promised, phone=phone)


def last_words(call: Call, event: Event) -> Call:
    """What was still under way when the call ended: Twilio may tell of the end first."""
    if isinstance(event, Recorded) and event.recording_sid:
        return replace(call, recordings=(*call.recordings, event.recording_sid), turn=call.turn + 1)
    if (said := telling(event)) and not key(event) and not is_finished(event):
        return replace(call, said=(*call.said, said), turn=call.turn + 1)
    return call


def is_owed(call: Call) -> bool:
    """True for who asked to be called back, and hung up before there was a case that says so."""
    return call.is_over and call.wants_call_back and not call.is_promised and not call.accepted_by
