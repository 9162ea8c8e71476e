"""What a parsed mail consists of."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from intake.mail import plus
from models.values import Language


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of RFC 5322 section 3.4: display name (may be empty) and addr-spec, as sent."""

    name: str
    address: str

    @property
    def key(self) -> str:
        """The form in which two addresses are compared."""
        return self.address.casefold()

    @property
    def mailbox(self) -> str:
        """The same without its + part (RFC 5233): one mailbox, however many names it answers from."""
        return plus.split(self.address)[0]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not body text. `size` in bytes, after the transfer encoding is undone.

    `content_type` is what the sender declared, `sniffed_type` what the first bytes show; None where they
    show nothing. `content_id` without angle brackets (RFC 2392).
    """

    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool
    content_id: str | None = None
    sniffed_type: str | None = None
    content: bytes = field(default=b"", repr=False, compare=False)


class SpanKind(StrEnum):
    """What a stretch of a mail's text is: said in this mail, quoted, or what stands below every mail."""

    NEW = "new"
    QUOTED = "quoted"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start` to `end` (exclusive) of a mail's text. The spans of a text cover all of it, in order."""

    start: int
    end: int
    kind: SpanKind


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The mail that was passed on, inline or attached: who had written it, about what, and when."""

    sender: Address
    subject: str
    date: datetime | None


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """One mail, read as well as it can be.

    `text` is the whole body as plain text, `reply` only what this mail adds, `spans` where that stands in `text`.
    `html` is the HTML body as sent, if there is one. `headers` are all header fields in order, names in lower
    case, values decoded. `defects` says what could not be read, `unread` what was left out because of a limit,
    in words for its sender. `said` are its own `text` and `reply` where these have words of its attachments, too;
    None where they have not.
    """

    message_id: str
    subject: str
    sender: Address | None
    text: str
    reply: str
    language: Language
    spans: tuple[Span, ...] = ()
    html: str | None = field(default=None, repr=False)
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: Address | None = None
    date: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    forwarded: Forwarded | None = None
    content_type: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()
    defects: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    said: tuple[str, str] | None = None
    raw: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """The first header field of that name (lower case), or an empty string."""
        for key, value in self.headers:
            if key == name:
                return value
        return ""

    def has(self, name: str) -> bool:
        """True where there is such a field, an empty one, too."""
        return any(key == name for key, _ in self.headers)

    @property
    def return_path(self) -> str | None:
        """The envelope sender that the delivering server noted (RFC 5321 section 4.4), empty for the null
        path; None where it noted none."""
        noted = self.header("return-path").strip()
        return noted.strip("<>") if noted else None

    @property
    def answer_to(self) -> Address | None:
        """Whom an answer goes to: Reply-To, else From (RFC 5322 section 3.6.2)."""
        return self.reply_to or self.sender
