"""The report that stands in what is attached: mails and texts, read where the mail itself only points at them."""

import re
from collections.abc import Sequence

from intake.mail import head, html, mime, outlook_file, rtf
from intake.mail.body import Body, Piece
from intake.mail.charset import decode
from intake.mail.mime import Part
from intake.mail.model import Attachment

# A report is no longer; logs are.
LIMIT_CHARS = 20_000
_LIMIT_FILES = 5
_LIMIT_DEPTH = 5
_MAILS = frozenset({"message/rfc822", "message/global"})
_OUTLOOK = "application/vnd.ms-outlook"
_TEXT_NAME = re.compile(r"\.(?:txt|md|html?)$", re.IGNORECASE)
_LOG = re.compile(r"\.log(?:\.\d+)?$|log\w{0,20}\.txt$|dmesg|日志|日誌", re.IGNORECASE)
_UNTYPED = frozenset({"application/octet-stream", "application/binary", "application/unknown"})
_TEXTS = frozenset({"text/plain", "text/html", "text/markdown"})
# "See attached", "FYI": words that are no report.
_POINTS = re.compile(
    r"attach|enclos|fyi|forward|see below|anhang|anbei|angehängt|anlage|beigefügt|weitergeleitet|joint|adjunt|allegat"
    r"|em anexo|bijlage|вложен|附件|附檔|附上|转发|轉寄|轉發|如下|添付|첨부",
    re.IGNORECASE,
)
# What is polite around it, and what it is called.
_COURTESY = re.compile(
    r"\A\s{0,9}(?:dear|hi|hello|hey|good (?:morning|afternoon|evening))\b(?: [^\n,.!:]{1,40})?[,.!:]?(?=\s)"
    r"|^[ \t]{0,9}(?:(?:best|kind|many|warm) )?(?:regards|thanks|thank you|cheers|sincerely)\b[\s\S]{0,60}\Z"
    r"|\b(?:please|kindly|find|see|the|my|our|for|your|details?|descriptions?|files?|documents?|reference"
    r"|thanks?|you)\b"
    r"|您好|你好|请|請|谢谢|謝謝|问题|問題|描述|详细|詳細|情况|情況|说明|說明|文档|文檔|文件|查看|查收|参见"
    r"|參見|参阅|具体|具體|内容|內容",
    re.IGNORECASE | re.MULTILINE,
)
_POINTER_WIDTH = 100
_FEW_CHARS = 12


def is_pointer(said: str) -> bool:
    """True where the mail's own words are none, a few, or only speak of what is attached."""
    return _is_few(said) or (_width(said) <= _POINTER_WIDTH and _POINTS.search(said) is not None)


def _is_few(said: str) -> bool:
    return sum(map(str.isalnum, said)) <= _FEW_CHARS


def _is_mere(said: str) -> bool:
    """True for a "see attached", however politely."""
    return _width(said) <= _POINTER_WIDTH and _POINTS.search(said) is not None and _is_few(_COURTESY.sub("", said))


def _width(said: str) -> int:
    """The length in letters of English; a Chinese character says as much as three."""
    return len(said) if said.isascii() else sum(3 if char >= "\u2e80" else 1 for char in said)


def read(attachments: Sequence[Attachment], said: str, depth: int = 0) -> tuple[list[Piece], list[Part]]:
    """The texts of the attached mails, and these. Where there are none, and the mail's own words (`said`) are none or
    a mere "see attached", those of the text files; logs are evidence, not what somebody says."""
    found = [mail for one in attachments if (mail := _mail(one))][:_LIMIT_FILES]
    messages = [mime.parse(mail, head.split(mail)) for mail in found]
    pieces = [Piece(text, passed_on=True) for message in messages if (text := _text_of(message, depth))]
    if pieces or (said and not _is_mere(said)):
        return pieces, messages
    files = [one for one in attachments if _is_text(one)][:_LIMIT_FILES]
    return [Piece(text, passed_on=bool(said)) for one in files if (text := _file(one))], messages


def _mail(one: Attachment) -> bytes | None:
    """The mail that the attachment is, as the internet writes mails; None where it is none."""
    name = one.filename.lower()
    if one.sniffed_type == "application/x-ole-storage" and (name.endswith(".msg") or one.content_type == _OUTLOOK):
        return outlook_file.to_mail(one.content)
    is_named_so = name.endswith(".eml") and one.content_type in _UNTYPED | {"text/plain"}
    return one.content if (one.content_type in _MAILS or is_named_so) and one.content.strip() else None


def _is_text(one: Attachment) -> bool:
    if one.sniffed_type not in (None, "text/html", "application/rtf") or _LOG.search(one.filename):
        return False
    return (
        one.content_type in _TEXTS
        or one.sniffed_type == "application/rtf"
        or (one.content_type in _UNTYPED and bool(_TEXT_NAME.search(one.filename)))
    )


def _text_of(message: Part, depth: int) -> str:
    body = Body(message.charset)
    body.read(message)
    pieces = body.texts()
    said = "\n\n".join(piece.text for piece in pieces)
    if depth < _LIMIT_DEPTH and is_pointer(said):
        said = "\n\n".join([said, *(piece.text for piece in read(body.attachments, said.strip(), depth + 1)[0])])
    return said.strip()[:LIMIT_CHARS]


def _file(one: Attachment) -> str:
    """The words of a text file; empty where its bytes are none."""
    if one.sniffed_type == "application/rtf":
        return rtf.to_text(one.content)[:LIMIT_CHARS]
    text = decode(one.content[: 4 * LIMIT_CHARS])[0]
    is_html = one.content_type == "text/html" or one.sniffed_type == "text/html"
    text = html.to_text(text) if is_html else text.replace("\r\n", "\n").replace("\r", "\n")
    return "" if "\0" in text else text.strip()[:LIMIT_CHARS]
