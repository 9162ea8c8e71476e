"""Whether a broker is there: said once when it goes, once when it is back."""

import logging
import threading
from collections.abc import Iterator

from models import broker_url

log = logging.getLogger(__name__)


class Health:
    """What the thread that speaks with the broker last found out; read by any."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._shown = broker_url.shown(url)
        self._lock = threading.Lock()
        self._problem = "not connected yet"
        self._was_said = False

    @property
    def problem(self) -> str:
        """Empty where the broker is there."""
        with self._lock:
            return self._problem

    def lost(self, error: Exception) -> None:
        """The broker did not do what it was asked."""
        reason = why(self._url, error)
        with self._lock:
            is_news, self._was_said = not self._was_said, True
            self._problem = f"{self._shown} does not answer: {reason}"
        if is_news:
            log.error("broker_lost", extra={"broker": self._shown, "reason": reason})

    def found(self) -> None:
        """The broker did what it was asked."""
        with self._lock:
            is_news, self._was_said, self._problem = self._was_said, False, ""
        if is_news:
            log.info("broker_back", extra={"broker": self._shown})


def why(url: str, error: BaseException) -> str:
    """What went wrong, in one line, without the name and password in `url`. Clients wrap what the system said."""
    inner = next((cause for cause in _causes(error) if isinstance(cause, BaseException)), None)
    if inner is not None:
        return why(url, inner)
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return broker_url.masked(url, said)


def _causes(error: BaseException) -> Iterator[object]:
    """What pika (`exceptions`, `exception`) and Dramatiq (`args`) wrap."""
    yield from getattr(error, "exceptions", ())
    yield getattr(error, "exception", None)
    yield from error.args
