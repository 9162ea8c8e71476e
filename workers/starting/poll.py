"""The part that reads mailboxes."""

from intake.channels.imap import MailboxPoller
from intake.channels.imap_turn import Turn
from workers.basics import utc_now
from workers.pollers import Pollers
from workers.shared import Shared


def start(shared: Shared) -> None:
    """Read the mailboxes of the settings, each where it is this process's turn."""
    if not shared.settings.imap:
        return
    database, accept = shared.database, shared.acceptor.accept_fetched
    pollers = Pollers(
        [
            MailboxPoller(account, database, accept, utc_now, Turn(database, account.name, shared.owner))
            for account in shared.settings.imap
        ]
    )
    pollers.start()
    shared.stack.callback(pollers.stop)
