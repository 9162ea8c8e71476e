"""The endpoint that is told to stop: a mail under way is finished, whoever is idle is sent away."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest

from intake.accept import Acceptor
from models.queue import NewReport
from models.values import Receipt
from tests.factories import mail
from tests.intake.conftest import Serving, Stored
from tests.intake.wire import Wire
from tests.waiting import wait_until

Read = Callable[[], list[Stored]]
GOODBYE = "421 4.3.2 shutting down, try again later"


@contextmanager
def stopping(serving: Serving, grace_seconds: float = 20) -> Iterator[threading.Thread]:
    """stop() at work in another thread; at the end of the block it must have returned."""
    thread = threading.Thread(target=serving.endpoint.stop, args=(grace_seconds,))
    with Wire(serving.port) as witness:
        witness.greets()
        thread.start()
        assert witness.answer() == GOODBYE
        assert witness.answer() == ""
    yield thread
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_a_mail_under_way_gets_its_250_and_is_stored_and_then_a_goodbye(
    serve: Callable[..., Serving], stored: Read
) -> None:
    serving = serve()
    with Wire(serving.port) as wire:
        wire.greets()
        wire.starts_mail()
        wire.send(b"Subject: half\r\n\r\none")

        with stopping(serving):
            wire.send(b" two\r\n.\r\n")
            answers = [wire.answer(), wire.answer(), wire.answer()]

    assert answers == [f"250 2.0.0 accepted as {stored()[0].id}", GOODBYE, ""]
    assert stored()[0].content == b"Subject: half\r\n\r\none two\r\n"


@pytest.mark.parametrize("said", [[], [b"EHLO x"], [b"EHLO x", b"MAIL FROM:<a@b.example>"]])
def test_a_client_with_no_mail_under_way_is_sent_away_at_once(serve: Callable[..., Serving], said: list[bytes]) -> None:
    serving = serve()
    with Wire(serving.port) as wire:
        wire.answer()
        wire.says(*said)

        with stopping(serving):
            answers = [wire.answer(), wire.answer()]

    assert answers == [GOODBYE, ""]


def test_a_mail_refused_during_the_shutdown_does_not_hold_it_up(
    serve: Callable[..., Serving], acceptor: Acceptor
) -> None:
    serving = serve()
    with Wire(serving.port) as wire:
        wire.greets()
        wire.starts_mail()

        with stopping(serving):
            acceptor.close()
            wire.send(mail() + b"\r\n.\r\n")
            answers = [wire.answer(), wire.answer()]

    assert answers == ["451 4.3.0 please try again later", GOODBYE]


def test_a_sender_that_never_ends_its_mail_is_cut_off_after_the_grace(
    serve: Callable[..., Serving], stored: Read
) -> None:
    serving = serve()
    with Wire(serving.port) as wire:
        wire.greets()
        wire.starts_mail()
        wire.send(b"Subject: never\r\n\r\nends")
        begin = time.monotonic()

        serving.endpoint.stop(grace_seconds=0.3)

        assert 0.3 <= time.monotonic() - begin < 5
        assert wire.answer() == ""
    assert stored() == []


def test_a_report_that_is_committed_after_the_endpoint_is_gone_disturbs_nobody(serve: Callable[..., Serving]) -> None:
    waiting: Future[Receipt] = Future()
    waiting.set_running_or_notify_cancel()
    handed_over = threading.Event()

    def submit(report: NewReport) -> "Future[Receipt]":
        handed_over.set()
        return waiting

    serving = serve(submit)
    with Wire(serving.port) as wire:
        wire.greets()
        wire.starts_mail()
        wire.send(mail() + b"\r\n.\r\n")
        handed_over.wait(timeout=10)

        serving.endpoint.stop(grace_seconds=0.1)

        waiting.set_result(Receipt("late", True))
        assert wire.answer() == ""


def test_nobody_can_connect_once_it_has_stopped_and_stopping_again_is_nothing(serve: Callable[..., Serving]) -> None:
    serving = serve()
    serving.endpoint.stop()

    serving.endpoint.stop()

    with pytest.raises(ConnectionRefusedError):
        Wire(serving.port)


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_behind(serve: Callable[..., Serving]) -> None:
    taken = serve().port
    threads = threading.active_count()

    with pytest.raises(OSError, match="in use"):
        serve(port=taken)

    wait_until(lambda: threading.active_count() <= threads)
