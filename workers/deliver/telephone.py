"""Text messages and calls through Twilio's REST API: the senders for rows of the channels sms and voice."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import func, select

from intake.hotline.numbers import masked, refusal
from intake.mail.language import detect
from models.db import Database
from models.errors import Temporary
from models.settings import Settings
from models.tables import OutgoingRow
from models.values import OutgoingState
from workers.deliver.email import MailSender, RelayUnreachable
from workers.deliver.refusals import NotTried
from workers.hotline import on_the_line
from workers.hotline.download import TwilioRefused
from workers.hotline.twilio_api import TwilioApi, refusals
from workers.office import means_by_telephone

log = logging.getLogger(__name__)

LIMIT_TEXT_CHARS = 1600  # Twilio: error 21617
RING_SECONDS = 25
_SECOND = 2
_HOUR = timedelta(hours=1)
SMS, VOICE = "sms", "voice"


class NumberNotAllowed(TwilioRefused):
    """The number costs extra, or is abroad where that was not allowed."""


# (client of the library, settings, Message-ID, number, what is said) -> None: Twilio has taken it.
Take = Callable[[Any, Settings, str, str, str], None]


class Telephone:
    """Sends by `take`, as a text message or a call. Safe to use from several threads: the library's client is."""

    def __init__(
        self, settings: Settings, api: TwilioApi, database: Database, clock: Callable[[], datetime], take: Take
    ) -> None:
        self._take = take
        self._settings = settings
        self._api = api
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._client: Any = None

    def send(self, message_id: str, recipient: str, content: bytes) -> None:
        """Raises RelayUnreachable, Temporary or TwilioRefused."""
        because = refusal(recipient, self._settings.twilio_number, self._settings.twilio_countries)
        if because is not None:
            raise NumberNotAllowed(f"{masked(recipient)} is not called or texted: {because}")
        self._check_limit(recipient)
        self._check_line(message_id)
        try:
            if self._is_taken(message_id, recipient, content.decode()):
                log.info("text_was_taken", extra={"message": message_id})
                return
            with refusals():
                self._take(self.client(), self._settings, message_id, recipient, content.decode())
        except Temporary as error:
            raise RelayUnreachable(str(error)) from error

    def close(self) -> None:
        """Nothing is held open."""

    def client(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self._api.client()
            return self._client

    def _check_limit(self, recipient: str) -> None:
        sent = OutgoingRow.state == OutgoingState.SENT
        recent = OutgoingRow.created_at > self._clock() - _HOUR
        query = select(func.count()).where(OutgoingRow.recipient_key == recipient, recent, sent)
        with self._database.reading() as session:
            number = session.scalar(query.where(OutgoingRow.channel.in_((SMS, VOICE)))) or 0
        if number >= self._settings.notice_limit_per_hour:  # whatever goes wrong
            raise Temporary(f"{masked(recipient)} has had {number} calls and text messages within the hour")

    def _is_taken(self, message_id: str, recipient: str, content: str) -> bool:
        """True for a text message that was tried before, and that Twilio has, though its answer was lost. A call that
        is made twice costs less than one that is not made."""
        if self._take is not text:
            return False
        with self._database.reading() as session:
            row = session.scalar(select(OutgoingRow).where(OutgoingRow.message_id == message_id))
        if row is None or row.attempts < _SECOND:
            return False
        own = self._settings.twilio_number
        return self._api.has_taken(recipient, own, content[:LIMIT_TEXT_CHARS], row.created_at)

    def _check_line(self, message_id: str) -> None:
        """Whoever is on call is not called about a case while its caller is being connected with him."""
        if self._take is not call:
            return
        with self._database.reading() as session:
            notice = session.scalar(select(OutgoingRow).where(OutgoingRow.message_id == message_id))
            if notice is not None and on_the_line.waits_for(session, notice, self._clock()):
                raise NotTried("its caller is being connected with who is on call", on_the_line.LOOK_AGAIN)


def text(client: Any, settings: Settings, message_id: str, recipient: str, content: str) -> None:
    """Send `content` as a text message, and have `/twilio/sms/status` told where it does not arrive."""
    told = {}
    if settings.public_url:
        told["status_callback"] = f"{settings.public_url.rstrip('/')}/twilio/sms/status?id={quote(message_id, safe='')}"
    client.messages.create(to=recipient, from_=settings.twilio_number, body=content[:LIMIT_TEXT_CHARS], **told)


def call(client: Any, settings: Settings, message_id: str, recipient: str, content: str) -> None:
    """Call, and let `/twilio/notice` say the row's content and take the answer; sent means that it rings."""
    public_url = settings.public_url.rstrip("/")
    named = quote(message_id, safe="")
    language = detect(content)
    client.calls.create(
        to=recipient,
        from_=settings.twilio_number,
        url=f"{public_url}/twilio/notice?id={named}&lang={language}",
        method="POST",
        fallback_url=f"{public_url}/twilio/fallback",
        fallback_method="POST",
        timeout=RING_SECONDS,
        machine_detection="Enable",
        status_callback=f"{public_url}/twilio/notice/status?id={named}",
        status_callback_event=["completed"],
        status_callback_method="POST",
    )


def make_senders(settings: Settings, database: Database, clock: Callable[[], datetime]) -> dict[str, MailSender]:
    """The senders of the channels sms and voice; none where no account and number is set."""
    api, ways = TwilioApi.of(settings), means_by_telephone(settings)
    take: dict[str, Take] = {SMS: text, VOICE: call}
    return {way: Telephone(settings, api, database, clock, take[way]) for way in ways} if api is not None else {}
