"""Health and metrics of a process without the web, for probes and Prometheus."""

from collections.abc import Callable
from dataclasses import dataclass

from console import monitors
from models.settings import Settings
from workers.web import WebServer


@dataclass(frozen=True, slots=True)
class _Watched:
    readiness: Callable[[], dict[str, str]]
    remarks: Callable[[], dict[str, str]]
    metrics: Callable[[], bytes]


def make_monitor(
    settings: Settings,
    readiness: Callable[[], dict[str, str]],
    remarks: Callable[[], dict[str, str]],
    metrics: Callable[[], bytes],
) -> WebServer:
    """The server for it, where the settings name a port."""
    app = monitors.create_app(_Watched(readiness, remarks, metrics))
    return WebServer(app, settings.monitor_host, settings.monitor_port or 0, "monitor")
