"""Polls the mailboxes of one IMAP account: one thread, one connection, all folders of the account."""

import logging
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient.exceptions import IMAPClientError

from intake.channels.imap_connection import (
    Client,
    LoginRefused,
    breaks_connection,
    connect,
    cut,
    hang_up,
    unreachable,
)
from intake.channels.imap_folder import AcceptAll, Clock, FolderReader
from intake.channels.imap_idle import IDLE_SECONDS, Push
from intake.channels.imap_turn import Turn
from intake.channels.imap_words import words
from intake.channels.oauth import TokenRefused, TokenSource
from models.accounts import ImapAccount
from models.db import Database
from models.errors import FirstlineError, Misconfigured, Permanent, Temporary

log = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 60
# After a log-in that is refused: servers lock an account, or shut out all of an office, for five wrong passwords in ten
# minutes. Another password or token is tried at once.
REFUSED_PAUSE_SECONDS = 2 * 60
LONGEST_REFUSED_PAUSE_SECONDS = 16 * 60
SECRET_SECONDS = 1.0
# Lets mails that come together come as one batch, and keeps a server that cries wolf from driving us.
SETTLE_SECONDS = 0.2
STOP_SECONDS = 0.7
# How long `run` waits for its turn before it looks whether it is to stop.
TURN_SECONDS = 0.5


