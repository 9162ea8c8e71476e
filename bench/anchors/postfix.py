"""Postfix that takes mails into its own queue and leaves them there, set so that it is at its best."""

from collections.abc import Iterator
from contextlib import contextmanager

from bench.anchors.process import Running, installed
from tests.servers.postfix import Postfix

# On hold they cost no second queue; without the delay nobody waits for a delivery that does not happen.
_SETTINGS = """\
smtpd_sender_restrictions = static:HOLD
in_flow_delay = 0
"""


@contextmanager
def postfix() -> Iterator[Running]:
    """Raises NotHere where it is not installed, or this is not run as root."""
    with installed():
        server = Postfix(_SETTINGS)
    with server:
        yield Running(server.master, server.port)
