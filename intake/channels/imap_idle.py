"""Waits for a server to announce new mail (RFC 2177), as long as it is any good at that."""

import logging
import time
from collections.abc import Callable

from intake.channels.imap_connection import Client, has_unread

log = logging.getLogger(__name__)

# Servers may hang up after 30 minutes (RFC 2177 section 3), but address translators forget sooner.
IDLE_SECONDS = 9 * 60
# Waits that end sooner and bring no mail: so many in a row, and the server is only polled for this long.
_SHORT_SECONDS = 5
_SHORT_WAITS = 5
OFF_SECONDS = 15 * 60


class Push:
    """One account's waits. Some servers list IDLE and refuse it, hang up on it, end it at once, or announce mail that
    is none: each of these would have us look, or even log in, again every second."""

    def __init__(self, account: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._account = account
        self._clock = clock
        self._short = 0
        self._off_until = 0.0

    def serves(self, client: Client) -> bool:
        """True where the server can push, and has done so properly of late."""
        return client.has_capability("IDLE") and self._clock() >= self._off_until

    def brought_mail(self) -> None:
        """There was new mail: short waits are to be expected."""
        self._short = 0

    def wait(self, client: Client, seconds: float, is_to_end: Callable[[], bool]) -> None:
        """Wait until the server announces a mail, hangs up, or the time is over.

        Raises:
            IMAPClientError, OSError: it broke off, or does not do as it says.
        """
        began = self._clock()
        try:
            _idle(client, seconds, is_to_end)
        finally:
            if not is_to_end():
                self._judge(self._clock() - began)

    def _judge(self, seconds: float) -> None:
        self._short = self._short + 1 if seconds < _SHORT_SECONDS else 0
        if self._short >= _SHORT_WAITS:
            self._short, self._off_until = 0, self._clock() + OFF_SECONDS
            log.warning("imap_push_useless", extra={"account": self._account, "polled_for_seconds": OFF_SECONDS})


def _idle(client: Client, seconds: float, is_to_end: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    client.idle()
    # A mail that came since the folder was selected is announced together with the answer to IDLE.
    is_quiet = not has_unread(client)
    while is_quiet and not is_to_end() and time.monotonic() < end:
        began = time.monotonic()
        answers = client.idle_check(timeout=1)
        if any(b"EXISTS" in answer for answer in answers):
            break
        if not answers and time.monotonic() - began < 0.9:
            break  # IMAPClient swallows the end of a connection: DONE will tell
    client.idle_done()
