"""One report on its way through two processes, as those see it who look after them: by its
id in their logs, and as one trace."""

import json
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.factories import mail
from tests.servers import free_port
from tests.servers.collector import Collector, collecting
from tests.servers.firstline import ADDRESS, Firstline
from tests.waiting import wait_until
from workers.tracing.traces import trace_id

pytestmark = pytest.mark.long


def start(folder: Path, stack: ExitStack, part: str, **settings: str) -> Firstline:
    """A part in a process of its own, over the data that all of them share."""
    process = Firstline(folder, part, **settings)
    stack.callback(process.kill)
    process.start()
    process.wait_until_it_works()
    return process


def hand_in(process: Firstline, text: str) -> str:
    """Send a mail; returns the id that its report was accepted under."""
    with smtplib.SMTP("127.0.0.1", process.smtp_port, timeout=20) as connection:
        connection.ehlo()
        connection.mail("ann@customer.example")
        connection.rcpt(ADDRESS)
        code, answer = connection.data(mail(text, sender="ann@customer.example"))
    assert code == 250
    return answer.decode("ascii").rpartition(" ")[2]


def lines(process: Firstline, report_id: str) -> list[dict[str, Any]]:
    """What a process has logged about a report."""
    found = (json.loads(line) for line in process.log.read_text("utf-8").splitlines() if line.startswith("{"))
    return [event for event in found if report_id in (event.get("report"), *event.get("reports", ()))]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_the_way_of_a_report_is_in_the_logs_of_two_processes_by_its_id(tmp_path: Path, stack: ExitStack) -> None:
    smtp, worker = start(tmp_path, stack, "smtp"), start(tmp_path, stack, "worker")

    report_id = hand_in(smtp, "The storage controller failed and production is down.")
    wait_until(lambda: "message_sent" in worker.log.read_text("utf-8"), timeout=60)

    assert [event["event"] for event in lines(smtp, report_id)] == ["report_accepted"]
    way = lines(worker, report_id)
    assert [event["event"] for event in way] == ["report_claimed", "report_done", "message_sent"]
    assert [event.get("case") for event in way] == [None, "FL-000001", "FL-000001"]
    assert way[-1]["kind"] == "acknowledgement"
    assert "ann@customer.example" not in smtp.log.read_text("utf-8") + worker.log.read_text("utf-8")


def test_the_way_of_a_report_is_one_trace_over_two_processes(tmp_path: Path, stack: ExitStack) -> None:
    collector = stack.enter_context(collecting())
    smtp = start(tmp_path, stack, "smtp", traces_url=collector.url)
    start(tmp_path, stack, "worker", traces_url=collector.url)

    report_id = hand_in(smtp, "The storage controller failed and production is down.")
    wait_until(lambda: {"receive", "deliver"} <= names(collector, report_id), timeout=60)

    told = collector.trace(trace_id(report_id))
    root = next(one.span for one in told if one.span.name == "receive")
    assert {one.part for one in told} == {"smtp", "worker"}
    assert [one.part for one in told if one.span.name in ("receive", "accept")] == ["smtp", "smtp"]
    assert {one.span.name for one in told} == {
        *("receive", "accept", "wait in queue", "parse", "vouch", "look up", "filter and thread", "hear", "classify"),
        *("review", "recognise", "decide", "prepare", "compose", "commit", "wait to be sent", "deliver"),
    }
    assert root.parent_span_id == b""
    assert {one.span.parent_span_id for one in told if one.span is not root} == {root.span_id}
    assert len({one.span.span_id for one in told}) == len(told)
    assert "customer.example" not in str(told)


def test_a_collector_that_is_away_keeps_no_report_from_its_acknowledgement(tmp_path: Path, stack: ExitStack) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/v1/traces"
    whole = start(tmp_path, stack, "up", traces_url=nowhere, processes="0")  # each process says it once

    report_id = hand_in(whole, "The storage controller failed and production is down.")
    wait_until(lambda: "message_sent" in whole.log.read_text("utf-8"), timeout=60)
    wait_until(lambda: "traces_lost" in whole.log.read_text("utf-8"), timeout=60)

    assert lines(whole, report_id)[-1]["event"] == "message_sent"
    assert whole.log.read_text("utf-8").count("traces_lost") == 1
    assert whole.stop() == 0


def test_where_nothing_is_traced_nothing_is_imported_for_it() -> None:
    # FastAPI looks for OpenTelemetry's interface by itself; what sends is the SDK.
    look = "import sys, workers.service; print({'opentelemetry.sdk', 'google.protobuf'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def names(collector: Collector, report_id: str) -> set[str]:
    return {one.span.name for one in collector.trace(trace_id(report_id))}
