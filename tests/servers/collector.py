"""A collector of OpenTelemetry traces: takes OTLP over HTTP, protobuf, and keeps the spans."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass(frozen=True, slots=True)
class Told:
    """A span, and the part whose process told it."""

    part: str
    span: Span


class Collector:
    """Listens at `url`."""

    def __init__(self) -> None:
        self._told: list[Told] = []
        self._lock = threading.Lock()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                collector.take(gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body)
                self.send_response(200)
                self.send_header("content-type", "application/x-protobuf")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/traces"

    def take(self, body: bytes) -> None:
        request = ExportTraceServiceRequest.FromString(body)
        with self._lock:
            for group in request.resource_spans:
                said = {one.key: one.value.string_value for one in group.resource.attributes}
                for scope in group.scope_spans:
                    self._told += [Told(said["firstline.part"], span) for span in scope.spans]

    def trace(self, trace_id: int) -> list[Told]:
        """The spans of a trace, in the order in which they began."""
        with self._lock:
            mine = [one for one in self._told if int.from_bytes(one.span.trace_id, "big") == trace_id]
        return sorted(mine, key=lambda one: (one.span.start_time_unix_nano, -one.span.end_time_unix_nano))


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector for as long as the block lasts."""
    collector = Collector()
    thread = threading.Thread(target=collector.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        collector.server.shutdown()
        thread.join()
        collector.server.server_close()
