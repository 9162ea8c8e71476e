"""Customers who write and call all the time: by SMTP, to the mailbox, by telephone. Each notes what he was promised."""

import random
import smtplib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.chaos.relay import GONE
from tests.chaos.world import PUBLIC, World, chance_of
from tests.factories import mail
from tests.fakes.twilio import Caller, Exchange
from tests.fakes.twilio.wire import Wire
from tests.servers.firstline import ADDRESS

_WORDS = ("disk", "array", "pump", "switch", "printer", "backup", "server", "tape", "cable", "fan", "router", "screen")
_DOWN = "The main {} is down, nobody can work, the whole plant stands still. All {} are gone, number {}."
_MINOR = "The {} beside the {} failed, no impact. It is number {}."
_PAUSE_SECONDS = 0.5  # before a sender tries again
CALL_SECONDS = 6.0


@dataclass
class Promised:
    """What was taken, by Message-ID or CallSid; `answered` are the mails that a person waits for an answer to, with the
    address, `spoiled` those that hang whoever reads them."""

    by_smtp: set[str] = field(default_factory=set)
    in_mailbox: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    completed: set[str] = field(default_factory=set)
    answered: dict[str, str] = field(default_factory=dict)
    refused: int = 0  # tries without a 250
    doubled: int = 0  # mails that were sent once more after their 250
    stuck: list[str] = field(default_factory=list)  # senders who had no 250 for minutes

    @property
    def mails(self) -> set[str]:
        return self.by_smtp | self.in_mailbox


class Traffic:
    """Sends `a_second` mails, and where there is a hotline a call now and then, until `stop`. What is drawn is drawn by
    the seed."""

    def __init__(self, world: World, seed: int, a_second: float = 2.0, senders: int = 3) -> None:
        self.promised = Promised()
        self._world = world
        self._a_second = a_second
        self._lock = threading.Lock()
        self._number = 0
        self._stopping = threading.Event()
        self._chance = chance_of(seed, "mails")
        jobs: list[Callable[[], None]] = [self._write] * senders
        if world.of("web"):
            jobs.append(self._call)
        self._threads = [threading.Thread(target=job, daemon=True) for job in jobs]
        self._senders = senders

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Begin nothing more, and wait until what was begun has been taken."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(240)
            assert not thread.is_alive(), "a customer still waits for the desk to take what he has"

    def send(self, text: str = "", repeat: bool = False, machine: bool = False, gone: bool = False) -> str:
        """Send one mail by SMTP until it is taken, and where `repeat` once more; returns its Message-ID."""
        with self._lock:
            self._number += 1
            number = self._number
        sender = f"{GONE if gone else 'customer'}{number}@c{number % 40}.example"
        message_id = f"{number}@chaos.example"
        headers = {"Auto-Submitted": "auto-generated"} if machine else {}
        raw = mail(
            text or f"Disk {number} failed, no impact.",
            subject=f"Report {number}",
            sender=sender,
            message_id=f"<{message_id}>",
            headers=headers,
        )
        with self._lock:
            if not machine:
                self.promised.answered[message_id] = sender
        self._until_taken(sender, raw)
        with self._lock:
            self.promised.by_smtp.add(message_id)
        if repeat:
            self._until_taken(sender, raw)
            with self._lock:
                self.promised.doubled += 1
        return message_id

    def deliver(self, text: str) -> str:
        """Put one mail into the mailbox; returns its Message-ID."""
        assert self._world.dovecot is not None
        with self._lock:
            self._number += 1
            message_id = f"{self._number}@mailbox.example"
            sender = f"reader{self._number}@c{self._number % 40}.example"
            raw = mail(text, subject=f"Report {self._number}", sender=sender, message_id=f"<{message_id}>")
            self._world.dovecot.deliver(raw)
            self.promised.in_mailbox.add(message_id)
        return message_id

    def call(self) -> str:
        """One call, as far as the desk lets it come; returns its CallSid."""
        world = self._world
        [web] = world.of("web")
        exchange = Exchange(Wire(web.web_port), PUBLIC, passes=lambda seconds: time.sleep(min(seconds, 1)))
        with self._lock:
            self._number += 1
            number = self._number
        caller = Caller(exchange, f"+86138{number:08d}")
        caller.sid = f"CA{number:032x}"
        try:
            caller.calls().hears("press 2")  # it is durable before the menu is heard; "one moment" is not
            with self._lock:
                self.promised.calls.add(caller.sid)
            caller.presses("2").presses("0#").presses("12").says(f"The array in room {number} shows two red lights")
            caller.presses("#").says("Ann Lee").presses("1").presses("1")
            caller.hangs_up()
            if not caller.errors:
                with self._lock:
                    self.promised.completed.add(caller.sid)
        except AssertionError:  # the line went dead before the menu came to its end
            caller.hangs_up()
        return caller.sid

    def _write(self) -> None:
        while not self._stopping.wait(self._senders / self._a_second):
            with self._lock:
                text, kind = self._drawn(self._chance)
            try:
                self._hand_in(text, kind)
            except AssertionError as error:
                self.promised.stuck.append(str(error))
                return

    def _hand_in(self, text: str, kind: str) -> None:
        if kind == "mailbox" and self._world.dovecot is not None:
            self.deliver(text)
        else:
            self.send(text, repeat=kind == "repeat", machine=kind == "machine", gone=kind == "gone")

    def _call(self) -> None:
        while not self._stopping.wait(CALL_SECONDS):
            self.call()

    @staticmethod
    def _drawn(chance: random.Random) -> tuple[str, str]:
        text = chance.choices((_MINOR, _DOWN), (6, 1))[0]
        words = chance.choice(_WORDS), chance.choice(_WORDS), chance.randrange(10**6)
        kinds = ("plain", "mailbox", "repeat", "machine", "gone")
        return text.format(*words), chance.choices(kinds, (50, 25, 10, 8, 7))[0]

    def _until_taken(self, sender: str, raw: bytes) -> None:
        [smtp] = self._world.of("smtp")
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            try:
                with smtplib.SMTP("127.0.0.1", smtp.smtp_port, timeout=20) as connection:
                    connection.sendmail(sender, [ADDRESS], raw)
                return
            except (OSError, smtplib.SMTPException):
                with self._lock:
                    self.promised.refused += 1
                time.sleep(_PAUSE_SECONDS)
        raise AssertionError("no 250 within three minutes")
