"""What processes have claimed is given back where they are dead."""

from datetime import datetime

from models import deliveries, mailbox_leases, queue, transcripts
from models.db import Database
from workers.deliver import outgoing
from workers.owner import is_dead


def release_dead(database: Database, own: str, now: datetime) -> None:
    """Give back what dead processes of this machine had claimed; `own` is the name of the one that asks."""
    with database.transaction(gives_way=True) as session:
        owners = queue.owners(session) | outgoing.owners(session) | transcripts.owners(session)
        owners |= deliveries.owners(session) | mailbox_leases.owners(session)
        for owner in owners:
            if is_dead(owner, own):
                for claimed in (queue, outgoing, transcripts, deliveries):
                    claimed.release(session, owner, now)
                mailbox_leases.release(session, owner)
