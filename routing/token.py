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
# Nine digits fit into every database's integer.
_NUMBER = re.compile(r"\bFL-(\d{6,9})\b(?!-[a-z2-7])", re.IGNORECASE | re.ASCII)
_LIMIT_NUMBERS = 5


def sign(number: str, key: bytes) -> str:
    """The token of a case number: the number and ten characters (50 bits) of a keyed digest."""
    digest = hmac.digest(key, number.encode(), hashlib.sha256)
    return f"{number}-{base64.b32encode(digest)[:10].decode().lower()}"


def find(text: str, key: bytes) -> Iterator[int]:
    """The ids of the cases whose true tokens stand in `text`, in order; forged ones are passed over."""
    for match in _TOKEN.finditer(text) if _may_hold(text) else ():
        number = f"FL-{match[1]}"
        if hmac.compare_digest(sign(number, key).lower(), match[0].lower()):
            yield int(match[1])


def without(text: str) -> str:
    """The text without what has the form of a token."""
    return _TOKEN.sub(" ", text).strip()


def numbers(text: str) -> list[int]:
    """The ids of the cases that `text` names without a token, the first few: anybody can write them."""
    found = _NUMBER.findall(text) if _may_hold(text) else ()
    return list(dict.fromkeys(map(int, found)))[:_LIMIT_NUMBERS]


def _may_hold(text: str) -> bool:
    """False where there is neither token nor number: most texts have none, and an expression looks at each place."""
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
    digest = hmac.digest(key, b"stamp " + message_id.encode(), hashlib.sha256)
    return base64.b32encode(digest)[:26].decode().lower()
