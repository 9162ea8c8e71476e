"""What Twilio keeps, fetched: from its API with the account's credentials, and from where the API sends us."""

import math
import time
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import requests

from models.errors import Permanent, Temporary

TIMEOUT_SECONDS = 10.0
# For each address that the name has, one after the other, and it has several: where a firewall lets nothing through.
CONNECT_SECONDS = 3.0
# All in all: a report is leased for 30 s, and its neighbours wait with it.
LIMIT_SECONDS = 15.0
_CHUNK = 64 * 1024
# Short enough for the tries that a picture has, within half a minute, not all to fall into one.
SHORTEST_REST_SECONDS = 15.0
# Media are one redirect away, at times two.
_LIMIT_HOPS = 4
# Where the API keeps what it sends us to; in the bucket of others are others' files.
_HOSTS = ("twilio.com", "twiliocdn.com")
_BUCKET = ("s3-external-1.amazonaws.com", "/media.twiliocdn.com/")

Fetch = Callable[[str], tuple[str, bytes]]


class TwilioRefused(Permanent):
    """Twilio does not do what was asked, and will not when it is asked again."""


class NotThere(Temporary):
    """There is nothing at that address: not yet, or not any more."""


class NoAnswer(Temporary):
    """Nobody answers there, or so slowly that nobody can wait for it."""


class Rest:
    """Lets nothing be fetched for a while after nobody has answered: whoever waits for that has mails wait, too. Each
    time that nobody answers it is twice as long, up to the longest."""

    def __init__(self, longest_seconds: float, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._longest = longest_seconds
        self._elapsed = elapsed
        self._until = -math.inf
        self._seconds = SHORTEST_REST_SECONDS

    def kept(self, fetch: Fetch) -> Fetch:
        """The same, with rests. Raises Temporary in them."""

        def fetched(name: str) -> tuple[str, bytes]:
            if self._elapsed() < self._until:
                raise Temporary("Twilio has just not answered, and is asked again soon")
            try:
                found = fetch(name)
            except NoAnswer:
                self._begin()
                raise
            self._seconds = SHORTEST_REST_SECONDS
            return found

        return fetched

    def _begin(self) -> None:
        now = self._elapsed()
        if now >= self._until:  # of several at once the first counts
            self._until, self._seconds = now + self._seconds, min(2 * self._seconds, self._longest)


def download(url: str, credentials: tuple[str, str], what: str, limit_bytes: int) -> tuple[str, bytes]:
    """Content type and bytes; `what` is its name in errors.

    Raises:
        NotThere: it was answered 404.
        NoAnswer: it was not answered, or not in time.
        Temporary: it cannot be had now.
        TwilioRefused: it is larger than the limit, or at a host that is not Twilio's.
    """
    home, shown, until = urlsplit(url), True, time.monotonic() + LIMIT_SECONDS
    wait = CONNECT_SECONDS, TIMEOUT_SECONDS
    try:
        for _ in range(_LIMIT_HOPS):
            # The credentials are the API's alone: whoever keeps the file has signed its address instead.
            auth = credentials if shown else None
            with requests.get(url, auth=auth, timeout=wait, stream=True, allow_redirects=False) as answer:
                if not answer.is_redirect:
                    return _content(answer, what, limit_bytes, until)
                url = urljoin(url, answer.headers["location"])
            if not _is_twilios(url, home.hostname or ""):
                raise TwilioRefused(f"{what} is said to be at {urlsplit(url).hostname}, which is not Twilio's")
            shown = (urlsplit(url).scheme, urlsplit(url).netloc) == (home.scheme, home.netloc)
    except (requests.RequestException, OSError) as error:
        raise NoAnswer(f"{what} cannot be fetched: {type(error).__name__}") from error
    raise Temporary(f"{what} is sent from one address to the next")


def _content(answer: requests.Response, what: str, limit_bytes: int, until: float) -> tuple[str, bytes]:
    if answer.status_code == 404:
        raise NotThere(f"Twilio answered 404 for {what}")
    if answer.status_code != 200:
        # 401: the token is being changed. That mends itself, as a busy server does.
        raise Temporary(f"Twilio answered {answer.status_code} for {what}")
    content = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        content += chunk
        if len(content) > limit_bytes:
            raise TwilioRefused(f"{what} is larger than any that is taken")
        if time.monotonic() > until:
            raise NoAnswer(f"{what} takes longer than {LIMIT_SECONDS:.0f} s")
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower(), bytes(content)


def _is_twilios(url: str, home: str) -> bool:
    """Whether the address is at one of Twilio's hosts, or where its API is said to be."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host == home:
        return parts.scheme in ("http", "https")
    is_named = any(host == name or host.endswith(f".{name}") for name in _HOSTS)
    return parts.scheme == "https" and (is_named or (host == _BUCKET[0] and parts.path.startswith(_BUCKET[1])))
