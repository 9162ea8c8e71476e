"""A mail taken apart into its parts (RFC 2045, 2046).

By hand, over the bytes, with a stack of its own: the standard library recurses, so that mails which nest deeper than it
can are lost to it whole; it makes text of bytes and bytes of text; and it takes several times as long.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from intake.mail import cms, head, transfer
from intake.mail.parameters import Parameterised, read

LIMIT_PARTS = 1000
LIMIT_DEPTH = 100
# Of what is looked through for boundaries, level by level, in bytes above that many times the mail's own size.
LIMIT_SCANS = 40
_SPARE_BYTES = 16 * 1024 * 1024
_MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})
SIGNED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_GUESSED = re.compile(rb"^--([^\s-][^\r\n]{0,200}?)[ \t]*\r?\n(?:content-[a-z-]{2,40}:|[ \t]*\r?\n)", re.I | re.M)
# The same at the very beginning, perhaps below the line for programs that know no parts.
_UNDECLARED = re.compile(
    rb"\s{0,20}(?:This is a multi-?part message in MIME format\.?\s{1,20})?"
    rb"--([^\s-][^\r\n]{0,200}?|-{2,40}[^\s-][^\r\n]{0,200}?)[ \t]{0,9}\r?\ncontent-type:",
    re.IGNORECASE,
)
_TYPE = re.compile(r"[!#$&+.^_{}|~0-9A-Za-z-]{1,120}/[!#$&+.^_{}|~0-9A-Za-z-]{1,120}")
# What may stand behind the boundary in its line; the hyphens close the multipart.
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*\r?$", re.M)
_NEWLINE = 0x0A
_MEANT = {"html": "text/html", "text/htm": "text/html", "text": "text/plain", "plain": "text/plain"}


class _Mark(NamedTuple):
    """A line with the boundary, from `start` to `end` (exclusive), in bytes."""

    start: int
    end: int
    closes: bool


@dataclass(eq=False)
class Part:
    """One part. `source` is its header and body as they stand in the mail, `body` where the latter begins in it."""

    source: bytes
    fields: tuple[tuple[str, str], ...]
    body: int
    default_type: str = "text/plain"
    children: list["Part"] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)

    def first(self, name: str) -> str:
        """The first field of that name as sent, bytes above 127 as surrogates; empty where there is none."""
        return next((value for key, value in self.fields if key == name), "")

    @cached_property
    def type(self) -> Parameterised:
        return read(self.first("content-type"))

    @cached_property
    def disposition(self) -> Parameterised:
        return read(self.first("content-disposition"), self.type.parameters.get("charset"))

    @cached_property
    def media_type(self) -> str:
        """The declared type (RFC 2045 section 5); what stands there and is none counts as text (section 5.2)."""
        value = self.type.value.rstrip(",")
        value = _MEANT.get(value.rstrip("/"), value)
        return value if _TYPE.fullmatch(value) else self.default_type

    @property
    def charset(self) -> str | None:
        return self.type.parameters.get("charset")

    @property
    def encoding(self) -> str:
        return self.first("content-transfer-encoding")

    @cached_property
    def content(self) -> bytes:
        """The body with its transfer encoding undone as far as it can be; what could not is a defect."""
        is_text = self.media_type.startswith("text/")
        found, defect = transfer.decode(self.source[self.body :], self.encoding, is_text)
        if defect:
            self.defects.append(defect)
        return found

    @property
    def is_multipart(self) -> bool:
        return self.media_type.startswith("multipart/")

    @property
    def is_message(self) -> bool:
        is_first = self.media_type == "message/partial" and self.type.parameters.get("number") == "1"
        return self.media_type in _MESSAGES or is_first

    @property
    def is_signed(self) -> bool:
        """S/MIME signed in one piece (RFC 8551); gateways make bytes of its type, and leave the name."""
        if self.media_type in SIGNED:
            return True
        names = (self.disposition.parameters.get("filename", ""), self.type.parameters.get("name", ""))
        return self.media_type == "application/octet-stream" and any(name.lower().endswith(".p7m") for name in names)

    @property
    def is_encrypted(self) -> bool:
        """PGP/MIME (RFC 3156), or S/MIME in which nothing signed was found; no certificate is a text."""
        is_closed = self.is_signed and not self.children
        is_text = self.type.parameters.get("smime-type", "").lower() != "certs-only"
        return self.media_type == "multipart/encrypted" or (is_closed and is_text)

    def walk(self) -> Iterator["Part"]:
        """The part and all below it, in order."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.children))


