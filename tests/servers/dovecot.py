"""A private Dovecot (Debian's dovecot-imapd 2.3): one user, mails in a maildir."""

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any

from imapclient import IMAPClient

from tests.servers import free_port, require_binary
from tests.waiting import wait_until

USER = "desk"
PASSWORD = "correct-horse"

_CONFIG = """\
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
disable_plaintext_auth = no
auth_failure_delay = 0
mail_fsync = never
mail_location = maildir:{root}/mail/%u
first_valid_uid = 1
default_internal_user = {internal_user}
default_internal_group = {internal_group}
default_login_user = {login_user}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={root}/mail/%u
}}
service imap-login {{
  chroot = {login_chroot}
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot = {anvil_chroot}
}}
"""
_TLS = """\
ssl_cert = <{root}/certificate.pem
ssl_key = <{root}/key.pem
"""
_BY_TOKEN = """\
auth_mechanisms = plain xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {root}/oauth2.conf
}}
"""
_OAUTH = """\
introspection_mode = auth
introspection_url = {url}/introspect
force_introspection = yes
active_attribute = active
active_value = true
username_attribute = email
username_format = %u
"""


def requires_dovecot() -> str:
    """The path of the server; skips the test where it is not installed."""
    return require_binary("dovecot", "dovecot-imapd")


class Dovecot:
    """The server: `start`, `stop`, `kill`, `freeze`, and `start` again on the same port with the same mails."""

    def __init__(self, tls: bool = False, introspection_url: str = "") -> None:
        self._binary = requires_dovecot()
        self._root = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._root.chmod(0o755)  # the user of the mails is another one than root
        self.port = free_port()
        self.tls_port = free_port() if tls else 0
        self.certificate = self._root / "certificate.pem"
        self._process: subprocess.Popen[bytes] | None = None
        self._mail_uid, self._mail_gid = _mail_owner()
        self._numbers = count(1)
        self._prepare(tls, introspection_url)

    def __enter__(self) -> "Dovecot":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start, and return when the server greets."""
        self._process = subprocess.Popen(
            [self._binary, "-F", "-c", str(self._root / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_until(self._greets)

    def stop(self) -> None:
        """End as a service manager does: every client is told."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End as a power cut does."""
        self._end(signal.SIGKILL)
        # Dovecot waits two minutes before it takes a lock from a process that is no more; the tests do not.
        for lock in self._root.rglob("*.lock"):
            lock.unlink(missing_ok=True)

    def freeze(self) -> None:
        """Keep all connections, answer nothing."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGSTOP)

    def close(self) -> None:
        """End, and remove everything."""
        self.kill()
        shutil.rmtree(self._root)

    def deliver(self, raw: bytes) -> Path:
        """Put a mail into the inbox as a delivery agent does; the file it is in until it is read."""
        name = f"{next(self._numbers):08d}.mail.test"
        written = self._inbox / "tmp" / name
        written.write_bytes(raw)
        os.chown(written, self._mail_uid, self._mail_gid)
        return written.rename(self._inbox / "new" / name)

    def file_of(self, delivered: Path) -> Path:
        """Where a delivered mail is now: the server moves and renames what it has seen."""
        return next(self._inbox.glob(f"*/{delivered.name}*"))

    def append(self, raw: bytes, folder: str = "INBOX", flags: Sequence[bytes] = ()) -> None:
        """Put a mail into a folder by IMAP."""
        with self.client() as client:
            client.append(folder, raw, flags)

    def create(self, folder: str) -> None:
        with self.client() as client:
            client.create_folder(folder)

    def renumber(self) -> None:
        """Give the inbox a new UIDVALIDITY: its mails stay, their UIDs start afresh at 1."""
        self.stop()
        for name in self._inbox.glob("dovecot*"):
            name.unlink()
        self.start()

    def mails(self, folder: str = "INBOX") -> dict[int, frozenset[bytes]]:
        """The flags of the mails in a folder, by UID."""
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            fetched = client.fetch(client.search(), ["FLAGS"])
        return {uid: frozenset(item[b"FLAGS"]) for uid, item in fetched.items()}

    @contextmanager
    def client(self) -> Iterator[Any]:
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10) as client:
            untyped: Any = client
            untyped.login(USER, PASSWORD)
            yield untyped

    @property
    def log(self) -> str:
        return (self._root / "dovecot.log").read_text(encoding="utf-8", errors="replace")

    @property
    def _inbox(self) -> Path:
        return self._root / "mail" / USER

    def _prepare(self, tls: bool, introspection_url: str) -> None:
        for folder in ("cur", "new", "tmp"):
            (self._inbox / folder).mkdir(parents=True)
        for path in [self._root / "mail", *(self._root / "mail").rglob("*")]:
            os.chown(path, self._mail_uid, self._mail_gid)
        config = _CONFIG.format(
            root=self._root,
            ssl="yes" if tls else "no",
            port=self.port,
            tls_port=self.tls_port,
            password=PASSWORD,
            mail_uid=self._mail_uid,
            mail_gid=self._mail_gid,
            **_users(),
        )
        if tls:
            config += _TLS.format(root=self._root)
            _make_certificate(self._root)
        if introspection_url:
            oauth = self._root / "oauth2.conf"
            oauth.write_text(_OAUTH.format(url=introspection_url), encoding="utf-8")
            config = config.replace("passdb {", _BY_TOKEN.format(root=self._root) + "passdb {", 1)
        (self._root / "dovecot.conf").write_text(config, encoding="utf-8")

    def _greets(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"Dovecot ended at once: {self.log}")
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                return connection.recv(4) == b"* OK"
        except OSError:
            return False

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.killpg(process.pid, number)  # its helpers are in its group, and would outlive it
            else:
                process.send_signal(number)
        process.wait(20)
        if number == signal.SIGKILL:
            # A helper that is still dying answers at its socket, and the next master would think it alive.
            for path in (self._root / "run").rglob("*"):
                if path.is_socket():
                    path.unlink(missing_ok=True)


def _mail_owner() -> tuple[int, int]:
    if os.geteuid() != 0:
        return os.getuid(), os.getgid()
    nobody = pwd.getpwnam("nobody")  # Dovecot opens no mail as root
    return nobody.pw_uid, nobody.pw_gid


def _users() -> dict[str, str]:
    """Root gives each helper its own user and a chroot; anyone else can only be himself."""
    if os.geteuid() == 0:
        return {
            "internal_user": "dovecot",
            "internal_group": "dovecot",
            "login_user": "dovenull",
            "login_chroot": "login",
            "anvil_chroot": "empty",
        }
    me = pwd.getpwuid(os.getuid()).pw_name
    group = grp.getgrgid(os.getgid()).gr_name
    return {
        "internal_user": me,
        "internal_group": group,
        "login_user": me,
        "login_chroot": "",
        "anvil_chroot": "",
    }


def _make_certificate(folder: Path) -> None:
    openssl = require_binary("openssl", "openssl")
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    command = [openssl, *request.split(), "-addext", names, "-keyout", "key.pem", "-out", "certificate.pem"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
