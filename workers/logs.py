"""Structured logs: an event name and fields, as readable lines or as JSON. No bodies, no addresses.

What has happened to many at once is logged at once, with the fields of each: `extra={"each": [{...}, {...}]}` is a line
for each of them, written together.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from structlog.dev import ConsoleRenderer

# Message-IDs look the same and are masked with them.
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[\w.-]+\w")
_NUMBER = re.compile(r"(?<![\w+])\+\d{7,15}\b", re.ASCII)  # E.164


# What every record has; the rest are the fields that were given with it.
_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({})))
Event = dict[str, Any]


class _Formatter(logging.Formatter):
    """A record as `render` writes its event."""

    def __init__(self, render: Callable[[Event], str]) -> None:
        super().__init__()
        self._render = render

    def format(self, record: logging.LogRecord) -> str:
        event = {"event": record.getMessage(), "level": record.levelname.lower(), "logger": record.name}
        given = {name: value for name, value in vars(record).items() if name not in _OF_EVERY_RECORD}
        when = {"timestamp": f"{datetime.fromtimestamp(record.created, UTC).replace(tzinfo=None).isoformat()}Z"}
        if record.exc_info:
            when["exception"] = self.formatException(record.exc_info)
        return "\n".join(self._line(event | given | one | when) for one in given.pop("each", ({},)))

    def _line(self, event: Event) -> str:
        return self._render({name: _masked(value) for name, value in event.items()})


def _masked(value: object) -> object:
    """Without mail addresses and telephone numbers: servers repeat them in their answers, and errors carry those."""
    if not isinstance(value, str):
        return value
    if "@" in value:
        value = _ADDRESS.sub("<address>", value)
    return _NUMBER.sub("<number>", value) if "+" in value else value


_JSON = json.JSONEncoder(ensure_ascii=False, default=repr)


def _to_json(event: Event) -> str:
    return _JSON.encode(event)


def _to_console(event: Event) -> str:
    return str(_console()(None, "", event))


@lru_cache(maxsize=1)
def _console() -> "ConsoleRenderer":
    from structlog.dev import ConsoleRenderer  # noqa: PLC0415 - takes a tenth of a second, and most commands log nothing

    return ConsoleRenderer(colors=sys.stderr.isatty())


def configure(level: str, form: str) -> None:
    """Send everything that is logged in this process to stderr. `form` is `console` or `json`."""
    # Nobody reads them, and to find them out takes half the time of a line.
    logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # as the logging HOWTO says under "Optimization"
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(lambda record: getattr(record, "each", None) != [])  # nothing has happened to none
    handler.setFormatter(_Formatter(_to_json if form == "json" else _to_console))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in (
        "dramatiq",
        "uvicorn",
        "uvicorn.access",
        "alembic",
        "imapclient",
        "asyncio",
        "twilio",  # it logs each request, text and number with it
    ):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLogger().level))
    # Of each request of a port scanner that is none, it warns.
    logging.getLogger("uvicorn.error").setLevel(max(logging.ERROR, logging.getLogger().level))
    # They say at each try, and in pages, what workers.brokers and workers.tracing say once.
    for repetitive in ("pika", "psycopg.pool", "dramatiq_postgres", "opentelemetry"):
        logging.getLogger(repetitive).setLevel(logging.CRITICAL)


@contextmanager
def without_news() -> Iterator[None]:
    """While it lasts, nothing less than a warning is logged of what this thread does: a report that is only simulated
    is no news of the desk."""
    own, handlers = threading.get_ident(), list(logging.getLogger().handlers)

    def is_news(record: logging.LogRecord) -> bool:
        return record.thread != own or record.levelno >= logging.WARNING

    for handler in handlers:
        handler.addFilter(is_news)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(is_news)
