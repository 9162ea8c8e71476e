"""What a parsed mail consists of."""

from dataclasses import dataclass, field
from datetime import datetime

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
    """A part that is not body text. `size` in bytes, after the transfer encoding is undone."""

    filename: str
    content_type: str
    size: int
    sha256: str
    inline: bool


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """One mail, read as well as it can be.

    `text` is the whole body as plain text, `reply` only what this mail adds. `headers` are all
    header fields in order, names in lower case, values decoded. `defects` says what could not be read.
    """

    message_id: str
    subject: str
    sender: Address | None
    text: str
    reply: str
    language: Language
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    to: tuple[Address, ...] = ()
    reply_to: Address | None = None
    date: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    content_type: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()
    defects: tuple[str, ...] = ()
    raw: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """The first header field of that name (lower case), or an empty string."""
        return next((value for key, value in self.headers if key == name), "")

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
