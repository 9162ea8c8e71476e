"""Text messages and calls through Twilio's REST API: the senders for rows of the channels sms and voice."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import func, select

from intake.hotline.numbers import masked, refusal
from models.db import Database
from models.errors import Temporary
from models.settings import Settings
from models.tables import OutgoingRow
from models.values import OutgoingState
from workers.deliver.email import MailSender, RelayUnreachable
from workers.hotline.twilio_api import TwilioApi, TwilioRefused, refusals

log = logging.getLogger(__name__)

LIMIT_TEXT_CHARS = 1600  # Twilio: error 21617
RING_SECONDS = 25
_HOUR = timedelta(hours=1)
SMS, VOICE = "sms", "voice"


class NumberNotAllowed(TwilioRefused):
    """The number costs extra, or is abroad where that was not allowed."""


class Telephone:
    """What both senders share. Safe to use from several threads: the library's client is."""

    def __init__(self, settings: Settings, api: TwilioApi, database: Database, clock: Callable[[], datetime]) -> None:
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
        try:
            with refusals():
                self._make(message_id, recipient, content.decode())
        except Temporary as error:
            raise RelayUnreachable(str(error)) from error

    def close(self) -> None:
        """Nothing is held open."""

    def client(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self._api.client()
            return self._client

    def _make(self, message_id: str, recipient: str, text: str) -> None:
        raise NotImplementedError

    def _check_limit(self, recipient: str) -> None:
        sent = OutgoingRow.state == OutgoingState.SENT
        recent = OutgoingRow.created_at > self._clock() - _HOUR
        query = select(func.count()).where(OutgoingRow.recipient_key == recipient, recent, sent)
        with self._database.reading() as session:
            number = session.scalar(query.where(OutgoingRow.channel.in_((SMS, VOICE)))) or 0
        if number >= self._settings.notice_limit_per_hour:  # whatever goes wrong
            raise Temporary(f"{masked(recipient)} has had {number} calls and text messages within the hour")


class TextSender(Telephone):
    """Sends `content` as a text message."""

    def _make(self, message_id: str, recipient: str, text: str) -> None:
        self.client().messages.create(to=recipient, from_=self._settings.twilio_number, body=text[:LIMIT_TEXT_CHARS])


class CallSender(Telephone):
    """Calls, and lets `/twilio/notice` say the row's content and take the answer; sent means that it rings."""

    def _make(self, message_id: str, recipient: str, text: str) -> None:
        public_url = self._settings.public_url.rstrip("/")
        notice = f"{public_url}/twilio/notice?id={quote(message_id, safe='')}"
        self.client().calls.create(
            to=recipient,
            from_=self._settings.twilio_number,
            url=notice,
            method="POST",
            timeout=RING_SECONDS,
            machine_detection="Enable",
            status_callback=f"{public_url}/twilio/notice/status?id={quote(message_id, safe='')}",
            status_callback_event=["completed"],
            status_callback_method="POST",
        )


def means(settings: Settings) -> frozenset[str]:
    """The ways by telephone in which these settings reach people."""
    if TwilioApi.of(settings) is None or not settings.twilio_number:
        return frozenset()
    return frozenset({SMS, VOICE} if settings.public_url else {SMS})


def make_senders(settings: Settings, database: Database, clock: Callable[[], datetime]) -> dict[str, MailSender]:
    """The senders of the channels sms and voice; none where no account and number is set."""
    api, ways = TwilioApi.of(settings), means(settings)
    made = {SMS: TextSender, VOICE: CallSender}
    return {way: made[way](settings, api, database, clock) for way in ways} if api is not None else {}
