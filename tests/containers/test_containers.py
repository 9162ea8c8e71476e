"""Both images and the systemd units, built and run with the rights that they are shipped with. Needs root, a network
that has Debian's and Python's packages, and minutes: `make containers`."""

import os
import re
import smtplib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.containers.store import Store, rights
from tests.factories import mail
from tests.servers import free_port
from tests.servers.sink import Sink
from tests.shipping.deployed import DEPLOY, documents
from tests.waiting import wait_until

pytestmark = pytest.mark.timeout(3000)

SERVICES = documents(DEPLOY / "compose" / "compose.yaml")[0]["services"]
OURS, POSTFIX, WITH_SYSTEMD = "localhost/firstline:tried", "localhost/postfix:tried", "localhost/systemd:tried"
ADDRESS = "support@desk.example"
UNITS = ("firstline-smtp", "firstline-web", "firstline-timers", "firstline-poll", "firstline-worker@1")


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    if os.geteuid() != 0:
        pytest.skip("images are built, and run with their rights, by root only")
    with tempfile.TemporaryDirectory(prefix="images-", dir="/var/tmp") as name:  # gigabytes: not in memory
        store = Store(Path(name))
        container, postfix = DEPLOY / "container" / "Dockerfile", DEPLOY / "compose" / "postfix" / "Dockerfile"
        python = re.findall(r"^ARG PYTHON=(\S+)", container.read_text("utf-8"), re.M)[0]
        debian = re.findall(r"^FROM (\S+)", postfix.read_text("utf-8"), re.M)[0]
        store.take_for(f"docker.io/library/python:{python}", f"docker.io/library/{debian}")
        store.build(OURS, container, DEPLOY.parent)
        store.build(POSTFIX, postfix, postfix.parent)
        yield store


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    yield sink
    sink.stop()


class Ports:
    """Free ones for a desk, and the settings that say so."""

    def __init__(self, sink: Sink) -> None:
        self.smtp, self.web = free_port(), free_port()
        self.settings = {
            "FIRSTLINE_ADDRESSES": ADDRESS,
            "FIRSTLINE_RELAY_HOST": "127.0.0.1",
            "FIRSTLINE_RELAY_PORT": str(sink.port),
            "FIRSTLINE_SMTP_PORT": str(self.smtp),
            "FIRSTLINE_WEB_PORT": str(self.web),
            "FIRSTLINE_MONITOR_PORT": str(free_port()),
        }

    def is_ready(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.web}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def write(self, number: int) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=60) as client:
            client.sendmail("ann@customer.example", [ADDRESS], mail(message_id=f"<{number}@customer.example>"))


def answered(sink: Sink) -> int:
    return sum(message["To"] == "ann@customer.example" for message in sink.mails)


def test_our_image_answers_mail_with_the_rights_of_the_compose_file(store: Store, sink: Sink) -> None:
    ports = Ports(sink)
    settings = tuple(f"--env={name}={value}" for name, value in ports.settings.items())

    with store.running("firstline", OURS, "up", options=(*rights(SERVICES["worker"]), *settings)):
        wait_until(ports.is_ready, timeout=120)
        ports.write(1)
        wait_until(lambda: answered(sink) == 1, timeout=60)

        assert store.podman("exec", "firstline", "id", "-u").strip() == "10001"
        assert "FL-000001" in store.podman("exec", "firstline", "firstline", "case", "list")
        with pytest.raises(AssertionError, match="Read-only file system"):
            store.podman("exec", "firstline", "touch", "/etc/mine")
        store.podman("stop", "--time", "45", "firstline")
        assert store.podman("inspect", "--format", "{{.State.ExitCode}}", "firstline").strip() == "0"


def test_postfix_sends_with_the_rights_of_the_compose_file(store: Store, sink: Sink, tmp_path: Path) -> None:
    port = free_port()
    settings = tmp_path / "main.cf"
    ours = (DEPLOY / "compose" / "postfix" / "main.cf").read_text("utf-8")
    # Port 25 may be taken here.
    own = f"relayhost = [127.0.0.1]:{sink.port}\nknown_tcp_ports = smtp={port}\n"
    settings.write_text(ours + own, "utf-8")
    given = (f"--volume={settings}:/etc/postfix/main.cf:ro",)

    with store.running("postfix", POSTFIX, options=(*rights(SERVICES["postfix"]), *given)):
        wait_until(lambda: "daemon started" in store.podman("logs", "postfix"), timeout=60)
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            client.sendmail(ADDRESS, ["ann@customer.example"], mail())

        wait_until(lambda: len(sink.mails) == 1, timeout=60)
        assert "fatal" not in store.podman("logs", "postfix")


def test_the_units_run_under_systemd_and_what_is_killed_is_started_again(store: Store, sink: Sink) -> None:
    ports = Ports(sink)
    del ports.settings["FIRSTLINE_MONITOR_PORT"]  # one for each part, or none
    make_machine(store, ports.settings)

    with store.running("machine", WITH_SYSTEMD, "/sbin/init", options=("--privileged", "--systemd=always")):
        wait_until(lambda: is_up(store), timeout=120)
        systemctl(store, "start", "firstline.target", *UNITS)
        wait_until(ports.is_ready, timeout=120)
        ports.write(1)
        wait_until(lambda: answered(sink) == 1, timeout=60)

        systemctl(store, "kill", "--signal=KILL", *UNITS)
        wait_until(lambda: "NRestarts=1" in systemctl(store, "show", "--property=NRestarts", "firstline-worker@1"), 60)
        wait_until(ports.is_ready, timeout=120)
        ports.write(2)
        wait_until(lambda: answered(sink) == 2, timeout=120)
        assert systemctl(store, "is-active", *UNITS).split() == ["active"] * len(UNITS)


def make_machine(store: Store, settings: dict[str, str]) -> None:
    """An image with systemd, the program where the units expect it, and the units."""
    container = store.buildah("from", "--pull-never", OURS).strip()
    install = "apt-get update -qq && apt-get install -y -qq --no-install-recommends systemd systemd-sysv dbus"
    store.buildah("run", "--isolation", "chroot", "--user", "root", container, "--", "sh", "-c", install)
    for path in sorted((DEPLOY / "systemd").iterdir()):
        if path.suffix != ".env":
            store.buildah("copy", "--quiet", container, str(path), f"/etc/systemd/system/{path.name}")
    lines = "".join(f"{name}={value}\\n" for name, value in settings.items())
    write = f"printf '{lines}' > /etc/firstline/firstline.env"
    store.buildah("run", "--isolation", "chroot", "--user", "root", container, "--", "sh", "-c", write)
    store.buildah("config", "--entrypoint", "[]", "--cmd", "", "--user", "root", "--workingdir", "/", container)
    store.buildah("commit", "--quiet", container, WITH_SYSTEMD)
    store.buildah("rm", container)


def is_up(store: Store) -> bool:
    try:
        return systemctl(store, "is-active", "basic.target").strip() == "active"
    except AssertionError:
        return False


def systemctl(store: Store, *arguments: str) -> str:
    return store.podman("exec", "machine", "systemctl", "--no-pager", *arguments)
