"""The signed case token: FL-000042-k3x9q2ab. Whoever can show it has had mail from us about the case.

And the stamp on each message of ours, by which it is known when it comes back.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator

# ASCII: Chinese text may stand right beside a token, and other scripts' digits are none of ours.
_TOKEN = re.compile(r"\bFL-(\d{6,12})-([a-z2-7]{10})\b", re.IGNORECASE | re.ASCII)
# What gateways and mail programs make of it: other dashes, none, a line that is folded within a word, _underlined_.
# Whether it is one, the digest says.
_GAP = r"[\s\xa0_\u2010-\u2015\u2212-]{1,3}"
_SHOWN = re.compile(
    rf"(?<![a-z0-9])FL{_GAP}(\d{{6,12}}){_GAP}([a-z2-7](?:\s{{0,3}}[a-z2-7]){{9}})(?![a-z0-9])",
    re.IGNORECASE | re.ASCII,
)
_STARTS = tuple(f"fl{gap}" for gap in "-_ \t\xa0\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
# What is copied from a page, or broken for a narrow window, may hide characters.
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
# Nine digits fit into every database's integer.
_NUMBER = re.compile(r"\bFL-(\d{6,9})\b(?!-[a-z2-7])", re.IGNORECASE | re.ASCII)
_LIMIT_NUMBERS = 5


def sign(number: str, key: bytes) -> str:
    """The token of a case number: the number and ten characters (50 bits) of a keyed digest."""
    return f"{number}-{_letters(key, number.encode(), 10)}"


def find(text: str, key: bytes) -> Iterator[int]:
    """The ids of the cases whose true tokens stand in `text`, in order; forged ones are passed over."""
    text = _shown(text)
    folded = text.casefold()
    for match in _SHOWN.finditer(text) if "fl" in folded and any(start in folded for start in _STARTS) else ():
        number, digest = f"FL-{match[1]}", "".join(match[2].split())
        if hmac.compare_digest(sign(number, key).lower(), f"{number}-{digest}".lower()):
            yield int(match[1])


def without(text: str) -> str:
    """The text without what has the form of a token."""
    return _TOKEN.sub(" ", text).strip()


def numbers(text: str) -> list[int]:
    """The ids of the cases that `text` names without a token, the first few: anybody can write them."""
    text = _shown(text)
    found = _NUMBER.findall(text) if _may_hold(text) else ()
    return list(dict.fromkeys(map(int, found)))[:_LIMIT_NUMBERS]


def _shown(text: str) -> str:
    return text if text.isascii() else _HIDDEN.sub("", text)


def _may_hold(text: str) -> bool:
    """False where there is none: most texts have none, and an expression looks at each place."""
    return "fl-" in text.casefold()


STAMP = "X-Firstline-Notice"
_STAMP = re.compile(rf"^{STAMP}:\s{{1,9}}<([^<>\s]{{1,250}})>\s{{1,9}}([a-z2-7]{{26}})\b", re.IGNORECASE | re.MULTILINE)


def stamp(message_id: str, key: bytes) -> str:
    """The value of the field that marks a message of ours: relays give it another Message-ID, and it comes back."""
    return f"<{message_id}> {_long_digest(message_id, key)}"


def stamped(text: str, key: bytes) -> Iterator[str]:
    """The Message-IDs in the true stamps that stand in `text`; forged ones are passed over."""
    for match in _STAMP.finditer(text):
        if hmac.compare_digest(_long_digest(match[1], key), match[2].lower()):
            yield match[1]


def _long_digest(message_id: str, key: bytes) -> str:
    return _letters(key, b"stamp " + message_id.encode(), 26)


def _letters(key: bytes, said: bytes, count: int) -> str:
    """The beginning of a keyed digest in Base32: each five bytes of it, which Python makes one by one, are eight."""
    digest = hmac.digest(key, said, hashlib.sha256)[: -(-count // 8) * 5]
    return base64.b32encode(digest)[:count].decode().lower()
