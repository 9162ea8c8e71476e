"""A relay with moods: down, greylisting, refusing some, taking a mail and losing its answer."""

from collections import Counter
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import free_port

GONE = "gone"  # mailboxes that begin with it do not exist
_BYE = "421 4.3.2 closing"


class Relay:
    """Listens on one port whenever it is up. `taken` counts the messages it has taken, by Message-ID; `refused` those
    that it refused for good, by recipient."""

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: Counter[str] = Counter()
        self.to: dict[str, str] = {}  # the recipient, by Message-ID
        self.refused: Counter[str] = Counter()
        self.put_off = 0
        self.lost_answers = 0
        self.greylists = False
        self.loses_answers = False
        self._known: set[str] = set()
        self._server: Controller | None = None

    def start(self) -> None:
        if self._server is None:
            self._server = Controller(self, hostname="127.0.0.1", port=self.port, timeout=300)
            self._server.start()

    def stop(self) -> None:
        """Nobody answers until `start`."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith(GONE):
            self.refused[address] += 1
            return "550 5.1.1 no such mailbox"
        if self.greylists and address not in self._known:
            self._known.add(address)
            self.put_off += 1
            return "451 4.7.1 greylisted, please come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message_id = str(message_from_bytes(content)["Message-ID"]).strip("<>")
        self.taken[message_id] += 1
        self.to[message_id] = envelope.rcpt_tos[0]
        if self.loses_answers and self.taken[message_id] == 1:
            self.lost_answers += 1
            assert server.transport is not None
            server.transport.close()
            return _BYE
        return "250 taken"
