"""The certificate of STARTTLS as it lies on the disk: one that was renewed there counts from the next connection on."""

import logging
import os
import ssl
from pathlib import Path

log = logging.getLogger(__name__)


class Certificate:
    """Made of the files of a certificate and its key, where both are in one file of that one.

    Raises:
        OSError, ssl.SSLError: they cannot be used.
    """

    def __init__(self, chain: Path, key: Path | None = None) -> None:
        self._chain, self._key = chain, key
        self._stamps = self._on_disk()
        self._context = self._load()

    def context(self) -> ssl.SSLContext:
        """What the next connection is encrypted by. Files that cannot be used, or are only half renewed, change
        nothing."""
        if (stamps := self._on_disk()) != self._stamps:
            self._stamps = stamps
            try:
                self._context = self._load()
            except (OSError, ssl.SSLError) as error:
                log.error("smtp_certificate_not_taken", extra={"error": str(error)})
            else:
                log.info("smtp_certificate_taken")
        return self._context

    def _load(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self._chain, self._key)
        return context

    def _on_disk(self) -> list[tuple[int, int, int] | None]:
        return [_stamp(path) for path in (self._chain, self._key) if path is not None]


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
