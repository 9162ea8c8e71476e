"""Logs: structured, without what customers wrote and without their addresses."""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from workers import logs


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def logged(monkeypatch: pytest.MonkeyPatch, form: str) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("info", form)
    return stream


def test_an_event_is_one_json_object_with_its_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = logged(monkeypatch, "json")

    logging.getLogger("intake").info("report_accepted", extra={"report": "abc", "again": False})

    event = json.loads(stream.getvalue())
    assert event["event"] == "report_accepted"
    assert (event["report"], event["again"], event["level"]) == ("abc", False, "info")


def test_what_has_happened_to_many_is_a_line_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = logged(monkeypatch, "json")

    each = [{"report": "abc", "error": "550 <ann.lee@customer.example>"}, {"report": "def", "error": "none"}]
    logging.getLogger("intake").info("report_accepted", extra={"mailbox": "support", "each": each})

    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(event["event"], event["mailbox"], event["report"], event["error"]) for event in events] == [
        ("report_accepted", "support", "abc", "550 <<address>>"),
        ("report_accepted", "support", "def", "none"),
    ]


def test_what_has_happened_to_none_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = logged(monkeypatch, "json")

    logging.getLogger("intake").info("report_accepted", extra={"each": []})

    assert stream.getvalue() == ""


@pytest.mark.parametrize("form", ["json", "console"])
def test_addresses_in_answers_and_tracebacks_are_masked(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    stream = logged(monkeypatch, form)

    try:
        raise ValueError("550 5.1.1 <ann.lee@customer.example>: no such user, 请拨+8613800138000联系")
    except ValueError as error:
        logging.getLogger("x").error("send_failed", exc_info=error, extra={"error": str(error)})

    assert "ann.lee" not in stream.getvalue()
    assert "550 5.1.1 <<address>>: no such user" in stream.getvalue()
    assert "13800138000" not in stream.getvalue()


def test_what_is_simulated_is_no_news_and_what_others_do_meanwhile_is(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("firstline.test")
    caplog.set_level(logging.INFO)

    with logs.without_news():
        log.info("simulated")
        log.warning("alarming")
        other = threading.Thread(target=log.info, args=("real",))
        other.start()
        other.join()
    log.info("afterwards")

    assert caplog.messages == ["alarming", "real", "afterwards"]
