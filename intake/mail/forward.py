"""Who had written the mail that somebody passes on."""

import re

from intake.mail import headers, quote_headers
from intake.mail.addresses import addresses
from intake.mail.encoded_words import decode_words
from intake.mail.mime import Part
from intake.mail.model import Forwarded
from intake.mail.quote_headers import LIMIT_LINES, Header
from intake.mail.subject import is_forward

# Looked for as they are, in text whose case is folded: an expression with so many beginnings takes ten times as long.
_MARKERS = (
    *("forward", "weitergeleit", "transfér", "transmis", "réexpédi", "reenviad", "inoltrat", "encaminhad"),
    *("doorgestuurd", "пересылаем", "转发", "轉發", "轉寄", "転送", "전달"),
)
_LIMIT_HEADERS = 20


def find(subject: str, text: str, attached: list[Part]) -> Forwarded | None:
    """The innermost of the mails that this one passes on, attached or in its text; None where it is no forward:
    a reply that quotes is none."""
    for message in attached:
        if found := _of_message(message):
            return found
    if not is_forward(subject) and not _is_marked(text):
        return None
    blocks = _blocks(text)
    if not is_forward(subject) and not any(is_marked for _, is_marked in blocks):
        return None
    return next((found for block, _ in reversed(blocks) if (found := _of_block(block))), None)


def _blocks(text: str) -> list[tuple[Header, bool]]:
    """The header blocks in a text, each with whether its separator says that it was passed on."""
    lines = text.split("\n", LIMIT_LINES)[:LIMIT_LINES]
    blocks: list[tuple[Header, bool]] = []
    position = 0
    while position < len(lines) and len(blocks) < _LIMIT_HEADERS:
        header = quote_headers.block(lines, position)
        if header is None:
            position += 1
            continue
        if header.fields:
            blocks.append((header, _is_marked(lines[header.start])))
        position = header.end
    return blocks


def _is_marked(text: str) -> bool:
    folded = text.casefold()
    return any(marker in folded for marker in _MARKERS)


def _of_block(block: Header) -> Forwarded | None:
    sender = next(iter(addresses(_plain(block.field("from")))), None)
    if sender is None:
        return None
    return Forwarded(sender, block.field("subject"), headers.date(block.field("date")))


def _plain(value: str) -> str:
    """The address field without what programs put around addresses: `Ann [mailto:ann@x]`, `Ann<a@x>;`."""
    value = re.sub(r"\[mailto:([^\]\s]{1,320})\]", r"<\1>", value)
    value = re.sub(r"<mailto:", "<", value)
    return value.strip().rstrip(";；,，").replace("＜", "<").replace("＞", ">")


def _of_message(message: Part) -> Forwarded | None:
    sender = next(iter(addresses(headers.unfold(message.first("from")))), None)
    if sender is None:
        return None
    subject = decode_words(headers.unfold(message.first("subject")))
    return Forwarded(sender, subject.strip(), headers.date(message.first("date")))
