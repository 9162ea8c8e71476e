"""What `firstline doctor` says about the broker."""

from models import broker_url
from models.errors import FirstlineError
from workers.brokers.carrier import make_carrier
from workers.brokers.health import why
from workers.sweep import PERIOD_SECONDS


def check(url: str) -> str:
    """The state of the broker at that address, or what it means that there is none.

    Raises:
        FirstlineError: it does not answer, refuses the log-in, or has no room.
    """
    if not url:
        return (
            "none set: parts in one process wake each other; a worker in a process of its own "
            f"finds work within {PERIOD_SECONDS:.0f} s"
        )
    carrier = make_carrier(url)
    try:
        version = carrier.version()
        carrier.probe()
        return f"{broker_url.shown(url)}, {version}"
    except Exception as error:
        raise FirstlineError(
            f"{broker_url.shown(url)} takes no wake-ups: {why(url, error)}; until it does, workers find work within "
            f"{PERIOD_SECONDS:.0f} s; see that it runs and has room, and that FIRSTLINE_BROKER_URL is right"
        ) from error
    finally:
        carrier.close()
