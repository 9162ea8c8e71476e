"""A real Dovecot, or a server that is odd, and pollers that read it."""

from collections.abc import Iterator
from typing import cast

import pytest

from intake.accept import Acceptor
from models.db import Database
from tests.imap.mailbox import MailDesk
from tests.servers.dovecot import Dovecot
from tests.servers.odd_imap import OddImap


@pytest.fixture
def acceptor(database: Database) -> Iterator[Acceptor]:
    acceptor = Acceptor(database, wake=lambda: None)
    yield acceptor
    acceptor.close()


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with Dovecot() as dovecot:
        yield dovecot


@pytest.fixture
def mailbox(server: Dovecot, database: Database, acceptor: Acceptor) -> Iterator[MailDesk]:
    found = MailDesk(server, database, acceptor.accept_all)
    yield found
    for poller in found.pollers:
        poller.close()


@pytest.fixture
def odd_server() -> Iterator[OddImap]:
    with OddImap() as odd:
        yield odd


@pytest.fixture
def odd_mailbox(odd_server: OddImap, database: Database, acceptor: Acceptor) -> Iterator[MailDesk]:
    """The same with a server that answers as a test says."""
    found = MailDesk(cast(Dovecot, odd_server), database, acceptor.accept_all)
    yield found
    for poller in found.pollers:
        poller.close()


@pytest.fixture
def tls_server() -> Iterator[Dovecot]:
    with Dovecot(tls=True) as dovecot:
        yield dovecot
