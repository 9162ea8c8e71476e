"""Postfix as the compose file starts it, with no more rights than it has there. Needs root, as Postfix does."""

import os
import re
import shutil
import signal
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import mail
from tests.servers import free_port, require_binary
from tests.servers.sink import Sink
from tests.shipping.deployed import DEPLOY, documents
from tests.waiting import wait_until

COMPOSE = DEPLOY / "compose"
SERVICE = documents(COMPOSE / "compose.yaml")[0]["services"]["postfix"]
SHIPPED = Path("/usr/share/postfix/master.cf.dist")  # Debian's; the image has the same


@pytest.fixture
def root() -> Iterator[Path]:
    """A folder into which the user of Postfix can go."""
    if os.geteuid() != 0:
        pytest.skip("Postfix starts as root only")
    root = Path(tempfile.mkdtemp(prefix="postfix-"))
    root.chmod(0o755)
    for name in ("conf", "spool", "data"):
        (root / name).mkdir()
    shutil.chown(root / "data", "postfix")  # as a new volume is, which has the owner of what it covers in the image
    yield root
    shutil.rmtree(root)


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    yield sink
    sink.stop()


def configured(root: Path, sink: Sink, port: int) -> Path:
    """Our main.cf, Debian's master.cf, and what the Dockerfile changes in that."""
    conf = root / "conf"
    own = f"queue_directory = {root}/spool\ndata_directory = {root}/data\nrelayhost = [127.0.0.1]:{sink.port}\n"
    (conf / "main.cf").write_text((COMPOSE / "postfix" / "main.cf").read_text("utf-8") + own, "utf-8")
    services = re.sub(r"^smtp(?= +inet)", f"127.0.0.1:{port}", SHIPPED.read_text("utf-8"), flags=re.M)
    (conf / "master.cf").write_text(services, "utf-8")
    edits = re.findall(r"postconf -F '([^']+)'", (COMPOSE / "postfix" / "Dockerfile").read_text("utf-8"))
    subprocess.run([require_binary("postconf", "postfix"), "-c", str(conf), "-F", *edits], check=True)
    return conf


def test_with_the_rights_of_its_container_it_sends_what_it_takes(root: Path, sink: Sink) -> None:
    port = free_port()
    conf = configured(root, sink, port)
    kept = ",".join(f"+{name.lower()}" for name in SERVICE["cap_add"])
    limited = ["setpriv", f"--bounding-set=-all,{kept}", "--inh-caps=-all", "--no-new-privs"]
    log = root / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*limited, require_binary("postfix", "postfix"), "-c", str(conf), "start-fg"],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: "daemon started" in log.read_text("utf-8"), timeout=30)
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
            client.sendmail("support@desk.example", ["ann@customer.example"], mail(message_id="<out@desk.example>"))

        wait_until(lambda: [one["Message-ID"] for one in sink.mails] == ["<out@desk.example>"], timeout=30)
        assert "fatal" not in log.read_text("utf-8")
    finally:
        master = int((root / "spool" / "pid" / "master.pid").read_text())  # it has a session of its own
        os.kill(master, signal.SIGTERM)
        process.wait(timeout=30)


def test_what_it_writes_to_is_its_own() -> None:
    written = {volume.split(":")[1] for volume in SERVICE["volumes"] if not volume.startswith("./")}

    assert written == {"/var/spool/postfix", "/var/lib/postfix"}
    # A tmpfs belongs to root, and the master writes there as another user.
    assert SERVICE["tmpfs"] == ["/tmp"]
