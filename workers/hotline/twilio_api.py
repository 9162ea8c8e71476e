"""Twilio's REST API over its own library, at another address where the settings name one."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from models.errors import Temporary
from models.settings import Settings
from workers.hotline.download import SHORTEST_REST_SECONDS, TIMEOUT_SECONDS, NotThere, Rest, TwilioRefused, download
from workers.stages.telephone import Tape

_API = "https://api.twilio.com"
# A recording is tried for over four minutes, a picture half a minute: its rests stay short, or it was never asked for.
_RECORDINGS_REST_SECONDS = 120.0
# No message of two minutes is larger, and no picture that Twilio takes.
LIMIT_BYTES = 20 * 1024 * 1024
# A look asks for no more at once.
LIMIT_LISTED = 5000
# A message of ours that may have been taken is among the latest to its number.
LIMIT_LATEST = 50
UNDELIVERED = frozenset({"failed", "undelivered", "canceled"})
# Twilio's error dictionary begins here; the library puts the status where there is no code.
_FIRST_CODE = 10_000
# The account or our number has to wait, or somebody has to see to it: suspended, out of credit, not let in, at a limit
# of calls at once (10004), of what waits to be sent (21611), of messages in a day (63038).
_PASSES = frozenset({10001, 10004, 20003, 20005, 21611, 30002, 63038, 90010})
_MEDIA = re.compile(r"/2010-04-01/(Accounts/AC[0-9a-f]{32}/Messages/(?:SM|MM)[0-9a-f]{32}/Media/ME[0-9a-f]{32})")


class _Elsewhere:
    """The library's HTTP client, asking another host than Twilio's."""

    def __init__(self, base: str) -> None:
        self._client = TwilioHttpClient(timeout=TIMEOUT_SECONDS)
        self._base = urlsplit(base)

    def request(self, method: str, url: str, *more: Any, **named: Any) -> Any:
        parts = urlsplit(url)
        path = self._base.path.rstrip("/") + parts.path
        moved = urlunsplit((self._base.scheme, self._base.netloc, path, parts.query, ""))
        return self._client.request(method, moved, *more, **named)


@dataclass(frozen=True, slots=True)
class TwilioApi:
    """The account's calls, messages, recordings and media. Raises Temporary, or TwilioRefused."""

    account: str
    token: str
    base: str = _API

    @classmethod
    def of(cls, settings: Settings) -> "TwilioApi | None":
        """The API of these settings, or None where they name no account."""
        if not settings.twilio_account_sid or settings.twilio_auth_token is None:
            return None
        token = settings.twilio_auth_token.get_secret_value()
        return cls(settings.twilio_account_sid, token, settings.twilio_api_url.rstrip("/") or _API)

    def client(self) -> Any:
        """The library's client; it is not typed."""
        return Client(self.account, self.token, http_client=_Elsewhere(self.base))

    def recording(self, sid: str) -> tuple[str, bytes]:
        """Content type and bytes of a recording, by its RecordingSid. One that is not there may not be ready yet."""
        path = f"Accounts/{self.account}/Recordings/{quote(sid, safe='')}.mp3"
        kind, content = self._download(path, "the recording")
        return kind or "audio/mpeg", content

    def picture(self, url: str) -> tuple[str, bytes]:
        """Content type and bytes of what came with a text message, by its MediaUrl. It is asked for where the API is:
        of the address only the resource counts, so that nobody's address but Twilio's is ever shown the token."""
        found = _MEDIA.fullmatch(urlsplit(url).path)
        if found is None:
            raise TwilioRefused("the address is not of Twilio's media")
        try:
            return self._download(found[1], "it")
        except NotThere as error:
            raise TwilioRefused("Twilio does not have it any more") from error

    def _download(self, path: str, what: str) -> tuple[str, bytes]:
        return download(f"{self.base}/2010-04-01/{path}", (self.account, self.token), what, LIMIT_BYTES)

    def texts_to(self, number: str, since: datetime) -> list[tuple[datetime, dict[str, str]]]:
        """The text messages that came to the number since then, the latest LIMIT_LISTED: when, and what a webhook
        tells of each but its pictures."""
        with refusals():
            messages = self.client().messages
            found = messages.list(to=number, date_sent_after=_day(since), limit=LIMIT_LISTED, page_size=1000)
        came = [each for each in found if each.direction == "inbound" and each.date_sent is not None]
        return [(each.date_sent, _told(each)) for each in came if each.date_sent >= since]

    def has_taken(self, number: str, own: str, body: str, since: datetime) -> bool:
        """Whether Twilio has taken a text message of ours to the number since then, whose answer was lost; one that it
        could not deliver counts as none. What a trial account puts before it is not ours."""
        with refusals():
            found = self.client().messages.list(to=number, from_=own, limit=LIMIT_LATEST, page_size=LIMIT_LATEST)
        ours = [each for each in found if each.direction != "inbound" and each.status not in UNDELIVERED]
        moment = since.replace(microsecond=0)
        return any(each.date_created >= moment and (each.body or "").endswith(body.strip()) for each in ours)

    def calls_to(self, number: str, since: datetime) -> list[tuple[datetime, dict[str, str]]]:
        """The calls that came to the number since then, the latest LIMIT_LISTED: when, and what a webhook tells of
        each at its end."""
        with refusals():
            found = self.client().calls.list(
                to=number, start_time_after=_day(since), limit=LIMIT_LISTED, page_size=1000
            )
        came = [each for each in found if each.direction == "inbound" and each.date_created is not None]
        return [(each.date_created, _told_of_call(each)) for each in came if each.date_created >= since]

    def pictures_with(self, sid: str) -> dict[str, str]:
        """What Twilio's webhook tells of the files that came with that text message."""
        with refusals():
            found = self.client().messages(sid).media.list()
        urls = [f"{_API}{each.uri.removesuffix('.json')}" for each in found]
        told = {f"MediaUrl{at}": url for at, url in enumerate(urls)}
        return told | {f"MediaContentType{at}": each.content_type for at, each in enumerate(found)}

    def check(self) -> str:
        """One sentence for `firstline doctor`."""
        with refusals():
            found = self.client().api.accounts(self.account).fetch()
        return f"account {found.status}"


