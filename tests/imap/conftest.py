"""A real Dovecot, and pollers that read it."""

from collections.abc import Iterator

import pytest

from intake.accept import Acceptor
from models.db import Database
from tests.imap.mailbox import MailDesk
from tests.servers.dovecot import Dovecot


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
def tls_server() -> Iterator[Dovecot]:
    with Dovecot(tls=True) as dovecot:
        yield dovecot
