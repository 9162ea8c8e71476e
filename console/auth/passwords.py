"""Passwords as argon2id hashes (RFC 9106) that carry their own parameters."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.errors import NotPossible

SHORTEST = 12
LONGEST = 1024  # what is longer is no password but an attempt to keep us busy
_HASHER = PasswordHasher()
# Each takes 64 MB of memory while it is compared: many at once must not take all there is.
_TURN = threading.BoundedSemaphore(2)


def hashed(password: str) -> str:
    """The hash to store.

    Raises:
        NotPossible: the password is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise NotPossible(f"a password has {SHORTEST} to {LONGEST} characters; a few words are easy to remember")
    return renewed(password)


def renewed(password: str) -> str:
    """The hash, with today's parameters, of a password that was taken once: its length is not asked for again."""
    return _HASHER.hash(password)


def is_right(stored: str | None, password: str) -> bool:
    """True where `password` is the one that was stored. Takes as long where nobody of that name exists (None), or who
    has no password (empty), so that the time does not tell who does."""
    try:
        with _TURN:
            return _HASHER.verify(stored or _nobody(), password[:LONGEST]) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """True where the hash was made with weaker parameters than those of today."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")
