"""One raw mail to one ParsedMail."""

import hashlib
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32

from intake.mail import headers as fields
from intake.mail.body import Body, leaves
from intake.mail.charset import guess
from intake.mail.language import detect
from intake.mail.model import ParsedMail
from intake.mail.reply import new_text

# The standard parser with compat32: policy.default parses each header again at every access.
_PARSER = BytesParser(policy=compat32)
_HEADERS = BytesHeaderParser(policy=compat32)


def parse(raw: bytes) -> ParsedMail:
    """Read a mail as well as it can be read. Never raises; what failed stands in `defects`."""
    try:
        return _parse(raw)
    except Exception as error:  # noqa: BLE001 - the standard parser raises half a dozen kinds on hostile input
        return _header_only(raw, f"could not be taken apart ({type(error).__name__})")


def _header_only(raw: bytes, defect: str) -> ParsedMail:
    """Who wrote about what, and the rest as the text that it is."""
    message = _HEADERS.parsebytes(raw, headersonly=True)
    first: dict[str, str] = {}
    for name, value in message.raw_items():
        first.setdefault(name.lower(), fields.unfold(str(value)))
    senders = fields.addresses(first.get("from", ""))
    ids = fields.message_ids(first.get("message-id", ""))
    text = guess(raw)
    return ParsedMail(
        message_id=ids[0] if ids else _made_up_id(raw),
        subject=fields.decode_words(first.get("subject", "")).strip(),
        sender=senders[0] if senders else None,
        text=text,
        reply=text,
        language=detect(text),
        reply_to=next(iter(fields.addresses(first.get("reply-to", ""))), None),
        headers=tuple((name, fields.decode_words(value)) for name, value in first.items()),
        defects=(defect,),
        raw=raw,
    )


def _parse(raw: bytes) -> ParsedMail:
    message = _PARSER.parsebytes(raw)
    charset = next((str(found) for part in leaves(message) if (found := part.get_content_charset())), None)
    header_list = [(name.lower(), fields.unfold(str(value), charset)) for name, value in message.raw_items()]
    first: dict[str, str] = {}
    for name, value in header_list:
        first.setdefault(name, value)
    body = Body()
    body.read(message)
    subject = fields.decode_words(first.get("subject", "")).strip()
    senders = fields.addresses(first.get("from", ""))
    text = body.text
    reply = new_text(text)
    ids = fields.message_ids(first.get("message-id", ""))
    defects = [*(type(defect).__name__ for defect in message.defects), *body.defects]
    defects += [f"no usable {name}" for name, found in (("From", senders), ("Message-ID", ids)) if not found]
    return ParsedMail(
        message_id=ids[0] if ids else _made_up_id(raw),
        subject=subject,
        sender=senders[0] if senders else None,
        text=text,
        reply=reply,
        language=detect(f"{subject}\n{reply}"),
        in_reply_to=next(iter(fields.message_ids(first.get("in-reply-to", ""))), None),
        references=fields.message_ids(first.get("references", "")),
        to=tuple(found for name, value in header_list if name == "to" for found in fields.addresses(value)),
        reply_to=next(iter(fields.addresses(first.get("reply-to", ""))), None),
        date=fields.date(first.get("date", "")),
        attachments=tuple(body.attachments),
        content_type=message.get_content_type(),
        headers=tuple((name, fields.decode_words(value)) for name, value in header_list),
        defects=tuple(dict.fromkeys(defects)),
        raw=raw,
    )


def _made_up_id(raw: bytes) -> str:
    """A Message-ID for a mail without one, always the same for the same bytes."""
    return f"{hashlib.sha256(raw).hexdigest()[:32]}@no-message-id.invalid"
