"""Health and metrics of a process without the web."""

from workers.monitor import make_monitor
from workers.readiness import Readiness
from workers.shared import Shared


def start(shared: Shared, readiness: Readiness) -> int:
    """Listen where the settings say; returns the port.

    Raises:
        Misconfigured: it cannot.
    """
    monitor = make_monitor(shared.settings, readiness.needed, readiness.remarks, shared.metrics.text)
    port = monitor.start()
    shared.stack.callback(monitor.stop)
    return port
