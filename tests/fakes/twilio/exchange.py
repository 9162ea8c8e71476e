"""The exchange: it connects callers with the product over signed webhooks, and knows who picks up where."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from urllib.parse import urlsplit

from tests.fakes.twilio import signing
from tests.fakes.twilio.facts import undocumented

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "the auth token of the tests"
NUMBER = "+862155550100"
TIMEOUT_SECONDS = 15.0
API_VERSION = "2010-04-01"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook was answered; status 0 where nothing came within 15 seconds."""

    status: int
    body: str
    content_type: str = ""


# (URL, form, headers) -> answer; through a socket, or to the application itself.
Post = Callable[[str, Mapping[str, str], Mapping[str, str]], Answer]


@dataclass(slots=True)
class Phone:
    """Somebody whom the product calls. `behaves` as a person who presses `keys`, a mailbox that answers and talks, a
    line that is busy, one where nobody answers, or one that rings until the test says what comes of it. `takes_texts`:
    text messages arrive."""

    behaves: str = "person"
    keys: str = "1"
    takes_texts: bool = True
    heard: list[str] = field(default_factory=list)
    rang: int = 0


@dataclass(slots=True)
class Exchange:
    """One account with one number, whose URLs are set in the console. `recordings` and `media` are what Twilio keeps,
    by Sid; of media type and bytes. `transcribing` are the requests that Twilio will make when it has written down what
    was recorded; `inbox` the text messages that have come in, and when; `dialled` likewise the calls."""

    post: Post
    public_url: str
    token: str = TOKEN
    shared_key: str | None = None
    phones: dict[str, Phone] = field(default_factory=dict)
    recordings: dict[str, bytes] = field(default_factory=dict)
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    transcribing: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    inbox: list[tuple[datetime, dict[str, str]]] = field(default_factory=list)
    dialled: list[tuple[datetime, dict[str, str]]] = field(default_factory=list)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    passes: Callable[[float], None] = lambda seconds: None
    tells_the_end: bool = True
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def sid(self, kind: str) -> str:
        """A new id: CA for calls, SM and MM for messages, RE for recordings, ME for media."""
        return f"{kind}{next(self._numbers):032x}"

    def webhook(self, path: str, form: Mapping[str, str]) -> Answer:
        """A signed request to one of the URLs that are set in the console."""
        return self.request(f"{self.public_url}{path}", form)

    def request(self, url: str, form: Mapping[str, str]) -> Answer:
        """A signed request to a whole URL. Its fragment is not sent."""
        form = {"AccountSid": ACCOUNT, **form}
        assert not (unknown := undocumented(form)), f"Twilio sends no such thing: {unknown}"
        self.requests.append((url, dict(form)))
        return self.post(url, form, signing.headers(self.token, url, form, self.shared_key))

    def transcribes(self) -> None:
        """Some time after the recording, Twilio tells what is written down of it, in no order."""
        while self.transcribing:
            self.request(*self.transcribing.pop())

    def repeat(self, index: int = -1) -> Answer:
        """The same request once more, as after a lost answer."""
        url, form = self.requests[index]
        return self.post(url, form, signing.headers(self.token, url, form, self.shared_key))

    def text(self, sender: str, body: str, sid: str | None = None, media: Sequence[tuple[str, bytes]] = ()) -> Answer:
        """A text message comes in, with pictures or other media where they are given."""
        return self.webhook("/twilio/sms", self.message(sender, body, sid, media))

    def message(
        self, sender: str, body: str, sid: str | None = None, media: Sequence[tuple[str, bytes]] = ()
    ) -> dict[str, str]:
        """What is told of it."""
        sid = sid or self.sid("MM" if media else "SM")
        form = {"MessageSid": sid, "ApiVersion": API_VERSION, "From": sender, "To": NUMBER, "Body": body}
        form["NumMedia"] = str(len(media))
        for position, (kind, content) in enumerate(media):
            name = self.sid("ME")
            self.media[name] = kind, content
            form[f"MediaUrl{position}"] = (
                f"https://api.twilio.com/{API_VERSION}/Accounts/{ACCOUNT}/Messages/{sid}/Media/{name}"
            )
            form[f"MediaContentType{position}"] = kind
        self.inbox.append((self.clock(), form))
        return form

    def dial(self, sid: str, caller: str, called: str = NUMBER) -> None:
        """A call comes in; where the product does not answer its caller hears that an error has occurred."""
        self.dialled.append((self.clock(), {"CallSid": sid, "From": caller, "To": called}))

    def phone(self, number: str) -> Phone:
        """Who is there; a number that nobody has does not answer."""
        return self.phones.get(number, Phone("no-answer"))


def absolute(url: str, document: str) -> str:
    """A URL of a document, which may be relative to it."""
    if url.startswith(("http://", "https://")):
        return url
    parts = urlsplit(document)
    path = url if url.startswith("/") else f"{parts.path.rpartition('/')[0]}/{url}"
    return f"{parts.scheme}://{parts.netloc}{path}"
