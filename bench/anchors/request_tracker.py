"""Request Tracker 5 as Debian packages it, with PostgreSQL and two of its web processes; mail comes in as rt-mailgate
hands it over, and goes out by SMTP on a kept connection."""

import os
import subprocess
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.anchors.process import installed
from bench.figures import NotHere
from bench.mails import mail
from tests.servers import free_port
from tests.servers.postgres import PASSWORD, USER, Postgres
from tests.waiting import wait_until

_SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
_SET_UP = "/usr/sbin/rt-setup-database-5"
_WORKERS = 2
_CONFIG = """\
use Net::SMTP;
my $relay;
Set($rtname, 'bench');
Set($Organization, 'bench.example');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($WebPath, '');
Set($CorrespondAddress, 'support@firstline.example');
Set($CommentAddress, 'comment@firstline.example');
Set($DatabaseType, 'Pg');
Set($DatabaseHost, '127.0.0.1');
Set($DatabasePort, '{database_port}');
Set($DatabaseName, '{name}');
Set($DatabaseUser, '{user}');
Set($DatabasePassword, '{password}');
Set($DatabaseAdmin, '{user}');
Set($LogToFile, undef);
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'critical');
Set($MailCommand, sub {{
    my ($entity) = @_;
    $relay //= Net::SMTP->new('127.0.0.1', Port => {relay_port});
    my ($to) = $entity->head->get('To') =~ /([^\\s<>"]+\\@[^\\s<>"]+)/;
    $relay->mail('support@firstline.example') and $relay->to($to) and $relay->data($entity->as_string);
    return 1;
}});
1;
"""
_RIGHTS = """\
@ACL = map {{ GroupDomain => 'SystemInternal', GroupType => 'Everyone', Queue => 'General', Right => $_ }}
    qw(CreateTicket ReplyToTicket SeeQueue);
1;
"""


@dataclass(frozen=True, slots=True)
class RequestTracker:
    """Set up and listening; `pids` are those of its server and of its database."""

    pids: tuple[int, ...]
    port: int

    def take(self, first: int, count: int) -> None:
        """Hand these mails over, as many at a time as there are processes to take them."""
        with ThreadPoolExecutor(_WORKERS) as pool:
            list(pool.map(self._hand_over, range(first, first + count)))

    def _hand_over(self, number: int) -> None:
        fields = {
            "queue": "General",
            "action": "correspond",
            "message": mail(number, 0, "bench"),
            "SessionType": "REST",
        }
        url = f"http://127.0.0.1:{self.port}/REST/1.0/NoAuth/mail-gateway"
        with urllib.request.urlopen(url, urllib.parse.urlencode(fields).encode(), timeout=60) as response:
            answer = response.read().decode("utf-8", "replace")
        if "not ok" in answer or "ok" not in answer:
            raise RuntimeError(f"Request Tracker answered {answer[:200]}")


@contextmanager
def request_tracker(relay_port: int) -> Iterator[RequestTracker]:
    """Raises NotHere where it or PostgreSQL is not installed."""
    if not _SERVER.exists():
        raise NotHere("Request Tracker 5 is not installed; on Debian: apt-get install request-tracker5 rt5-standalone")
    with installed():
        database = Postgres(fsync="on", full_page_writes="on")
    with database, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environment = _configured(Path(folder), database, relay_port)
        port = int(environment["BENCH_PORT"])
        process = subprocess.Popen(
            [_SERVER, "--port", str(port), "--host", "127.0.0.1", "--max-workers", str(_WORKERS)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until(lambda: _answers(port), timeout=60)
            yield RequestTracker((process.pid, database.pid), port)
        finally:
            process.terminate()
            process.wait(30)


def _configured(folder: Path, database: Postgres, relay_port: int) -> dict[str, str]:
    """Write its settings and make its tables; the environment in which it finds them."""
    port, name = free_port(), database.create()
    values = {"port": port, "database_port": database.port, "name": name, "user": USER, "password": PASSWORD}
    (folder / "RT_SiteConfig.pm").write_text(_CONFIG.format(**values, relay_port=relay_port), "utf-8")
    (folder / "rights").write_text(_RIGHTS, "utf-8")
    (folder / "more").mkdir()
    found = {"RT_SITE_CONFIG": str(folder / "RT_SiteConfig.pm"), "RT_SITE_CONFIG_DIR": str(folder / "more")}
    environment = os.environ | found | {"BENCH_PORT": str(port)}
    dba = ("--dba", USER, "--dba-password", PASSWORD)
    for action in (("init", "--skip-create"), ("insert", "--datafile", str(folder / "rights"))):
        done = subprocess.run(
            [_SET_UP, "--action", *action, *dba], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NotHere(f"Request Tracker could not be set up: {(done.stderr or done.stdout).strip()[-300:]}")
    return environment


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as response:
            return bool(response.status == 200)
    except OSError:
        return False
