"""The real product, killed between two webhooks: the call goes on, and nothing of it is lost."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.twilio import Caller, Exchange
from tests.fakes.twilio.exchange import NUMBER, TOKEN
from tests.fakes.twilio.wire import Wire
from tests.servers.firstline import Firstline
from tests.waiting import wait_until

pytestmark = pytest.mark.long

PUBLIC = "https://desk.example"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Firstline]:
    desk = Firstline(
        tmp_path, public_url=PUBLIC, twilio_auth_token=TOKEN, twilio_auth_token_2="the one before", twilio_number=NUMBER
    )
    desk.start()
    desk.wait_until_ready()
    yield desk
    desk.stop()


def exchange(desk: Firstline) -> Exchange:
    # The seconds of a pause are real here, since another process has to do something meanwhile.
    return Exchange(Wire(desk.web_port), PUBLIC, passes=lambda seconds: time.sleep(min(seconds, 1)))


def report(desk: Firstline, call: Caller) -> dict[str, object]:
    return desk.get(f"/api/v1/reports?call_sid={call.sid}")


def test_a_call_goes_on_after_a_kill_between_any_two_answers(desk: Firstline) -> None:
    caller = Caller(exchange(desk)).calls().hears("press 2").presses("2").presses("0#").presses("1")
    restart(desk)
    caller.hears("business stopped").presses("2").says("The array in room four shows two red lights")
    restart(desk)
    caller.presses("#").says("Ann Lee").presses("1").hears("call you back").presses("1")

    caller.hears("case number is F L 0 0 0 0 0 1").hangs_up()

    case = report(desk, caller)["case"]
    assert isinstance(case, dict)
    assert (case["number"], case["channel"]) == ("FL-000001", "phone")
    assert case["acknowledged_at"] is not None


def test_a_caller_who_is_cut_off_by_a_kill_is_a_report_with_what_he_said(desk: Firstline) -> None:
    caller = Caller(exchange(desk)).calls().presses("2").presses("0#").presses("12").says("The array shows red lights")

    restart(desk)
    caller.hangs_up()

    wait_until(lambda: report(desk, caller)["case"], timeout=20)
    assert report(desk, caller)["subject"] == "The array shows red lights"


def test_the_token_before_is_still_taken(desk: Firstline) -> None:
    old = exchange(desk)
    old.token = "the one before"

    Caller(old).calls().hears("按1")


def restart(desk: Firstline) -> None:
    desk.kill()
    desk.start()
    desk.wait_until_ready()
