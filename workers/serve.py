"""Runs the parts of one process until it is told to stop."""

import logging
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from models.settings import Settings
from workers.garbage import collect_seldom, spare_garbage_collector
from workers.listening import shown
from workers.pool.spawn import Spawned, count_of, spawn

if TYPE_CHECKING:
    from workers.service import Service

log = logging.getLogger(__name__)

# How long a thread that computes keeps the interpreter from those that wait for it. Until a mail is answered it is
# waited for some twenty times: by the usual 5 ms most of the wait for an answer beside a busy worker.
_SWITCH_SECONDS = 0.0005


def serve(settings: Settings, part: str | None) -> None:
    """Run one part, or everything where `part` is None; returns after SIGINT or SIGTERM, or when the terminal that
    it was started in is closed, unless nohup keeps that from it.

    Raises:
        Misconfigured: it cannot be started with these settings.
    """
    stopping = threading.Event()
    is_under_nohup = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    for number in (signal.SIGINT, signal.SIGTERM) if is_under_nohup else (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    sys.setswitchinterval(_SWITCH_SECONDS)
    collect_seldom()
    spawned = spawn(count) if part is None and (count := count_of(settings)) else None
    try:
        service = _make_service(settings, part, spawned)
        ports = service.start()
    except BaseException:
        if spawned:
            spawned.end()
        raise
    spare_garbage_collector()
    _say(settings, "part_started", _where(settings, ports, part))
    stopping.wait()
    _say(settings, "part_stopping", ["stopping: finishing what was accepted"])
    service.stop()


def _make_service(settings: Settings, part: str | None, spawned: Spawned | None) -> "Service":
    from workers.service import Part, Service  # noqa: PLC0415 - the worker processes load beside it

    if part is None:
        return Service(settings, spawned=spawned)
    return Service(settings, frozenset({Part(part)}))


def _where(settings: Settings, ports: Mapping[str, int], part: str | None) -> list[str]:
    """What listens where, and where the data lies."""
    lines = []
    if "smtp" in ports:
        taken = ", ".join(settings.addresses) or "nobody yet: set FIRSTLINE_ADDRESSES"
        lines.append(f"{settings.smtp_protocol.upper()} on {shown(settings.smtp_host, ports['smtp'])} for {taken}")
    for account in settings.imap:
        lines.append(f"mailbox {account.name}: {', '.join(account.folders)} at {account.host}:{account.port}")
    if part == "poll" and not settings.imap:
        lines.append("no mailbox is set, so none is read: write [[imap]] into firstline.toml, see docs/settings.md")
    if "web" in ports:
        token = "" if settings.api_token else f" (API token in {settings.data / 'api_token'})"
        lines.append(f"web on http://{shown(settings.web_host, ports['web'])}{token}")
    if "monitor" in ports:
        lines.append(f"health and metrics on http://{shown(settings.monitor_host, ports['monitor'])}")
    relay = f"{settings.relay_host}:{settings.relay_port}" if settings.relay_host else ""
    lines.append(f"acknowledgements through {relay}" if relay else f"acknowledgements to {settings.data / 'outbox'}")
    lines.append(f"data in {settings.data}; ready")
    return lines


def _say(settings: Settings, event: str, lines: list[str]) -> None:
    """To whoever has started it; where programs read the log, as a line of that. Who read it may be gone, or the disk
    it is written to full: that keeps nobody from taking mail, or from finishing what was accepted."""
    if settings.log_format == "json":
        log.info(event, extra={"says": lines})
        return
    with suppress(OSError):
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
