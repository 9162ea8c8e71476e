"""What happens to a mail in its folder once it is stored: kept, flagged \\Seen, or moved."""

from collections.abc import Sequence

from imapclient import SEEN
from imapclient.exceptions import CapabilityError

from intake.channels.imap_connection import Client

CHUNK = 200


def target_of(after: str) -> str | None:
    """The folder of `move:FOLDER`, else None."""
    return after.removeprefix("move:") if after.startswith("move:") else None


def settle(client: Client, after: str, uids: Sequence[int]) -> None:
    """Do with these mails of the selected folder as `after` says.

    Raises:
        IMAPClientError: the server does not let us; `breaks_connection` tells how bad that is.
    """
    if after == "keep":
        return
    for start in range(0, len(uids), CHUNK):
        chunk = uids[start : start + CHUNK]
        if target := target_of(after):
            _move(client, target, chunk)
        else:
            client.add_flags(chunk, [SEEN], silent=True)


def _move(client: Client, target: str, uids: Sequence[int]) -> None:
    if not client.folder_exists(target):
        client.create_folder(target)
    if client.has_capability("MOVE"):
        client.move(uids, target)
    elif client.has_capability("UIDPLUS"):
        client.copy(uids, target)
        client.add_flags(uids, [rb"\Deleted"], silent=True)
        client.uid_expunge(uids)
    else:  # a plain EXPUNGE would also remove mails that someone deleted and that are not stored yet
        raise CapabilityError("the server has neither MOVE nor UIDPLUS; set after to seen")
