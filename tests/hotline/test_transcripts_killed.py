"""The real product, ended in the middle of writing down what a caller recorded."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.twilio import Caller, Exchange
from tests.fakes.twilio.api import Api
from tests.fakes.twilio.exchange import ACCOUNT, NUMBER, TOKEN
from tests.fakes.twilio.wire import Wire
from tests.hotline.test_restart import PUBLIC, exchange, restart
from tests.processes import is_gone
from tests.servers.firstline import Firstline
from tests.waiting import wait_until

pytestmark = pytest.mark.long

DOWN = "The whole production database is down and nobody in the plant can work."


@pytest.fixture
def line() -> Exchange:
    """Callers reach the product as soon as it runs."""
    return Exchange(Wire(0), PUBLIC)


@pytest.fixture
def desk(tmp_path: Path, line: Exchange) -> Iterator[Firstline]:
    """Its transcriber hangs at the first try, and is well at the next."""
    program = tmp_path / "transcribe"
    first = (
        f"if mkdir {tmp_path}/tried; then echo $$ > {tmp_path}/n; mv {tmp_path}/n {tmp_path}/pid; exec sleep 600; fi"
    )
    program.write_text(f'#!/bin/sh\n{first}\ntest "$1" = small && test -s "$2" && echo "{DOWN}"\n', encoding="utf-8")
    program.chmod(0o755)
    with Api(line) as api:
        desk = Firstline(
            tmp_path / "desk",
            public_url=PUBLIC,
            twilio_auth_token=TOKEN,
            twilio_account_sid=ACCOUNT,
            twilio_number=NUMBER,
            twilio_api_url=api.url,
            transcriber=f"{program} small",
        )
        desk.start()
        desk.wait_until_ready()
        line.post, line.passes = exchange(desk).post, exchange(desk).passes
        yield desk
        desk.stop()


def hanging(tmp_path: Path) -> int:
    """The process of the transcriber, once it hangs."""
    wait_until((tmp_path / "pid").exists, timeout=30)
    return int((tmp_path / "pid").read_text())


def case(desk: Firstline) -> dict[str, object]:
    return desk.get("/api/v1/cases/FL-000001")


def kinds(desk: Firstline) -> list[str]:
    timeline = case(desk)["timeline"]
    assert isinstance(timeline, list)
    return [entry["kind"] for entry in timeline]


def calls(line: Exchange) -> Caller:
    caller = Caller(line).calls().presses("2").presses("0#").presses("3").presses("#").leaves_a_message(9)
    return caller.presses("#").presses("1").hears("case number").hangs_up()


def test_after_a_kill_the_transcript_comes_once(desk: Firstline, line: Exchange, tmp_path: Path) -> None:
    calls(line)
    process = hanging(tmp_path)

    desk.kill()
    os.kill(process, signal.SIGKILL)  # a power cut ends it as well
    desk.start()
    desk.wait_until_ready()

    wait_until(lambda: case(desk)["level"] == 1, timeout=30)
    restart(desk)
    assert kinds(desk).count("transcript") == 1


def test_a_stop_ends_the_program_too_and_the_next_start_goes_on(
    desk: Firstline, line: Exchange, tmp_path: Path
) -> None:
    calls(line)
    process = hanging(tmp_path)

    assert desk.stop() == 0
    assert is_gone(process)
    desk.start()
    desk.wait_until_ready()

    wait_until(lambda: case(desk)["subject"] == DOWN, timeout=30)
    assert b'firstline_transcripts_total{result="done"} 1.0' in desk.read("/metrics")


def test_a_worker_whose_transcriber_is_not_there_says_so_at_the_start(tmp_path: Path) -> None:
    desk = Firstline(tmp_path, transcriber="/nowhere/transcribe small")

    desk.start()
    desk.wait()

    assert "FIRSTLINE_TRANSCRIBER: there is no program /nowhere/transcribe" in desk.log.read_text("utf-8")
