"""One raw mail to one ParsedMail."""

import hashlib
from email.parser import BytesParser
from email.policy import compat32

from intake.mail import forward, head, headers
from intake.mail import reply as replies
from intake.mail.addresses import addresses
from intake.mail.body import Body, leaves
from intake.mail.encoded_words import decode_words
from intake.mail.guess import guess
from intake.mail.language import detect
from intake.mail.model import Address, ParsedMail

# The standard parser with compat32: policy.default parses each header again at every access.
_PARSER = BytesParser(policy=compat32)


class _Fields:
    """The header fields as text: bytes above 127 decoded, encoded words not yet, for addresses are split first."""

    def __init__(self, found: head.Head, charset: str | None = None) -> None:
        self.all = [(name, headers.unfold(value, charset)) for name, value in found.fields]
        self._first: dict[str, str] = {}
        for name, value in self.all:
            self._first.setdefault(name, value)

    def first(self, name: str) -> str:
        return self._first.get(name, "")

    def text(self, name: str) -> str:
        return decode_words(self.first(name)).strip()

    def address(self, name: str) -> Address | None:
        return next(iter(addresses(self.first(name))), None)

    def addresses(self, name: str) -> tuple[Address, ...]:
        return tuple(found for key, value in self.all if key == name for found in addresses(value))

    def decoded(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, decode_words(value) if "=?" in value else value) for name, value in self.all)


def parse(raw: bytes) -> ParsedMail:
    """Read a mail as well as it can be read. Never raises; what failed stands in `defects`."""
    found = head.split(raw)
    try:
        return _parse(raw, found)
    except Exception as error:  # noqa: BLE001 - the standard parser raises half a dozen kinds on hostile input
        return _header_only(raw, found, f"could not be taken apart ({type(error).__name__})")


def _header_only(raw: bytes, found: head.Head, defect: str) -> ParsedMail:
    """Who wrote about what, and the rest as the text that it is."""
    fields = _Fields(found)
    text = guess(raw[found.body_at :]).replace("\0", "\ufffd")
    return ParsedMail(
        message_id=next(iter(headers.message_ids(fields.first("message-id"))), None) or _made_up_id(raw),
        subject=fields.text("subject"),
        sender=fields.address("from"),
        text=text,
        reply=text,
        language=detect(text),
        reply_to=fields.address("reply-to"),
        headers=fields.decoded(),
        defects=(defect,),
        raw=raw,
    )


def _parse(raw: bytes, found: head.Head) -> ParsedMail:
    message = _PARSER.parsebytes(found.content_fields() + raw[found.body_at :])
    charset = next((str(named) for part in leaves(message) if (named := part.get_content_charset())), None)
    fields = _Fields(found, charset)
    body = Body()
    body.read(message)
    subject, text = fields.text("subject"), body.text
    spans = replies.split(text)
    reply = replies.new_text(text, spans)
    ids = headers.message_ids(fields.first("message-id"))
    sender = fields.address("from")
    is_report = message.get_content_type() == "multipart/report"  # what is attached there is what came back
    defects = [*found.defects, *(type(defect).__name__ for defect in message.defects), *body.defects]
    defects += [f"no usable {name}" for name, usable in (("From", sender), ("Message-ID", ids)) if not usable]
    return ParsedMail(
        message_id=ids[0] if ids else _made_up_id(raw),
        subject=subject,
        sender=sender,
        text=text,
        reply=reply,
        language=detect(f"{subject}\n{reply}"),
        spans=spans,
        html=body.html,
        in_reply_to=next(iter(headers.message_ids(fields.first("in-reply-to"))), None),
        references=headers.message_ids(fields.first("references")),
        to=fields.addresses("to"),
        cc=fields.addresses("cc"),
        reply_to=fields.address("reply-to"),
        date=headers.date(fields.first("date")),
        attachments=tuple(body.attachments),
        forwarded=None if is_report else forward.find(subject, text, body.messages),
        content_type=message.get_content_type(),
        headers=fields.decoded(),
        defects=tuple(dict.fromkeys(defects)),
        unread=tuple(body.unread),
        raw=raw,
    )


def _made_up_id(raw: bytes) -> str:
    """A Message-ID for a mail without one, always the same for the same bytes."""
    return f"{hashlib.sha256(raw).hexdigest()[:32]}@no-message-id.invalid"
