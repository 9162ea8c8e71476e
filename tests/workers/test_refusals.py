"""What relays say of us, and not of the customer: nothing is given up and nobody's address is dead by it."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from pydantic import SecretStr
from sqlalchemy import select

from models.db import Database
from models.errors import Temporary
from models.settings import Settings
from models.tables import CaseRow, DeadAddressRow, OutgoingRow
from tests.conftest import Clock
from tests.servers import free_port
from workers.deliver import email
from workers.deliver.email import MailRefused, RecipientUnknown, Relay, RelayUnreachable
from workers.deliver.outgoing import Deliverer
from workers.deliver.refusals import at_recipient

LETTER = b"From: support@firstline.example\r\nAuto-Submitted: auto-generated\r\n\r\nhello\r\n"


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        (550, "Domain frequency limited. http://service.exmail.qq.com/"),
        (550, "5.4.5 Daily user sending limit exceeded"),
        (550, "relay not permitted"),
        (550, "5.7.1 Unable to relay"),
        (554, "<ann@customer.example>: Relay access denied"),
        (550, "发信频率过高".encode("gb18030")),
        (450, "4.7.1 greylisted"),
    ],
)
def test_what_is_about_us_is_tried_again(code: int, answer: str | bytes) -> None:
    assert isinstance(at_recipient(code, answer), Temporary)


@pytest.mark.parametrize("answer", ["5.1.1 no such user", "Mailbox not found. 用户不存在", "5.1.2 domain unknown"])
def test_an_address_that_does_not_exist_is_given_up(answer: str) -> None:
    assert isinstance(at_recipient(550, answer), RecipientUnknown)


class Full:
    """The recipient's mailbox is full."""

    def send(self, message_id: str, recipient: str, content: bytes) -> None:
        raise MailRefused("the relay answered 552 5.2.2 mailbox full")

    def close(self) -> None: ...


def test_a_letter_that_is_refused_for_good_has_somebody_look(
    queued: Callable[[int], None], make_deliverer: Callable[..., Deliverer], database: Database, clock: Clock
) -> None:
    queued(1)
    with database.transaction() as session:
        session.scalars(select(CaseRow)).one().needs_review = False

    make_deliverer(Full()).run()

    with database.reading() as session:
        assert session.scalars(select(OutgoingRow.state)).one() == "failed"
        assert session.scalars(select(CaseRow.needs_review)).one() is True
        assert session.scalars(select(DeadAddressRow)).all() == []


class Forgetful:
    """A relay that takes one password, and hangs up after the first recipient if it is told so."""

    def __init__(self) -> None:
        self.password = b"new"
        self.tried = 0
        self.answer = "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        self.tried += 1
        return AuthResult(success=getattr(data, "password", b"") == self.password, handled=False)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer, self.answer = self.answer, "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "250 taken"


@pytest.fixture
def forgetful() -> Iterator[tuple[Forgetful, Relay]]:
    found, port = Forgetful(), free_port()
    controller = Controller(
        found, hostname="127.0.0.1", port=port, authenticator=found.authenticate, auth_require_tls=False
    )
    controller.start()
    relay = Relay(Settings(relay_host="127.0.0.1", relay_port=port, relay_user="desk", relay_password=SecretStr("new")))
    yield found, relay
    relay.close()
    controller.stop()


def test_a_password_that_the_relay_refuses_is_not_tried_with_every_message(
    forgetful: tuple[Forgetful, Relay], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, relay = forgetful
    server.password = b"another"
    for _ in range(20):
        with pytest.raises(
            RelayUnreachable, match=r"535 .*the log-in is refused; check relay_user and relay_password, and restart"
        ):
            relay.send("1@firstline.example", "ann@customer.example", LETTER)
    tried = server.tried

    server.password = b"new"
    monkeypatch.setattr(relay, "_next_login_at", 0.0)
    relay.send("1@firstline.example", "ann@customer.example", LETTER)

    assert tried <= 2  # one log-in, by the two mechanisms that it offers


def test_a_relay_that_hangs_up_at_one_recipient_is_connected_to_for_the_next(
    forgetful: tuple[Forgetful, Relay],
) -> None:
    server, relay = forgetful
    server.answer = "421 4.3.2 closing"

    with pytest.raises(Temporary, match="421"):
        relay.send("1@firstline.example", "ann@customer.example", LETTER)
    relay.send("2@firstline.example", "bob@customer.example", LETTER)


@pytest.fixture
def silent() -> Iterator[Relay]:
    """It takes a mail, and never says so."""
    never_said = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines:
                connection.sendall(b"220 ready\r\n")
                for line in lines:
                    is_data = line.lower() == b"data\r\n"
                    connection.sendall(b"354 go on\r\n" if is_data else b"250 yes\r\n")
                    if is_data:
                        never_said.wait(30)
                        return

        server = threading.Thread(target=serve, daemon=True)
        server.start()
        relay = Relay(Settings(relay_host="127.0.0.1", relay_port=listener.getsockname()[1]))
        yield relay
        never_said.set()
        relay.close()
        server.join()


def test_a_relay_that_takes_a_mail_and_says_nothing_is_named_so(silent: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "REPLY_SECONDS", 0.2)

    with pytest.raises(Temporary, match=r"did not answer within 0\.2 seconds"):
        silent.send("1@firstline.example", "ann@customer.example", LETTER)