class _Budget:
    """What one mail may cost."""

    def __init__(self, size: int) -> None:
        self.parts = LIMIT_PARTS
        self.scanned = size * LIMIT_SCANS + _SPARE_BYTES


def parse(raw: bytes, found: head.Head) -> Part:
    """The tree of parts of a mail whose header is `found`. Never raises; hostile depth and number are cut off, with
    a defect on the part at which that happened."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    root = Part(raw, found.fields, found.body_at)
    budget = _Budget(len(raw))
    stack = [(root, 0)]
    while stack:
        part, depth = stack.pop()
        if depth >= LIMIT_DEPTH and (part.is_multipart or part.is_message):
            part.defects.append(f"parts are nested more than {LIMIT_DEPTH} deep; the rest is read as text")
            continue
        if part.is_multipart:
            part.children = _children(part, budget)
        elif part is root and part.media_type == "text/plain" and (boundary := _UNDECLARED.match(raw, part.body)):
            part.children = _undeclared(part, boundary[1], budget)
        elif part.is_message and part.content.strip():
            part.children = [_message(part.content)]
        elif part.is_signed and (content := cms.signed_content(part.content)):
            part.children = [_part(content, "text/plain")]
        stack.extend((child, depth + 1) for child in reversed(part.children))
    return root


def _message(content: bytes) -> Part:
    found = head.split(content)
    return Part(content, found.fields, found.body_at)


def _children(part: Part, budget: _Budget) -> list[Part]:
    body = part.source[part.body :]
    budget.scanned -= len(body)
    if budget.scanned < 0:
        part.defects.append("too much to look through; the rest is read as text")
        return []
    declared = part.type.parameters.get("boundary", "").rstrip().encode("utf-8", "surrogateescape")
    marks = _marks(body, declared)
    if not marks and part.encoding.strip().lower() in ("base64", "quoted-printable"):  # RFC 2045 section 6.4 forbids it
        body = part.content
        marks = _marks(body, declared)
    if not marks and (guessed := _GUESSED.search(body)):
        part.defects.append("the boundary is not the one that was declared")
        marks = _marks(body, guessed[1])
    if not marks:
        part.defects.append("a multipart without its boundary")
        return []
    return _between(part, body, marks, budget)


def _undeclared(part: Part, boundary: bytes, budget: _Budget) -> list[Part]:
    """The parts of a mail whose header lost that it has some; none where it is a text that only begins so."""
    body = part.source[part.body :]
    marks = _marks(body, boundary)
    if len(marks) < 2 or not marks[-1].closes:
        return []
    part.defects.append("a multipart that is not declared as one")
    return _between(part, body, marks, budget)


def _marks(body: bytes, boundary: bytes) -> list[_Mark]:
    """The lines of that boundary (RFC 2046 section 5.1.1). No pattern is compiled: each mail has another boundary."""
    if not boundary:
        return []
    found = []
    line = b"--" + boundary
    start = body.find(line)
    while start >= 0:
        rest = _AFTER_BOUNDARY.match(body, start + len(line))
        if rest is not None and (start == 0 or body[start - 1] == _NEWLINE):
            found.append(_Mark(start, rest.end(), rest[1] is not None))
        start = body.find(line, start + len(line))
    return found


def _between(part: Part, body: bytes, marks: list[_Mark], budget: _Budget) -> list[Part]:
    """The parts between the marks. What follows a closing mark is none, unless another mark comes after it."""
    if not marks[-1].closes:
        part.defects.append("a multipart that does not end")
    default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
    children = []
    for position, mark in enumerate(marks):
        if mark.closes:
            continue
        if budget.parts <= 0:
            part.defects.append(f"more than {LIMIT_PARTS} parts; the rest was not read")
            break
        budget.parts -= 1
        begin = min(mark.end + 1, len(body))
        end = marks[position + 1].start if position + 1 < len(marks) else len(body)
        children.append(_part(_chomped(body[begin:end]) if end < len(body) else body[begin:end], default))
    return children


def _part(source: bytes, default_type: str) -> Part:
    found = head.of_part(source)
    return Part(source, found.fields, found.body_at, default_type, defects=list(found.defects))


def _chomped(source: bytes) -> bytes:
    """Without the line end before the boundary, which belongs to it (RFC 2046 section 5.1.1)."""
    return source[:-2] if source.endswith(b"\r\n") else source.removesuffix(b"\n")
