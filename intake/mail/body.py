"""The parts of a mail: text to read, attachments to keep."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from intake.mail import alternatives, armour, calendar_part, enriched, flowed, html, rtf, tnef, transfer, uuencode
from intake.mail.attachment import attachment
from intake.mail.charset import decode, in_html
from intake.mail.leaf import filename_of
from intake.mail.mime import LIMIT_PARTS, Part
from intake.mail.model import Attachment

# Of what is unpacked from one mail; the mail itself is limited where it comes in.
LIMIT_UNPACKED = 128 * 1024 * 1024
_ENTITIES = re.compile(r"&(?:nbsp|lt|gt|amp|quot);")
_TEXTS = frozenset(
    {"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-amp-html", "text/watch-html"}
)
_RICH = frozenset({"text/rtf", "application/rtf"})
_PAGES = frozenset({"text/html", "text/x-amp-html", "text/watch-html"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A text of the mail; `passed_on` where it is that of another mail within it."""

    text: str
    passed_on: bool = False


class Body:
    """Collects what the parts of one mail hold. `charset` is what names in raw bytes are probably in, `is_qq` says
    that QQ Mail wrote it, which leaves HTML's entities in its plain text."""

    def __init__(self, charset: str | None = None, is_qq: bool = False) -> None:
        self.pieces: list[Piece] = []
        self.html: str | None = None
        self.attachments: list[Attachment] = []
        self.calendars: list[str] = []
        self.named: list[str] = []
        self.defects: list[str] = []
        self.unread: list[str] = []
        self.messages: list[Part] = []
        self._charset = charset
        self._is_qq = is_qq
        self._unpacked = 0
        self._html_room = html.LIMIT_CHARS  # for all parts together

    def texts(self) -> list[Piece]:
        """The texts that say something. A mail that has none of its own says what its texts with names say (a message
        by MMS), or its appointment."""
        found = [Piece(piece.text.strip("\n"), piece.passed_on) for piece in self.pieces if piece.text.strip()]
        return found or [Piece(text.strip("\n")) for text in self.named or self.calendars]

    def read(self, root: Part) -> None:
        """Add the leaves of the tree, choosing plain text over HTML among alternatives."""
        for leaf in leaves(root, self.messages):
            self._add(leaf.part, leaf.passed_on)
        for part in root.walk():
            self.defects += part.defects
            self.unread += [defect for defect in part.defects if defect.startswith("more than")]
            if part.is_encrypted:
                self.unread.append("an encrypted part")

    def _add(self, part: Part, passed_on: bool) -> None:
        filename = filename_of(part, self._charset)
        # A multipart whose boundary never came is the text that it is.
        is_text = part.media_type in _TEXTS | _RICH or part.is_multipart
        if is_text and not filename and part.disposition.value != "attachment":
            self._add_text(part, passed_on)
            return
        content = part.content
        if (part.media_type in _TNEF or filename.lower() == "winmail.dat") and self._unpack(content):
            return
        if part.media_type == "text/calendar":
            self.calendars.append(calendar_part.to_text(self._decoded(content, part.charset or "utf-8")))
        elif part.media_type == "text/plain" and part.disposition.value != "attachment":
            self.named.append(self._decoded(content, part.charset))
        content_id = part.first("content-id").strip(" <>\t\r\n")
        self.attachments.append(
            attachment(
                content,
                filename or f"part-{len(self.attachments) + 1}",
                part.media_type,
                inline=part.disposition.value == "inline" or bool(content_id),
                content_id=content_id or None,
            )
        )

    def _add_text(self, part: Part, passed_on: bool) -> None:
        if part.media_type in _RICH:
            self.pieces.append(Piece(rtf.to_text(part.content), passed_on))
            return
        content, declared = transfer.unlabelled(part.content, part.encoding), part.charset
        is_html = part.media_type in _PAGES
        if is_html and declared is None:
            declared = in_html(content)
        text = self._decoded(content, declared)
        if is_html:
            self.html = text if self.html is None else f"{self.html}\n{text}"
            self.pieces.append(Piece(html.to_text(text, self._html_room), passed_on))
            self._html_room -= len(text)
            return
        if part.media_type in ("text/enriched", "text/richtext"):
            text = enriched.to_text(text)
        elif part.type.parameters.get("format", "").lower() == "flowed":
            text = flowed.unflow(text, part.type.parameters.get("delsp", "").lower() == "yes")
        if self._is_qq:
            text = _ENTITIES.sub(lambda entity: unescape(entity[0]), text)
        if armour.is_encrypted(text):
            self.unread.append("an encrypted text")
        text, files = uuencode.extract(text)
        self._keep(files)
        self.pieces.append(Piece(text, passed_on))

    def _decoded(self, content: bytes, declared: str | None) -> str:
        """The text, its lines ended by LF; what was wrong with it is added to the defects."""
        text, defect = decode(content, declared)
        if defect:
            self.defects.append(defect)
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        if "\0" in text:  # what is left of a buffer; no database takes it
            self.defects.append("NUL bytes")
        return text.replace("\0", "")

    def _unpack(self, content: bytes) -> bool:
        """Take a winmail.dat apart; True where that could be done."""
        try:
            found = tnef.unpack(content)
        except tnef.Unreadable as error:
            self.defects.append(str(error))
            return False
        if (found.text or found.html) and not any(piece.text.strip() for piece in self.pieces):
            self.pieces.append(Piece(found.text or html.to_text(found.html)))
        self._keep(found.files)
        return bool(found.files or found.text or found.html)

    def _keep(self, files: list[Attachment]) -> None:
        for file in files:
            self._unpacked += file.size
            if self._unpacked > LIMIT_UNPACKED or len(self.attachments) >= LIMIT_PARTS:
                self.defects.append("too much was packed into it; the rest was not unpacked")
                self.unread.append(f"{file.filename} and what follows it")
                return
            self.attachments.append(file)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part to read; `passed_on` where it belongs to a mail within the mail."""

    part: Part
    passed_on: bool


def leaves(root: Part, messages: list[Part] | None = None) -> Iterator[Leaf]:
    """The parts worth reading, in order. The mails that are attached, or passed on within it, are added to
    `messages`."""
    html_room = html.LIMIT_CHARS  # for all that plain text is compared with
    stack = [(root, True, False)]  # and whether HTML below it is wanted, and whether it is of another mail
    while stack:
        part, html_wanted, passed_on = stack.pop()
        is_attachment = part.disposition.value == "attachment"
        if part.is_message and part.children and messages is not None:
            messages.append(part.children[0])
        if not part.children or (is_attachment and part.is_message):
            if html_wanted or is_attachment or part.media_type != "text/html":
                yield Leaf(part, passed_on)
            continue
        children = part.children
        if part.is_signed:  # the proof is kept beside the text that it is about
            yield Leaf(part, passed_on)
        if part.media_type == "multipart/report":  # RFC 6522: what a machine read, and what came back
            yield from (Leaf(child, passed_on) for child in children if child.media_type.startswith("message/"))
            children = [child for child in children if not child.media_type.startswith("message/")]
        if part.media_type == "multipart/alternative":
            pages = alternatives.pages(children)
            children, plain_wins = alternatives.choose(children, html_room)
            html_room -= sum(len(page.source) for page in pages)
            html_wanted = html_wanted and not plain_wins
        stack.extend((child, html_wanted, passed_on or part.is_message) for child in reversed(children))