class MailboxPoller:
    """Stores each mail of the folders once. `run` has a thread of its own, `stop` is for any other. Where several
    processes could read the account, `turn` says which does."""

    def __init__(
        self,
        account: ImapAccount,
        database: Database,
        accept_all: AcceptAll,
        clock: Clock,
        turn: Turn | None = None,
    ) -> None:
        self._account = account
        self._turn = turn
        hold = turn.hold if turn else lambda session: None
        self._readers = [FolderReader(account, folder, database, accept_all, clock, hold) for folder in account.folders]
        self._tokens = TokenSource(account.name, account.oauth2, database) if account.oauth2 else None
        self._push = Push(account.name)
        self._client: Client | None = None
        self._stopping = threading.Event()

    def run(self) -> None:
        """Poll until `stop`. What goes wrong is recorded, and tried again after 1, 2, 4 ... 60 seconds; a log-in that
        is refused after 2, 4, 8, 16 minutes, or as soon as there is another secret."""
        failures = refusals = 0
        while not self._stopping.is_set():
            if self._turn is not None and not self._turn.wait(TURN_SECONDS):
                self.close()
                continue
            try:
                if self.poll_once():
                    self._push.brought_mail()
                failures = refusals = 0
                self._wait_for_mail()
                continue
            except (LoginRefused, TokenRefused):
                self._wait_for_another_secret(REFUSED_PAUSE_SECONDS * 2**refusals)
                refusals = min(refusals + 1, 10)
                continue
            except FirstlineError:
                pass  # recorded by _noting_faults
            except Exception as error:
                log.exception("imap_defect", extra={"account": self._account.name})
                self._tell(f"reading failed by a defect of ours ({type(error).__name__}): see imap_defect in the log")
            self._stopping.wait(min(LONGEST_PAUSE_SECONDS, 2**failures) * random.uniform(0.8, 1.2))
            failures = min(failures + 1, 10)
        self.close()

    def stop(self) -> None:
        """Make `run` return within about a second: a batch that is being stored is finished, a server
        that keeps us waiting is cut off. Only an attempt to connect is waited for."""
        self._stopping.set()
        cutter = threading.Timer(STOP_SECONDS, self._cut)
        cutter.daemon = True
        cutter.start()

    def keep_turn(self) -> None:
        """Renew the claim to the account; where another process has it, hang up. For a thread of its own."""
        if self._turn is None:
            return
        was_ours = self._turn.is_ours
        try:
            is_ours = self._turn.keep()
        except Exception:
            log.exception("imap_turn_defect", extra={"account": self._account.name})
            return
        if was_ours and not is_ours:
            self._cut()

    def give_back(self) -> None:
        """Let another process read the account, now that this one has stopped."""
        if self._turn is not None:
            self._turn.give_back()

    def poll_once(self) -> int:
        """Take in everything new in every folder; the number of mails stored. Connects where needed.

        Raises:
            FirstlineError: the connection, the log-in or the database failed; recorded, and safe to repeat.
        """
        with self._noting_faults():
            if self._client is None:
                self._client = connect(self._account, self._tokens)
            return sum([self._take_in(self._client, reader) for reader in self._readers])

    def close(self) -> None:
        """Hang up. The next poll connects again."""
        client, self._client = self._client, None
        if client is not None:
            hang_up(client)

    def _take_in(self, client: Client, reader: FolderReader) -> int:
        try:
            return reader.take_in(client, self._is_to_end)
        except IMAPClientError as error:
            if breaks_connection(error):
                raise
            reader.fail(f"the folder cannot be read: {words(error)}")
            log.warning("imap_folder_failed", extra={"account": self._account.name, "reason": words(error)})
            return 0

    def _wait_for_another_secret(self, seconds: float) -> None:
        refused = self._account.secrets()
        end = time.monotonic() + min(LONGEST_REFUSED_PAUSE_SECONDS, seconds)
        while time.monotonic() < end and self._account.secrets() == refused:
            if self._stopping.wait(SECRET_SECONDS):
                return

    def _wait_for_mail(self) -> None:
        first, client = self._readers[0], self._client
        if client is None or not self._account.idle or not first.was_read or not self._push.serves(client):
            self._stopping.wait(self._account.poll_seconds)
            return
        with self._noting_faults():
            if not first.has_news(client):
                others = len(self._readers) > 1
                longest = min(IDLE_SECONDS, self._account.poll_seconds) if others else IDLE_SECONDS
                self._push.wait(client, longest, self._is_to_end)
        self._stopping.wait(SETTLE_SECONDS)

    @contextmanager
    def _noting_faults(self) -> Iterator[None]:
        try:
            yield
        except FirstlineError as error:
            self._note(error)
            raise
        except (IMAPClientError, OSError) as error:
            fault = unreachable(self._account, error)
            self._note(fault)
            raise fault from error

    def _note(self, fault: FirstlineError) -> None:
        if not self._is_to_end():
            event = "imap_login_refused" if isinstance(fault, LoginRefused) else "imap_failed"
            log.warning(event, extra={"account": self._account.name, "reason": str(fault)})
        self._tell(str(fault))

    def _tell(self, problem: str) -> None:
        """Hang up, and have console and API say why."""
        self.close()
        if self._is_to_end():
            return
        try:
            for reader in self._readers:
                reader.fail(problem)
        except Temporary:
            log.warning("imap_fault_unrecorded", extra={"account": self._account.name})

    def _is_to_end(self) -> bool:
        return self._stopping.is_set() or (self._turn is not None and not self._turn.is_ours)

    def _cut(self) -> None:
        client = self._client
        if client is not None:
            cut(client)


def check(account: ImapAccount, database: Database | None = None) -> str:
    """What a poller would find: "3 messages in INBOX". `database` has the latest refresh tokens.

    Raises:
        Temporary: the server does not answer.
        Permanent: the log-in, the settings or a folder's name must be mended.
    """
    tokens = TokenSource(account.name, account.oauth2, database) if account.oauth2 else None
    try:
        client = connect(account, tokens)
    except Misconfigured as error:
        raise Permanent(str(error)) from error
    try:
        return ", ".join(_count(client, folder) for folder in account.folders)
    except (IMAPClientError, OSError) as error:
        raise unreachable(account, error) from error
    finally:
        hang_up(client)


def _count(client: Client, folder: str) -> str:
    try:
        exists = int(client.select_folder(folder, readonly=True)[b"EXISTS"])
    except IMAPClientError as error:
        if breaks_connection(error):
            raise
        raise Permanent(f"the folder {folder} cannot be opened: {words(error)}") from error
    return f"{exists} message{'' if exists == 1 else 's'} in {folder}"
