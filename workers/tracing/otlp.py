"""Traces that go to a collector by OTLP over HTTP, from a thread of their own: one that is away costs no more than the
spans that do not fit into the queue meanwhile."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from workers.tracing.traces import Attribute, Traces, root_id, trace_id

log = logging.getLogger(__name__)

_QUEUE = 8192
_EVERY_MILLISECONDS = 1000.0
_ANSWER_SECONDS = 5.0
# A stop does not wait longer for a collector that says nothing.
_CLOSE_SECONDS = 3.0
_SCOPE = InstrumentationScope("firstline")
_KINDS = {"receive": SpanKind.SERVER, "deliver": SpanKind.CLIENT}
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)


class OtlpTraces(Traces):
    """Sends each span to `url`; `part` and `instance` say which process this is."""

    is_on = True

    def __init__(self, url: str, part: str, instance: str) -> None:
        self._resource = Resource.create(
            {"service.name": "firstline", "service.instance.id": instance, "firstline.part": part}
        )
        self._ids = RandomIdGenerator()
        exporter = _SaidOnce(OTLPSpanExporter(endpoint=url, timeout=_ANSWER_SECONDS), url)
        self._processor = BatchSpanProcessor(
            exporter, max_queue_size=_QUEUE, schedule_delay_millis=_EVERY_MILLISECONDS, max_export_batch_size=512
        )

    @contextmanager
    def timed(self, name: str, report_ids: Sequence[str], **attributes: Attribute) -> Iterator[None]:
        began, fault = time.time_ns(), ""
        try:
            yield
        except BaseException as error:
            fault = type(error).__name__
            raise
        finally:
            ended = time.time_ns()
            for report_id in report_ids:
                self._tell(name, report_id, began, ended, attributes, fault)

    def span(self, name: str, report_ids: Sequence[str], began: int, ended: int, **attributes: Attribute) -> None:
        for report_id in report_ids:
            self._tell(name, report_id, began, ended, attributes)

    def received(self, report_id: str, began: int, ended: int, **attributes: Attribute) -> None:
        self._tell("receive", report_id, began, ended, attributes)

    def close(self) -> None:
        last = threading.Thread(target=self._processor.shutdown, name="traces-close", daemon=True)
        last.start()
        last.join(_CLOSE_SECONDS)

    def _tell(
        self, name: str, report_id: str, began: int, ended: int, attributes: dict[str, Attribute], fault: str = ""
    ) -> None:
        trace, root = trace_id(report_id), root_id(report_id)
        is_root = name == "receive"
        own = SpanContext(trace, root if is_root else self._ids.generate_span_id(), False, _SAMPLED)
        said = {"firstline.report.id": report_id, **{one.replace("__", "."): attributes[one] for one in attributes}}
        span = ReadableSpan(
            name=name,
            context=own,
            parent=None if is_root else SpanContext(trace, root, True, _SAMPLED),
            resource=self._resource,
            attributes=said | ({"error.type": fault} if fault else {}),
            kind=_KINDS.get(name, SpanKind.INTERNAL),
            status=Status(StatusCode.ERROR) if fault else Status(),
            start_time=min(began, ended),
            end_time=ended,
            instrumentation_scope=_SCOPE,
        )
        self._processor.on_end(span)


class _SaidOnce(SpanExporter):
    """Says once that spans are lost, and once that they arrive again."""

    def __init__(self, inner: SpanExporter, url: str) -> None:
        self._inner = inner
        self._url = url
        self._is_lost = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._inner.export(spans)
        is_lost = result is not SpanExportResult.SUCCESS
        if is_lost and not self._is_lost:
            log.warning("traces_lost", extra={"collector": self._url})
        if self._is_lost and not is_lost:
            log.info("traces_arrive", extra={"collector": self._url})
        self._is_lost = is_lost
        return result

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)
