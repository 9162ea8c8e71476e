"""The servers around us are killed at random: mailbox, mail server in front, relay, token endpoint. No mail is lost."""

import random
import smtplib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.db import Database
from models.tables import CaseRow, MailboxRow, OutgoingRow, ReportRow
from tests.factories import mail
from tests.servers import free_port
from tests.servers.dovecot import USER, Dovecot
from tests.servers.firstline import ADDRESS, Firstline
from tests.servers.postfix import Postfix
from tests.servers.sink import Sink
from tests.servers.token_endpoint import CLIENT_ID, CLIENT_SECRET, FIRST_REFRESH_TOKEN, TokenEndpoint, serving
from tests.waiting import wait_until

pytestmark = pytest.mark.long

ROUNDS = 16
MAILS_A_ROUND = 3


class Endpoint:
    """The token endpoint as something that can be killed and started again on its port."""

    def __init__(self) -> None:
        self.tokens = TokenEndpoint(USER)
        self.tokens.expires_in = 61  # of which we keep a second: tokens are asked for all the time
        self.port = free_port()
        self._stack = ExitStack()
        self.start()

    def start(self) -> None:
        self._stack.enter_context(serving(self.tokens, self.port))

    def kill(self) -> None:
        self._stack.close()


class Surroundings:
    """Everything around one Firstline."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.endpoint = Endpoint()
        stack.callback(self.endpoint.kill)
        self.dovecot = stack.enter_context(Dovecot(introspection_url=f"http://127.0.0.1:{self.endpoint.port}"))
        self.sink = Sink()
        stack.callback(self.sink.stop)
        self.firstline = Firstline(folder, smtp_protocol="lmtp", relay_host="127.0.0.1", relay_port=str(self.sink.port))
        (folder / "firstline.toml").write_text(self._settings(), encoding="utf-8")
        lines = f"transport_maps = inline:{{{ADDRESS}=lmtp:inet:127.0.0.1:{self.firstline.smtp_port}}}\n"
        self.postfix = stack.enter_context(Postfix(lines))
        self.firstline.start()
        stack.callback(self.firstline.kill)
        self.firstline.wait_until_ready()

    def _settings(self) -> str:
        return f"""
        [[imap]]
        name = "support"
        host = "127.0.0.1"
        port = {self.dovecot.port}
        tls = "none"
        username = "{USER}"
        poll_seconds = 0.2
        after = "move:Processed"
        [imap.oauth2]
        token_url = "http://127.0.0.1:{self.endpoint.port}/token"
        client_id = "{CLIENT_ID}"
        client_secret = "{CLIENT_SECRET}"
        refresh_token = "{FIRST_REFRESH_TOKEN}"
        """

    def hand_in(self, number: int) -> str:
        """A mail comes to the mailbox or to the mail server in front, one after the other; returns its Message-ID."""
        message_id = f"{number}@around.example"
        sender = f"customer{number}@around.example"
        raw = mail(f"Disk {number} failed, no impact.", sender=sender, message_id=f"<{message_id}>")
        if number % 2:
            self.dovecot.deliver(raw)
        else:
            wait_until(lambda: self._was_taken(sender, raw), timeout=60)
        return message_id

    def _was_taken(self, sender: str, raw: bytes) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.postfix.port, timeout=10) as connection:
                connection.sendmail(sender, [ADDRESS], raw)
        except (OSError, smtplib.SMTPException):
            return False
        return True


@pytest.fixture
def around(tmp_path: Path) -> Iterator[Surroundings]:
    with ExitStack() as stack:
        yield Surroundings(tmp_path / "firstline", stack)


@pytest.mark.timeout(600)
def test_no_mail_is_lost_whichever_server_around_us_is_killed(around: Surroundings) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - shown where the test fails
    chance = random.Random(seed)
    victims: list[tuple[Callable[[], None], Callable[[], None]]] = [
        (around.dovecot.kill, around.dovecot.start),
        (around.postfix.kill, around.postfix.start),
        (around.sink.kill, around.sink.start),
        (around.endpoint.kill, around.endpoint.start),
        (around.firstline.kill, around.firstline.start),
    ]
    sent: list[str] = []

    for _ in range(ROUNDS):
        kill, start = chance.choice(victims)
        cut = chance.randrange(MAILS_A_ROUND)
        sent += [around.hand_in(len(sent) + one) for one in range(cut)]
        kill()
        start()
        sent += [around.hand_in(len(sent) + one) for one in range(MAILS_A_ROUND - cut)]
    around.firstline.wait_until_ready()

    database = Database(f"sqlite:///{around.firstline.data / 'firstline.db'}")
    wait_until(lambda: _ended(database) == len(sent), timeout=240)
    wait_until(lambda: _left(database) == 0, timeout=60)
    with database.reading() as session:
        reports = session.scalars(select(ReportRow)).all()
        outgoing = session.scalars(select(OutgoingRow)).all()
        cases = session.scalar(select(func.count()).select_from(CaseRow))
    database.close()
    assert Counter(report.message_id for report in reports) == Counter(sent)
    assert {report.outcome for report in reports} == {"case"}
    assert cases == len(sent)
    assert {message.state for message in outgoing} == {"sent"}
    taken = Counter(str(answer["Message-ID"]).strip("<>") for answer in around.sink.mails if answer["Message-ID"])
    assert set(taken) >= {message.message_id for message in outgoing}  # sent again at worst, under the same id


def _ended(database: Database) -> int:
    """How many reports are done and their acknowledgements sent."""
    with database.reading() as session:
        done = session.scalar(select(func.count()).where(ReportRow.state == "done")) or 0
        unsent = session.scalar(select(func.count()).where(OutgoingRow.state != "sent")) or 0
    return done - unsent


def _left(database: Database) -> int:
    """How many mails of the folder are not accounted for."""
    with database.reading() as session:
        row = session.get(MailboxRow, ("support", "INBOX"))
    return -1 if row is None else row.difference
