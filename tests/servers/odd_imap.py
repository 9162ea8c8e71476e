"""A small IMAP server (RFC 3501) with one account, which a test has answer as some odd server would."""

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple, Protocol

Mails = dict[int, bytes]


class Said(NamedTuple):
    """A command of the client: its name in capitals, "UID FETCH" for example, and the rest of its line."""

    tag: str
    name: str
    rest: str


# Returns the whole answer, or None where the server is to answer as it should; raises Hangup to close the connection.
Oddity = Callable[[Said], bytes | None]


class Hangup(Exception):
    """The server closes the connection; what is given it says before."""

    def __init__(self, last_words: bytes = b"") -> None:
        super().__init__()
        self.last_words = last_words


class _Line(Protocol):
    def sendall(self, data: bytes, /) -> None: ...


class OddImap:
    """Listens on a free port of the loopback. `folders` are mails by UID, `said` is what clients have said."""

    def __init__(self, odd: Oddity = lambda said: None, mails: Mails | None = None) -> None:
        self.odd = odd
        self.folders: dict[str, Mails] = {"INBOX": mails or {}}
        self.uidvalidity = 1
        self.capabilities = "IMAP4rev1 UIDPLUS MOVE"
        self.greeting = b"* OK ready\r\n"
        self.internaldate = "02-Mar-2026 08:30:00 +0800"
        self.spoilt: dict[int, bytes] = {}  # what is answered when the mail with this UID is fetched
        self.said: list[Said] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []

    def __enter__(self) -> "OddImap":
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in [self._listener, *self._open]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def times(self, name: str) -> int:
        """How often clients have said this."""
        return sum(said.name == name for said in self.said)

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self._open.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, connection.makefile("rb") as lines:
            connection.sendall(self.greeting)
            folder = "INBOX"
            for line in lines:
                said = _understood(line)
                self.said.append(said)
                if said.name in ("SELECT", "EXAMINE"):
                    folder = said.rest.strip('" \r\n')
                try:
                    answer = self.odd(said)
                    connection.sendall(answer if answer is not None else self.answer(said, folder))
                except Hangup as end:
                    connection.sendall(end.last_words)
                    return

    def answer(self, said: Said, folder: str = "INBOX") -> bytes:
        """What a server says that is not odd."""
        mails = self.folders.get(folder)
        done = f"{said.tag} OK done\r\n".encode()
        match said.name:
            case "CAPABILITY":
                return f"* CAPABILITY {self.capabilities}\r\n".encode() + done
            case "SELECT" | "EXAMINE" if mails is None:
                return f"{said.tag} NO there is no such folder\r\n".encode()
            case "SELECT" | "EXAMINE":
                return self._selected(mails or {}) + done
            case "UID SEARCH":
                return f"* SEARCH {' '.join(map(str, _named(said.rest, mails or {})))}\r\n".encode() + done
            case "UID FETCH":
                return b"".join(self.fetched(mails or {}, uid, said) for uid in _named(said.rest, mails or {})) + done
            case "IDLE":
                return b"+ idling\r\n"
            case "DONE":
                return f"{said.tag} OK done\r\n".encode()
            case "LIST":
                there = said.rest.split()[-1].strip('"') in self.folders
                return (f'* LIST () "/" {said.rest.split()[-1]}\r\n'.encode() if there else b"") + done
            case "LOGOUT":
                raise Hangup(b"* BYE\r\n" + done)
            case _:
                return done

    def _selected(self, mails: Mails) -> bytes:
        following = max(mails, default=0) + 1
        return (
            f"* {len(mails)} EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen \\Deleted)\r\n"
            f"* OK [UIDVALIDITY {self.uidvalidity}] ids\r\n* OK [UIDNEXT {following}] next\r\n"
        ).encode()

    def fetched(self, mails: Mails, uid: int, said: Said) -> bytes:
        """The answer to FETCH for one mail."""
        number = sorted(mails).index(uid) + 1
        if "SIZE" in said.rest:
            return f"* {number} FETCH (UID {uid} RFC822.SIZE {len(mails[uid])})\r\n".encode()
        if uid in self.spoilt:
            return self.spoilt[uid]
        head = f'* {number} FETCH (UID {uid} INTERNALDATE "{self.internaldate}" BODY[] {{{len(mails[uid])}}}\r\n'
        return head.encode() + mails[uid] + b")\r\n"


_last_tag = threading.local()


def _understood(line: bytes) -> Said:
    text = line.decode("utf-8", "replace").strip()
    if text.upper() == "DONE":
        return Said(getattr(_last_tag, "tag", "*"), "DONE", "")
    tag, _, rest = text.partition(" ")
    _last_tag.tag = tag
    name, _, rest = rest.partition(" ")
    if name.upper() == "UID":
        second, _, rest = rest.partition(" ")
        name = f"UID {second}"
    return Said(tag, name.upper(), rest)


def _named(rest: str, mails: Mails) -> list[int]:
    """The UIDs of the folder that a set like 1,3:5,9:* names."""
    found: set[int] = set()
    named = rest.rpartition("UID ")[2].split("(")[0]
    for low, high in re.findall(r"(\d+)(?::(\d+|\*))?", named):
        top = max(mails, default=0) if high == "*" else int(high or low)
        found.update(uid for uid in mails if min(int(low), top) <= uid <= max(int(low), top))
    return sorted(found)
