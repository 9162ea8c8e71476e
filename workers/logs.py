"""Structured logs: an event name and fields, as readable lines or as JSON. No bodies, no addresses."""

import logging
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

# Message-IDs look the same and are masked with them.
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[\w.-]+\w")
_NUMBER = re.compile(r"(?<![\w+])\+\d{7,15}\b")  # E.164


def mask_addresses(
    _logger: structlog.typing.WrappedLogger, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Replace mail addresses and telephone numbers in every field: servers repeat them in their answers, and errors
    carry those."""
    return {
        name: _NUMBER.sub("<number>", _ADDRESS.sub("<address>", value)) if isinstance(value, str) else value
        for name, value in event.items()
    }


def configure(level: str, form: str) -> None:
    """Send everything that is logged in this process to stderr. `form` is `console` or `json`."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if form == "json":
        last: structlog.typing.Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        last = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            mask_addresses,
            last,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in (
        "dramatiq",
        "uvicorn",
        "uvicorn.access",
        "uvicorn.error",
        "alembic",
        "imapclient",
        "asyncio",
        "twilio",  # it logs each request, text and number with it
    ):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLogger().level))
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
