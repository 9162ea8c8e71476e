"""Who is to be connected reaches one of ours, or hears that he does not, and what follows."""

import pytest

from tests.conftest import make_office
from tests.fakes.twilio import Caller
from tests.fakes.twilio.exchange import NUMBER
from tests.hotline.conftest import ENGINEER, KNOWN, SECOND, Hotline
from workers.hotline.life import CaseLife

OUTAGE = "All production lines have stopped, the database server is down and nobody can work"
LAMP = "The array in the second rack shows a red light"


def opened(hotline: Hotline, is_taken: bool) -> None:
    """A case of KNOWN's, FL-000001, at which the engineer is where it `is_taken`."""
    case = hotline.case(hotline.caller(KNOWN).presses("1").presses("12").says(LAMP).hangs_up())
    assert case.level > 1
    if is_taken:
        with hotline.database.transaction() as session:
            CaseLife(make_office(hotline.clock)).accepted(session, case.id, ENGINEER, hotline.clock())
    hotline.pass_time(600)


def adds(hotline: Hotline, said: str) -> Caller:
    return hotline.caller(KNOWN).presses("1").presses("4").presses("1#").presses("1").says(said).presses("#")


@pytest.mark.every_backend
@pytest.mark.parametrize("is_taken", [True, False])
def test_who_adds_an_outage_to_his_case_is_connected_also_where_somebody_is_at_work_on_it(
    hotline: Hotline, is_taken: bool
) -> None:
    [phone] = hotline.on_call(ENGINEER)
    opened(hotline, is_taken)

    caller = adds(hotline, OUTAGE).hears("added to your case", "I will now connect you").stays_silent()

    assert caller.connected_to == [ENGINEER]
    assert "level 1" in phone.heard[0]


def test_who_adds_less_than_an_outage_is_not(hotline: Hotline) -> None:
    hotline.on_call(ENGINEER)
    opened(hotline, is_taken=True)
    adds(hotline, OUTAGE).hangs_up()
    hotline.pass_time(600)

    adds(hotline, "The light has turned amber").hears("added to your case").hears_not("connect you")


def ringing(hotline: Hotline) -> Caller:
    """A caller who has told an outage, while the engineer's telephone rings."""
    hotline.exchange.phones[ENGINEER].behaves = "rings"
    caller = hotline.english().presses("11").says(OUTAGE).presses("#").says("Ann").presses("11").stays_silent()
    assert caller.asked is not None
    return caller


def picks_up(hotline: Hotline, caller: Caller, keys: str = "") -> str:
    """What the engineer hears, or what follows from his key."""
    assert caller.asked is not None
    form = {"CallSid": "CA" + "2" * 32, "ParentCallSid": caller.sid, "From": NUMBER, "To": ENGINEER}
    url = caller.asked[0].get("url", "") + ("&key=1" if keys else "")
    return hotline.exchange.request(url, {**form, "Digits": keys} if keys else form).body


def is_over(hotline: Hotline, caller: Caller, status: str, **more: str) -> str:
    """What the caller's own call goes on with when that to the engineer is over."""
    assert caller.asked is not None
    form = {"CallSid": caller.sid, "DialCallStatus": status, "DialCallSid": "CA" + "2" * 32, **more}
    return hotline.exchange.request(caller.asked.get("action", ""), form).body


def test_who_presses_one_when_the_next_is_called_already_has_not_taken_the_caller(hotline: Hotline) -> None:
    hotline.on_call(ENGINEER, SECOND)
    caller = ringing(hotline)
    picks_up(hotline, caller)
    assert SECOND in is_over(hotline, caller, "no-answer")

    assert "<Hangup" in picks_up(hotline, caller, "1")
    assert hotline.case(caller).accepted_by is None


def test_who_presses_one_when_the_caller_has_hung_up_is_not_put_through_to_nobody(hotline: Hotline) -> None:
    hotline.on_call(ENGINEER)
    caller = ringing(hotline)
    picks_up(hotline, caller)
    hotline.exchange.webhook("/twilio/status", {"CallSid": caller.sid, "CallStatus": "completed"})

    assert "<Hangup" in picks_up(hotline, caller, "1")
    assert hotline.case(caller).accepted_by is None


@pytest.mark.parametrize(("status", "more"), [("completed", {"DialBridged": "false"}), ("failed", {})])
def test_where_the_two_were_not_put_through_the_next_is_called(
    hotline: Hotline, status: str, more: dict[str, str]
) -> None:
    hotline.on_call(ENGINEER, SECOND)
    caller = ringing(hotline)
    picks_up(hotline, caller, "1")

    answer = is_over(hotline, caller, status, **more)

    assert SECOND in answer
    assert "Goodbye" not in answer


def test_one_of_ours_who_calls_is_not_called_himself(hotline: Hotline) -> None:
    hotline.on_call(ENGINEER, SECOND)

    caller = hotline.english(ENGINEER).presses("2").presses("#").stays_silent()

    assert caller.connected_to == [SECOND]


@pytest.mark.parametrize(
    ("number", "keys", "said"),
    [("+8613800138000", "11", "call you back as soon as we can"), ("", "1", "We do not see your number")],
)
def test_where_no_worker_runs_who_waits_to_be_connected_hears_that_he_is_not(
    hotline: Hotline, number: str, keys: str, said: str
) -> None:
    hotline.on_call(ENGINEER)
    hotline.is_working = False
    caller = hotline.english(number).presses("11").says(OUTAGE).presses("#").says("Ann").presses(keys)
    caller = caller if number else caller.presses("0#")

    caller.hears("I cannot connect you with anybody at this moment", said).hears_not("will look at it")
    hotline.is_working = True
    assert "call_back" in hotline.clocks(hotline.case(caller))
