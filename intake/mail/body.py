"""The parts of a mail: text to read, attachments to keep."""

import re
from collections.abc import Iterator
from email.message import Message

from intake.mail import calendar_part, flowed, html, tnef, uuencode
from intake.mail.attachment import attachment
from intake.mail.charset import decode, in_html
from intake.mail.leaf import content_of, declared_charset, filename_of, media_type
from intake.mail.model import Attachment

LIMIT_PARTS = 1000
# Of what is unpacked from one mail; the mail itself is limited where it comes in.
LIMIT_UNPACKED = 128 * 1024 * 1024
# What a program writes into the plain part when all it has is HTML.
_HTML_ONLY = re.compile(
    r"\s*(?:this (?:e-?mail|message) (?:is|was sent) in html|your (?:e-?mail|mail) (?:client|program|reader) does not"
    r" support html|to view (?:this|the) (?:message|e-?mail), please use an html|please view this e-?mail in html"
    r"|您的(?:邮件)?(?:客户端|邮箱)不支持html|此邮件为html|本邮件为html)[^\n]{0,300}\s*",
    re.IGNORECASE,
)
_TEXTS = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html"})


class Body:
    """Collects what the parts of one mail hold."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.html: str | None = None
        self.attachments: list[Attachment] = []
        self.calendars: list[str] = []
        self.defects: list[str] = []
        self.unread: list[str] = []
        self.messages: list[Message] = []
        self._unpacked = 0

    @property
    def text(self) -> str:
        """The whole body. A mail that has none of its own says what its appointment says."""
        found = [text.strip("\n") for text in self.texts if text.strip()]
        return "\n\n".join(found or self.calendars)

    def read(self, message: Message) -> None:
        """Add the leaves of `message`, choosing plain text over HTML among alternatives."""
        for count, part in enumerate(leaves(message, self.messages)):
            if count == LIMIT_PARTS:
                self.defects.append(f"more than {LIMIT_PARTS} parts; the rest was not read")
                self.unread.append(f"all after the first {LIMIT_PARTS} parts")
                return
            self._add(part)

    def _add(self, part: Message) -> None:
        content_type, filename = media_type(part), filename_of(part)
        content = content_of(part)
        # A multipart whose boundary never came is read as the text that it is.
        broken = content_type.startswith("multipart/")
        if (content_type in _TEXTS or broken) and not filename and part.get_content_disposition() != "attachment":
            self._add_text(part, content_type, content)
            self.defects += [type(defect).__name__ for defect in part.defects]
            return
        is_tnef = content_type in ("application/ms-tnef", "application/vnd.ms-tnef")
        if (is_tnef or filename.lower() == "winmail.dat") and self._unpack(content):
            return
        if content_type == "text/calendar":
            self.calendars.append(calendar_part.to_text(decode(content, declared_charset(part) or "utf-8")[0]))
        self.attachments.append(
            attachment(
                content,
                filename or f"part-{len(self.attachments) + 1}",
                content_type,
                inline=part.get_content_disposition() == "inline" or "content-id" in part,
                content_id=str(part.get("content-id", "")).strip(" <>\t\r\n") or None,
            )
        )

    def _add_text(self, part: Message, content_type: str, content: bytes) -> None:
        declared = declared_charset(part)
        is_html = content_type in ("text/html", "text/x-amp-html")
        if is_html and declared is None:
            declared = in_html(content)
        text, defect = decode(content, declared)
        if defect:
            self.defects.append(defect)
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
        if is_html:
            self.html = text if self.html is None else f"{self.html}\n{text}"
            self.texts.append(html.to_text(text))
            return
        if content_type in ("text/enriched", "text/richtext"):
            text = html.without_tags(text)
        elif str(part.get_param("format", "")).lower() == "flowed":
            text = flowed.unflow(text, str(part.get_param("delsp", "")).lower() == "yes")
        text, files = uuencode.extract(text)
        self._keep(files)
        self.texts.append(text)

    def _unpack(self, content: bytes) -> bool:
        """Take a winmail.dat apart; True where that could be done."""
        try:
            files, text, html_text = tnef.unpack(content)
        except tnef.Unreadable as error:
            self.defects.append(str(error))
            return False
        if not self.text.strip() and (text or html_text):
            self.texts.append(text or html.to_text(html_text))
        self._keep(files)
        return bool(files or text or html_text)

    def _keep(self, files: list[Attachment]) -> None:
        for file in files:
            self._unpacked += file.size
            if self._unpacked > LIMIT_UNPACKED or len(self.attachments) >= LIMIT_PARTS:
                self.defects.append("too much was packed into it; the rest was not unpacked")
                self.unread.append(f"{file.filename} and what follows it")
                return
            self.attachments.append(file)


def leaves(message: Message, passed_on: list[Message] | None = None) -> Iterator[Message]:
    """The parts worth reading, in order. The mails that are attached, or passed on within it, are added to
    `passed_on`. A stack, because hostile mails nest deeper than Python recurses."""
    stack = [(message, True)]  # and whether HTML below it is wanted
    while stack:
        part, html_wanted = stack.pop()
        children = children_of(part)
        content_type, is_attachment = part.get_content_type(), part.get_content_disposition() == "attachment"
        if content_type == "message/rfc822" and children and passed_on is not None:
            passed_on.append(children[0])
        if not children or (is_attachment and content_type == "message/rfc822"):
            if html_wanted or is_attachment or content_type != "text/html":
                yield part
            continue
        if content_type == "multipart/report":  # RFC 6522: what a machine read, and what came back
            yield from (child for child in children if child.get_content_maintype() == "message")
            children = [child for child in children if child.get_content_maintype() != "message"]
        if content_type == "multipart/alternative":
            children, plain_wins = _alternatives(children)
            html_wanted = html_wanted and not plain_wins
        stack.extend((child, html_wanted) for child in reversed(children))


def _alternatives(children: list[Message]) -> tuple[list[Message], bool]:
    """The children to read, and whether the plain text is one of them, so that HTML is not wanted: it may lie
    deeper, beside its pictures."""
    plain = [child for child in children if child.get_content_type() == "text/plain"]
    if any(_says_something(child) for child in plain):
        return children, True
    if len(plain) == len(children):
        return children, False
    return [child for child in children if child not in plain], False


def children_of(part: Message) -> list[Message]:
    payload: object = part._payload  # type: ignore[attr-defined]  # the public way decodes what is no list
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _says_something(part: Message) -> bool:
    text = decode(content_of(part), declared_charset(part))[0].strip("\ufeff \t\r\n\u00a0")
    return bool(text) and not _HTML_ONLY.fullmatch(text)
