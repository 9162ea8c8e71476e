"""Bodies encrypted at rest: AES-256-GCM (NIST SP 800-38D) under keys that the database does not hold.

Each body has a key of its own, derived from the storage key and from whose body it is (HMAC-SHA256): one that was put
under another row's name does not open, and however many there are, no key is used with the same nonce twice.
"""

import hmac
import secrets
from base64 import b64decode
from binascii import Error
from hashlib import sha256
from typing import TYPE_CHECKING

from models.errors import FirstlineError, Temporary

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEYS = "storage keys"  # where a session has its keyring
KEY_BYTES = 32
_NONCE_BYTES = 12
_ID_CHARS = 16
ADVICE = "write 32 random bytes in Base64, as `openssl rand -base64 32` prints them; the first line is the key in use"


class KeyMissing(Temporary):
    """A body is stored under a key that this process was not given."""


class Tampered(FirstlineError):
    """What is stored is not what was sealed under this name: it was changed, or belongs to another row."""


class Keyring:
    """The storage keys of a process. Bodies are sealed by the first; the others only open what was sealed before."""

    def __init__(self, keys: tuple[bytes, ...] = ()) -> None:
        self._keys = {key_id(key): key for key in keys}
        self.current = next(iter(self._keys), None)

    @classmethod
    def read(cls, text: str) -> "Keyring":
        """The keys in the text of a key file, one a line; empty lines, and those that begin with #, do not count.

        Raises:
            ValueError: a line holds no key.
        """
        lines = (line.strip() for line in text.splitlines())
        return cls(tuple(_key(line) for line in lines if line and not line.startswith("#")))

    def write_plain(self) -> None:
        """From now on seal nothing; what is sealed can still be opened."""
        self.current = None

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._keys)

    def seal(self, name: str, plain: bytes) -> tuple[str | None, bytes]:
        """The id of the key, and the body as it is stored; as it came where there is no key."""
        if self.current is None:
            return None, plain
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return self.current, nonce + self._cipher(self.current, name).encrypt(nonce, plain, name.encode())

    def unseal(self, name: str, key: str | None, stored: bytes) -> bytes:
        """The body of that name as it came.

        Raises:
            KeyMissing: it was sealed by a key that is not here.
            Tampered: it was not sealed under this name.
        """
        if key is None:
            return stored
        if key not in self._keys:
            raise KeyMissing(f"a body is stored under the key {key}, which FIRSTLINE_STORAGE_KEY_FILE does not hold")
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - whoever has no key needs none of it

        try:
            return self._cipher(key, name).decrypt(stored[:_NONCE_BYTES], stored[_NONCE_BYTES:], name.encode())
        except (InvalidTag, ValueError) as error:  # ValueError: there is not even a nonce
            raise Tampered(
                f"the body of {name} is not what was stored: it was changed, or is another one's; "
                "a backup may still have it"
            ) from error

    def _cipher(self, key: str, name: str) -> "AESGCM":
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

        return AESGCM(hmac.digest(self._keys[key], name.encode(), "sha256"))


def key_id(key: bytes) -> str:
    """How rows name a key: a digest, which does not tell it."""
    return sha256(b"firstline storage key\0" + key).hexdigest()[:_ID_CHARS]


def _key(line: str) -> bytes:
    try:
        key = b64decode(line, validate=True)
    except (Error, ValueError) as error:
        raise ValueError(f"a line of it is no Base64; {ADVICE}") from error
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key of it has {len(key)} bytes; {ADVICE}")
    return key
