"""Inline PGP (RFC 9580 section 7): the lines around a signed text are no part of what is said, and an encrypted one is
not read."""

import re

from intake.mail.model import SpanKind

_BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"
_MESSAGE = "-----BEGIN PGP MESSAGE-----"
_ENCRYPTED = re.compile(rf"^{_MESSAGE}[ \t]*$", re.MULTILINE)
_DASHED = re.compile(r"^- (?=-|From )", re.MULTILINE)


def is_signed(text: str) -> bool:
    return _BEGIN in text and _SIGNATURE in text


def is_encrypted(text: str) -> bool:
    return _MESSAGE in text and _ENCRYPTED.search(text) is not None


def mark(lines: list[str], kinds: list[SpanKind]) -> None:
    """Mark the armour of a signed text as signature, and a mail signature within it."""
    stripped = [line.strip() for line in lines]
    if _BEGIN not in stripped or _SIGNATURE not in stripped:
        return
    begin, sign = stripped.index(_BEGIN), stripped.index(_SIGNATURE)
    end = stripped.index(_END) if _END in stripped else len(lines) - 1
    head = next((at for at in range(begin + 1, len(lines)) if not stripped[at]), begin)
    if not begin < sign <= end or head > sign:
        return
    delimiter = next((at for at in range(head, sign) if lines[at].rstrip() == "- --"), sign)
    for start, stop in ((begin, head + 1), (delimiter, end + 1)):
        kinds[start:stop] = [SpanKind.SIGNATURE] * (stop - start)


def undashed(text: str) -> str:
    """The signed text as it was before its lines were escaped (RFC 9580 section 7.2)."""
    return _DASHED.sub("", text)