def _day(since: datetime) -> str:
    """Twilio documents such filters by days alone, and they take in the day itself."""
    return f"{since:%Y-%m-%d}"


def _told_of_call(call: Any) -> dict[str, str]:
    return {"CallSid": call.sid, "From": call._from or "", "To": call.to, "CallStatus": call.status}


def _told(message: Any) -> dict[str, str]:
    told = {"MessageSid": message.sid, "From": message.from_, "To": message.to, "NumMedia": message.num_media}
    return {**told, "Body": message.body or ""}


class refusals:
    """Turns the library's errors into ours."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TwilioRestException):
            sentence = f"Twilio answered {error.status} (error {error.code}): {error.msg}"[:300]
            raise (TwilioRefused if _is_final(error) else Temporary)(sentence) from error
        if isinstance(error, (TwilioException, requests.RequestException, OSError)):
            raise Temporary(f"Twilio cannot be reached: {type(error).__name__}") from error
        if isinstance(error, ValueError):  # a page of whoever stands between us, or half an answer
            raise Temporary("what was answered is not Twilio's") from error


def _is_final(error: TwilioRestException) -> bool:
    """True where Twilio itself refuses what was asked, and not us: the token is being changed, the account is to be
    paid. Without a code of its dictionary it was somebody else who answered, a proxy say."""
    is_refused = 400 <= int(error.status) < 500 and error.status not in (401, 408, 429)
    return is_refused and int(error.code or 0) >= _FIRST_CODE and error.code not in _PASSES


def make_tape(settings: Settings, elapsed: Callable[[], float] = time.monotonic) -> Tape | None:
    """What fetches recordings and pictures; None where no account is set."""
    api = TwilioApi.of(settings)
    if api is None:
        return None
    recordings, pictures = Rest(_RECORDINGS_REST_SECONDS, elapsed), Rest(SHORTEST_REST_SECONDS, elapsed)
    return Tape(recordings.kept(api.recording), bool(settings.transcriber), pictures.kept(api.picture))


def own_number(settings: Settings) -> str:
    """The number that text messages are sent from; empty where none can be sent."""
    return settings.twilio_number if TwilioApi.of(settings) is not None else ""
