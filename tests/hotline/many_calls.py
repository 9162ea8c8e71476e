"""Fifty calls at once beside five hundred mails: no webhook is kept waiting, and no report is lost."""

import smtplib
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from tests.factories import mail
from tests.fakes.twilio import Caller, Exchange
from tests.fakes.twilio.exchange import TOKEN, Answer
from tests.fakes.twilio.wire import Wire
from tests.servers.firstline import ADDRESS, Firstline
from tests.waiting import wait_until

CALLS, MAILS = 50, 500
PUBLIC = "https://desk.example"


class Timed:
    """Notes how long each webhook took."""

    def __init__(self, port: int) -> None:
        self._wire = Wire(port)
        self.seconds: list[float] = []

    def __call__(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        started = time.monotonic()
        answer = self._wire(url, form, headers)
        self.seconds.append(time.monotonic() - started)
        return answer


def call(exchange: Exchange, number: str, ended: list[Caller]) -> None:
    caller = Caller(exchange, number).calls().presses("2").presses("0#").presses("12")
    caller.says(f"The array in room {number[-3:]} shows two red lights").presses("#").says("Ann Lee").presses("1")
    caller.presses("1").hears("recorded").hangs_up()
    ended.append(caller)


def send_mails(desk: Firstline) -> None:
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=60) as connection:
        for number in range(MAILS):
            sender = f"customer{number}@load.example"
            raw = mail(f"Disk {number} failed.", sender=sender, message_id=f"<{number}@load.example>")
            connection.sendmail(sender, [ADDRESS], raw)


def play(folder: Path) -> list[float]:
    """Fifty calls at once beside five hundred mails. Returns how long each webhook took, in seconds, the shortest
    first.

    Raises:
        AssertionError: a call or a mail was lost.
    """
    desk = Firstline(folder, public_url=PUBLIC, twilio_auth_token=TOKEN)
    desk.start()
    desk.wait_until_ready()
    timed, ended = Timed(desk.web_port), list[Caller]()
    exchange = Exchange(timed, PUBLIC, passes=lambda seconds: time.sleep(min(seconds, 1)))
    numbers = [f"+86138001380{number:02d}" for number in range(CALLS)]
    threads = [threading.Thread(target=call, args=(exchange, number, ended)) for number in numbers]
    threads.append(threading.Thread(target=send_mails, args=(desk,)))
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)

        assert len(ended) == CALLS
        for caller in ended:
            wait_until(lambda sid=caller.sid: desk.get(f"/api/v1/reports?call_sid={sid}")["case"], timeout=60)  # type: ignore[misc]
        wait_until(lambda: desk.report(f"{MAILS - 1}@load.example"), timeout=60)
    finally:
        desk.stop()
    return sorted(timed.seconds)
