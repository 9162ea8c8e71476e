"""Calls and text messages that came while the desk was away are fetched from Twilio afterwards: each is one report."""

from pathlib import Path

import pytest

from intake.accept import Acceptor
from intake.channels.phone import Hotline as CallAnswers
from intake.channels.phone import HotlineConfig
from models.errors import Temporary
from models.values import CaseState
from tests.fakes.twilio.api import Api
from tests.fakes.twilio.exchange import ACCOUNT, NUMBER, TOKEN, Exchange
from tests.fakes.twilio.wire import Wire
from tests.hotline.conftest import ENGINEER, KNOWN, STRANGER, ZONE, Hotline
from tests.hotline.outgoing import notice, stored
from tests.hotline.test_restart import PUBLIC, exchange
from tests.servers.firstline import Firstline
from tests.waiting import wait_until
from workers.hotline.life import CaseLife
from workers.hotline.missed import Missed
from workers.hotline.twilio_api import TwilioApi

TEXT = "All production lines have stopped"
PNG = b"\x89PNG\r\n\x1a\n the panel with its two red lights"


@pytest.fixture
def missed(hotline: Hotline, api: Api, acceptor: Acceptor) -> Missed:
    """The desk has had a text message before, and an hour has passed."""
    hotline.exchange.text("+8613800138222", "The printer in the hall makes noises")
    hotline.work()
    hotline.clock.forward(hours=1)
    return made(hotline, api, acceptor)


def made(hotline: Hotline, api: Api, acceptor: Acceptor) -> Missed:
    office, clock = hotline.desk.office, hotline.clock
    config, life = HotlineConfig(PUBLIC, ZONE), CaseLife(office)
    answers = CallAnswers(hotline.database, acceptor.accept, clock, config, lambda *_: [], life, lambda: None)
    inbox = TwilioApi(ACCOUNT, TOKEN, api.url)
    return Missed(hotline.database, inbox, NUMBER, acceptor.accept, answers.missed, clock, office.token_key)


def comes_to_nobody(
    hotline: Hotline, text: str = TEXT, *media: tuple[str, bytes], sender: str = "+8613800138111"
) -> None:
    """Twilio asks, and nobody answers."""
    hotline.exchange.message(sender, text, media=media)


def test_a_text_message_that_nobody_took_is_a_report_as_of_when_it_came(hotline: Hotline, missed: Missed) -> None:
    comes_to_nobody(hotline)
    came_at = hotline.clock.now
    hotline.clock.forward(hours=2)

    assert [missed.look(), missed.look()] == [1, 0]
    hotline.work()

    report = hotline.reports()[-1]
    assert (report.subject, report.outcome, report.received_at) == (TEXT, "case", came_at)
    assert hotline.cases()[-1].level == 1
    assert [number for number, _ in hotline.sent()][-1] == "+8613800138111"  # he is answered


def test_what_was_taken_is_not_taken_again(hotline: Hotline, missed: Missed) -> None:
    hotline.exchange.text(STRANGER, TEXT)
    hotline.clock.forward(minutes=10)

    assert missed.look() == 0
    assert len(hotline.reports()) == 2


def test_twilio_s_own_second_try_after_a_look_is_the_same_report(hotline: Hotline, missed: Missed) -> None:
    form = hotline.exchange.message(STRANGER, TEXT)
    hotline.clock.forward(minutes=10)
    missed.look()

    hotline.exchange.webhook("/twilio/sms", form)

    assert len(hotline.reports()) == 2


def test_its_pictures_come_with_it(hotline: Hotline, missed: Missed) -> None:
    comes_to_nobody(hotline, "", ("image/png", PNG))
    hotline.clock.forward(minutes=10)

    missed.look()
    hotline.work()

    assert [part.content for part in hotline.parts(hotline.reports()[-1]) if part.kind == "attached"] == [PNG]


def test_what_one_of_ours_answers_to_a_notice_is_no_report(hotline: Hotline, missed: Missed) -> None:
    notice(hotline, "sms")
    before = len(hotline.reports())
    comes_to_nobody(hotline, "1", sender=ENGINEER)
    hotline.clock.forward(minutes=10)

    assert missed.look() == 0
    assert len(hotline.reports()) == before
    assert stored(hotline).state != CaseState.ACCEPTED


def test_one_of_more_than_a_day_ago_is_left(hotline: Hotline, missed: Missed) -> None:
    comes_to_nobody(hotline)
    hotline.clock.forward(hours=25)

    assert missed.look() == 0


def test_what_came_before_the_desk_took_its_first_is_not_its_own(
    hotline: Hotline, api: Api, acceptor: Acceptor
) -> None:
    comes_to_nobody(hotline)
    hotline.clock.forward(minutes=10)

    assert made(hotline, api, acceptor).look() == 0
    assert not api.asked


def test_what_cannot_be_asked_for_now_is_found_by_the_next_look(hotline: Hotline, api: Api, missed: Missed) -> None:
    comes_to_nobody(hotline)
    hotline.clock.forward(minutes=10)
    api.fails.append(503)

    with pytest.raises(Temporary):
        missed.look()
    assert missed.look() == 1


def test_a_call_that_nobody_answered_is_a_case_of_its_caller_as_of_when_it_came(
    hotline: Hotline, missed: Missed
) -> None:
    hotline.exchange.dial(hotline.exchange.sid("CA"), KNOWN)
    came_at = hotline.clock.now
    hotline.clock.forward(hours=2)

    assert [missed.look(), missed.look()] == [1, 0]
    hotline.work()

    report = hotline.reports()[-1]
    assert (report.outcome, report.received_at) == ("case", came_at)
    assert hotline.cases()[-1].needs_review
    assert hotline.cases()[-1].level == 3


def test_a_call_that_was_answered_is_not_missed(hotline: Hotline, missed: Missed) -> None:
    hotline.english().presses("12").says("The array is offline").hangs_up()
    hotline.clock.forward(minutes=10)

    assert missed.look() == 0


@pytest.mark.long
def test_the_product_takes_at_its_start_what_came_while_it_was_down(tmp_path: Path) -> None:
    line = Exchange(Wire(0), PUBLIC)
    with Api(line) as api:
        account = {"twilio_auth_token": TOKEN, "twilio_account_sid": ACCOUNT, "twilio_number": NUMBER}
        desk = Firstline(tmp_path, public_url=PUBLIC, twilio_api_url=api.url, **account)
        desk.start()
        desk.wait_until_ready()
        line.post = exchange(desk).post
        line.text(STRANGER, "The printer in the hall makes noises")
        desk.stop()

        line.message("+8613800138111", TEXT)
        line.dial(line.sid("CA"), "+8613800138112")
        desk.start()
        desk.wait_until_ready()

        wait_until(lambda: b"FL-000003" in desk.read("/api/v1/cases"), timeout=30)
        assert TEXT in {desk.get(f"/api/v1/cases/FL-00000{number}")["subject"] for number in (2, 3)}
        desk.stop()
