"""One raw mail to one ParsedMail."""

import hashlib
from dataclasses import replace
from functools import cached_property

from intake.mail import enclosed, forward, head, headers, mime, signature
from intake.mail import reply as replies
from intake.mail.addresses import addresses
from intake.mail.body import Body
from intake.mail.encoded_words import decode_words
from intake.mail.guess import codec_of, guess
from intake.mail.language import detect
from intake.mail.model import Address, ParsedMail
from intake.mail.setting import Setting
from intake.mail.subject import is_answer, is_forward


class _Fields:
    """The header fields as text: bytes above 127 decoded, encoded words not yet, for addresses are split first."""

    def __init__(self, found: head.Head, charset: str | None = None) -> None:
        self.all = [(name, headers.unfold(value, charset)) for name, value in found.fields]
        self.defects = ["NUL bytes in the header"] if any("\0" in value for _, value in found.fields) else []
        self._first: dict[str, str] = {}
        for name, value in self.all:
            self._first.setdefault(name, value)

    def first(self, name: str) -> str:
        return self._first.get(name, "")

    def text(self, name: str) -> str:
        return decode_words(self.first(name)).strip()

    def address(self, name: str) -> Address | None:
        return next(iter(addresses(self.first(name))), None)

    @cached_property
    def written_by(self) -> Address | None:
        return self.address("from")

    def author(self) -> Address | None:
        """Who wrote it; without a usable From whoever sent it off (RFC 5322 section 3.6.2)."""
        return self.written_by or self.address("sender")

    def addresses(self, name: str) -> tuple[Address, ...]:
        return tuple(found for key, value in self.all if key == name for found in addresses(value))

    def decoded(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, decode_words(value) if "=?" in value else value) for name, value in self.all)


def parse(raw: bytes) -> ParsedMail:
    """Read a mail as well as it can be read. Never raises; what failed stands in `defects`."""
    mended = _line_ends(raw)
    found = head.split(mended)
    try:
        return _parse(raw, mended, found)
    except Exception as error:  # noqa: BLE001 - a defect of ours must not cost a report
        return _header_only(raw, found, f"could not be taken apart ({type(error).__name__})")


def author(raw: bytes) -> Address | None:
    """Who wrote a mail, as `parse` has it, by its header alone."""
    return _Fields(head.split(_line_ends(raw))).author()


def _line_ends(raw: bytes) -> bytes:
    """The mail with one line end where a program has doubled the CR of each."""
    doubled = raw.count(b"\r\r\n")
    return raw.replace(b"\r\r\n", b"\r\n") if doubled and doubled == raw.count(b"\n") else raw


def _header_only(raw: bytes, found: head.Head, defect: str) -> ParsedMail:
    """Who wrote about what, and the rest as the text that it is."""
    fields = _Fields(found)
    text = guess(raw[found.body_at :]).replace("\0", "")
    return ParsedMail(
        message_id=next(iter(headers.message_ids(fields.first("message-id"))), None) or _made_up_id(raw),
        subject=fields.text("subject"),
        sender=fields.author(),
        text=text,
        reply=text,
        language=detect(text),
        to=fields.addresses("to"),
        date=headers.date(fields.first("date")),
        reply_to=fields.address("reply-to"),
        headers=fields.decoded(),
        defects=(defect,),
        raw=raw,
    )


def _parse(raw: bytes, mended: bytes, found: head.Head) -> ParsedMail:
    root = mime.parse(mended, found)
    charset = next((part.charset for part in root.walk() if part.charset), None) or codec_of(mended)
    fields = _Fields(found, charset)
    body = Body(charset, is_qq="qqmail" in fields.first("x-mailer").lower() or bool(fields.first("x-qq-mid")))
    body.read(root)
    subject, sender = fields.text("subject"), fields.author()
    setting = Setting(
        answers=is_answer(subject) or any(fields.first(name) for name in ("in-reply-to", "references")),
        passes_on=is_forward(subject) or bool(body.messages),
        names=signature.names_of(sender),
    )
    text, spans = replies.assemble(body.texts(), setting)
    reply = replies.new_text(text, spans, setting)
    said = None
    is_report = root.media_type == "multipart/report"  # what is attached there is what came back
    if not is_report and body.attachments and enclosed.is_pointer(reply):
        pieces, messages = enclosed.read(body.attachments, text.strip())
        said = (text, reply) if pieces else None
        body.messages = body.messages or messages
        setting = replace(setting, passes_on=setting.passes_on or bool(messages))
        text, spans = replies.assemble([*body.texts(), *pieces], setting)
        reply = replies.new_text(text, spans, setting)
    ids = headers.message_ids(fields.first("message-id"))
    defects = [*found.defects, *fields.defects, *body.defects]
    defects += [
        f"no usable {name}" for name, usable in (("From", fields.written_by), ("Message-ID", ids)) if not usable
    ]
    return ParsedMail(
        message_id=ids[0] if ids else _made_up_id(mended),
        subject=subject,
        sender=sender,
        text=text,
        reply=reply,
        language=detect(f"{subject}\n{reply}"),
        spans=spans,
        html=body.html,
        in_reply_to=headers.answered_id(fields.first("in-reply-to")),
        references=headers.message_ids(fields.first("references")),
        to=fields.addresses("to"),
        cc=fields.addresses("cc"),
        reply_to=fields.address("reply-to"),
        date=headers.date(fields.first("date")),
        attachments=tuple(body.attachments),
        forwarded=None if is_report else forward.find(subject, text, body.messages),
        content_type=root.media_type,
        headers=fields.decoded(),
        defects=tuple(dict.fromkeys(defects)),
        unread=tuple(body.unread),
        said=said,
        raw=raw,
    )


def _made_up_id(raw: bytes) -> str:
    """A Message-ID for a mail without one, always the same for the same bytes."""
    return f"{hashlib.sha256(raw).hexdigest()[:32]}@no-message-id.invalid"
