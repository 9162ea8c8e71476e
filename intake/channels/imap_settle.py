"""What happens to a mail in its folder once it is stored: kept, flagged \\Seen, or moved."""

from collections.abc import Sequence

from imapclient import SEEN
from imapclient.exceptions import CapabilityError

from intake.channels.imap_connection import Client

CHUNK = 200


def target_of(after: str) -> str | None:
    """The folder of `move:FOLDER`, else None."""
    return after.removeprefix("move:") if after.startswith("move:") else None


class Settler:
    """What `after` asks for, in one folder. Where a move is a copy and a removal, and the server refuses the second,
    the same mail is not copied again with each try."""

    def __init__(self, after: str) -> None:
        self._after = after
        self._target = target_of(after)
        self._copied: set[int] = set()

    def settle(self, client: Client, uids: Sequence[int]) -> None:
        """Do with these mails of the selected folder as `after` says.

        Raises:
            IMAPClientError: the server does not let us; `breaks_connection` tells how bad that is.
        """
        if self._after == "keep":
            return
        for start in range(0, len(uids), CHUNK):
            chunk = uids[start : start + CHUNK]
            if self._target:
                self._move(client, self._target, chunk)
            else:
                client.add_flags(chunk, [SEEN], silent=True)

    def _move(self, client: Client, target: str, uids: Sequence[int]) -> None:
        if not client.folder_exists(target):
            client.create_folder(target)
        if client.has_capability("MOVE"):
            client.move(uids, target)
        elif client.has_capability("UIDPLUS"):
            if left := [uid for uid in uids if uid not in self._copied]:
                client.copy(left, target)
                self._copied.update(left)
            client.add_flags(uids, [rb"\Deleted"], silent=True)
            client.uid_expunge(uids)
            self._copied.difference_update(uids)
        else:  # a plain EXPUNGE would also remove mails that someone deleted and that are not stored yet
            raise CapabilityError("the server has neither MOVE nor UIDPLUS; set after to seen")
