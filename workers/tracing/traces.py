"""What the parts of a process tell of a report on its way; here nobody listens.

A trace is one report. Its id, and that of its first span, follow from the report's id: processes agree on them without
telling each other, and whoever knows the report finds the trace.
"""

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from models.errors import Misconfigured

Attribute = str | int | bool


def trace_id(report_id: str) -> int:
    """The 128 bits of the report's trace."""
    return int.from_bytes(hashlib.sha256(b"trace " + report_id.encode()).digest()[:16], "big")


def root_id(report_id: str) -> int:
    """The 64 bits of the trace's first span, which all others hang on."""
    return int.from_bytes(hashlib.sha256(b"root " + report_id.encode()).digest()[:8], "big")


def nanoseconds(moment: datetime) -> int:
    """The time as spans have it."""
    return int(moment.timestamp() * 1_000_000) * 1000


class Traces:
    """Nothing is traced. Times are in nanoseconds since 1970; attributes hold no personal data."""

    is_on = False

    def timed(self, name: str, report_ids: Sequence[str], **attributes: Attribute) -> AbstractContextManager[None]:
        """A span of each of these reports for as long as the block lasts; an error that leaves it is noted by type."""
        return nullcontext()

    def span(self, name: str, report_ids: Sequence[str], began: int, ended: int, **attributes: Attribute) -> None:
        """A span of each of these reports that is over."""

    def received(self, report_id: str, began: int, ended: int, **attributes: Attribute) -> None:
        """The first span of a report: it has come in."""

    def close(self) -> None:
        """Send what was told, as far as that is quick."""


def make_traces(url: str, part: str, instance: str) -> Traces:
    """Traces that go to that OTLP/HTTP address; none where it is empty.

    Raises:
        Misconfigured: what sends them is not installed.
    """
    if not url:
        return Traces()
    try:
        from workers.tracing.otlp import OtlpTraces  # noqa: PLC0415 - costs nobody who does not trace
    except ImportError as error:
        raise Misconfigured("traces_url needs more packages: pip install 'firstline[tracing]'") from error
    return OtlpTraces(url, part, instance)
