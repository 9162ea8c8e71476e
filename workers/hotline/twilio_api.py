"""Twilio's REST API over its own library, at another address where the settings name one."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from models.errors import Permanent, Temporary
from models.settings import Settings
from workers.stages.telephone import Tape

TIMEOUT_SECONDS = 10.0
_API = "https://api.twilio.com"
# No message of two minutes is larger.
LIMIT_AUDIO = 20 * 1024 * 1024


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


class TwilioRefused(Permanent):
    """Twilio does not do what was asked, and will not when it is asked again."""


@dataclass(frozen=True, slots=True)
class TwilioApi:
    """The account's calls, messages and recordings. Raises Temporary, or TwilioRefused."""

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
        """Content type and bytes of a recording, by its RecordingSid."""
        url = f"{self.base}/2010-04-01/Accounts/{self.account}/Recordings/{quote(sid, safe='')}.mp3"
        try:
            # requests takes the credentials off where it is redirected to another host.
            with requests.get(url, auth=(self.account, self.token), timeout=TIMEOUT_SECONDS, stream=True) as answer:
                content = answer.raw.read(LIMIT_AUDIO + 1, decode_content=True)
                status, kind = answer.status_code, answer.headers.get("content-type", "audio/mpeg")
        except (requests.RequestException, OSError) as error:
            raise Temporary(f"the recording cannot be fetched: {type(error).__name__}") from error
        if status != 200:
            # 404: it is not ready yet, or was deleted. 401: the token is being changed. Both may mend themselves.
            raise Temporary(f"Twilio answered {status} for the recording")
        if len(content) > LIMIT_AUDIO:
            raise TwilioRefused("the recording is larger than any of ours")
        return kind.partition(";")[0], content

    def check(self) -> str:
        """One sentence for `firstline doctor`."""
        with refusals():
            found = self.client().api.accounts(self.account).fetch()
        return f"account {found.status}"


class refusals:
    """Turns the library's errors into ours."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TwilioRestException):
            sentence = f"Twilio answered {error.status} (error {error.code}): {error.msg}"[:300]
            is_final = 400 <= int(error.status) < 500 and error.status not in (401, 408, 429)
            raise (TwilioRefused if is_final else Temporary)(sentence) from error
        if isinstance(error, (TwilioException, requests.RequestException, OSError)):
            raise Temporary(f"Twilio cannot be reached: {type(error).__name__}") from error


def make_tape(settings: Settings) -> Tape | None:
    """What fetches recordings; None where no account is set."""
    api = TwilioApi.of(settings)
    return Tape(api.recording) if api is not None else None


def own_number(settings: Settings) -> str:
    """The number that text messages are sent from; empty where none can be sent."""
    return settings.twilio_number if TwilioApi.of(settings) is not None else ""
