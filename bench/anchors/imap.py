"""The quickest reader of a mailbox: batches of 200 with IMAPClient, a commit each.

`python -m bench.anchors.imap FILE PORT USER PASSWORD` prints the mails a second from the first batch that is durable to
the last.
"""

import sys
import time
from pathlib import Path
from typing import Any

from imapclient import IMAPClient

from bench.anchors.store import add, connect

_BATCH = 200


def _read(client: Any, file: Path) -> float:
    connection = connect(file)
    client.select_folder("INBOX")
    uids = client.search()
    began = 0.0
    for start in range(0, len(uids), _BATCH):
        fetched = client.fetch(uids[start : start + _BATCH], ["BODY.PEEK[]"])
        add(connection, [("", item[b"BODY[]"]) for item in fetched.values()])
        began = began or time.monotonic()
    return (len(uids) - _BATCH) / (time.monotonic() - began)


def main() -> None:
    file, port, user, password = sys.argv[1:]
    with IMAPClient("127.0.0.1", int(port), ssl=False) as client:
        untyped: Any = client
        untyped.login(user, password)
        sys.stdout.write(f"{_read(untyped, Path(file))}\n")


if __name__ == "__main__":
    main()
