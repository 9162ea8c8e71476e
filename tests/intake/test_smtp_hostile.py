"""The endpoint and clients that are odd, broken, or mean it harm."""

import random
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from intake.accept import Acceptor
from intake.channels import smtp_content
from intake.mail.identity import mail_report
from models.queue import NewReport
from models.values import Receipt
from tests.conftest import Clock
from tests.factories import mail
from tests.intake.conftest import Serving, Stored
from tests.intake.wire import Wire
from tests.waiting import wait_until

Read = Callable[[], list[Stored]]


def deliver(port: int, content: bytes) -> str:
    with Wire(port) as wire:
        wire.greets()
        wire.starts_mail()
        wire.send(content)
        return wire.answer()


def test_commands_sent_all_at_once_are_answered_in_order(port: int, stored: Read) -> None:
    raw = mail()
    with Wire(port) as wire:
        wire.send(
            b"EHLO client.example\r\nMAIL FROM:<ann@customer.example>\r\nRCPT TO:<nobody@firstline.example>\r\n"
            b"RCPT TO:<support@firstline.example>\r\nDATA\r\n" + raw + b".\r\nQUIT\r\n"
        )

        answers = [wire.answer()[:3] for _ in range(8)]

    assert answers == ["220", "250", "250", "550", "250", "354", "250", "221"]
    assert [report.content for report in stored()] == [raw]


@pytest.mark.parametrize("ending", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r.\r\n", b"\r\n.\r"])
def test_nothing_but_a_dot_between_two_crlf_ends_a_mail(port: int, stored: Read, ending: bytes) -> None:
    smuggled = b"MAIL FROM:<admin@firstline.example>\r\nRCPT TO:<support@firstline.example>\r\nDATA\r\n"
    raw = mail().rstrip() + ending + smuggled + b"second mail"

    answer = deliver(port, raw + b"\r\n.\r\n")

    assert answer.startswith("250 2.0.0 accepted as ")
    undoubled = raw.replace(b"\r\n.", b"\r\n")  # RFC 5321 section 4.5.2
    assert [report.content for report in stored()] == [undoubled + b"\r\n"]
    assert stored()[0].mail_from == "ann@customer.example"


def test_dots_that_the_client_doubled_are_single_again(port: int, stored: Read) -> None:
    deliver(port, b"Subject: dots\r\n\r\n..\r\n...two\r\n..one\r\nmid.dle\r\n.\r\n")

    assert stored()[0].content == b"Subject: dots\r\n\r\n.\r\n..two\r\n.one\r\nmid.dle\r\n"


@pytest.mark.parametrize("length", [998, 1001, 100_000, 1_000_000])
def test_a_long_line_is_taken_whole(port: int, stored: Read, length: int) -> None:
    raw = b"Subject: long\r\n\r\n" + b"x" * length + b"\r\n"

    answer = deliver(port, raw + b".\r\n")

    assert answer.startswith("250 ")
    assert stored()[0].content == raw


@pytest.mark.parametrize("content", [b"", b"\r\n", b"\0\r\n", b"\xff\xfe\r\n", b"Subject\r\n"])
def test_a_mail_with_next_to_nothing_in_it_is_a_report_too(port: int, stored: Read, content: bytes) -> None:
    answer = deliver(port, content + b".\r\n")

    assert answer.startswith("250 ")
    assert [report.content for report in stored()] == [content]


def test_the_connection_over_the_limit_is_told_to_come_back_and_may(
    serve: Callable[..., Serving], caplog: pytest.LogCaptureFixture
) -> None:
    port = serve(connection_limit=2).port
    with Wire(port) as first, Wire(port) as second:
        greetings = [first.answer(), second.answer()]
        with Wire(port) as third:
            refusal = [third.answer(), third.answer()]
        still_served = first.says(b"NOOP")

    assert [greeting[:3] for greeting in greetings] == ["220", "220"]
    assert refusal == ["421 4.3.2 too many connections, try again later", ""]
    assert still_served == ["250 OK"]
    assert [(record.message, record.__dict__["limit"]) for record in caplog.records] == [("smtp_turned_away", 2)]
    wait_until(lambda: answers_220(port))


def test_who_holds_all_connections_keeps_no_other_sender_out(serve: Callable[..., Serving], stored: Read) -> None:
    port = serve(connection_limit=3).port
    with Wire(port) as first, Wire(port) as second, Wire(port) as third:
        for wire in (first, second, third):
            wire.greets()
            wire.starts_mail()
            wire.send(b"a mail that never ends")
        second.send(b"\r\n.\r\n")  # of the three it is the one that has had an answer since
        second.answer()

        with Wire(port, source="127.0.0.2") as other:
            greeting = other.greets()
            other.starts_mail()
            other.send(mail() + b".\r\n")
            answer = other.answer()

        assert greeting.startswith("250")
        assert answer.startswith("250 2.0.0 accepted")
        assert second.says(b"NOOP") == ["250 OK"]
        wait_until(lambda: answers_220(port))  # the one that gave way is gone, and so is the other
    assert len(stored()) == 2


def test_large_mails_at_once_take_no_more_memory_than_there_is_room_for(
    serve: Callable[..., Serving], stored: Read, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(smtp_content, "ROOM", 7_000_000)
    serving = serve()
    port = serving.port
    large = mail() + (b"x" * 70 + b"\r\n") * 85_000
    with Wire(port) as first, Wire(port) as second, Wire(port) as third:
        for wire in (first, second):
            wire.greets()
            wire.starts_mail()
        first.send(large)
        wait_until(lambda: serving.endpoint._room.used > 3_000_000)
        second.send(large + b".\r\n")
        refusal = second.answer()
        third.greets()
        third.starts_mail()
        third.send(mail() + b".\r\n")
        small = third.answer()
        first.send(b".\r\n")
        taken = first.answer()
        second.starts_mail()
        second.send(large + b"once more\r\n.\r\n")
        again = second.answer()

    assert refusal == "452 4.3.1 too many large mails at once, try again later"
    assert [answer[:3] for answer in (small, taken, again)] == ["250"] * 3
    assert len(stored()) == 3
    assert "smtp_no_room" in caplog.text


def answers_220(port: int) -> bool:
    with Wire(port) as wire:
        return wire.answer().startswith("220 ")


@pytest.mark.parametrize("argument", [b"<", b'"', b"a@[\t", b"<a@[>(", b"", b"<a@b> X=Y"])
def test_a_sender_that_is_no_address_is_a_permanent_error(port: int, argument: bytes) -> None:
    with Wire(port) as wire:
        wire.greets()

        answer = wire.says(b"MAIL FROM:" + argument)[0]

    assert answer.startswith("5")


def test_a_sender_with_bytes_that_no_database_takes_is_kept_without_them(port: int, stored: Read) -> None:
    with Wire(port) as wire:
        wire.greets()
        wire.starts_mail(mail_from=b"a\0n\xffn@customer.example")
        wire.send(mail() + b"\r\n.\r\n")
        answer = wire.answer()

    assert answer.startswith("250 ")
    assert stored()[0].mail_from == "a\ufffdn\ufffdn@customer.example"


def test_garbage_for_commands_ends_in_refusals_and_harms_nobody_else(port: int) -> None:
    noise = random.Random(4711)
    with Wire(port) as neighbour:
        neighbour.greets()
        for _ in range(30):
            with Wire(port) as wire:
                wire.send(noise.randbytes(3000) + b"\r\n" + b"VRFY \xff\xfe\r\nHELO \0\r\nAUTH PLAIN AA==\r\nQUIT\r\n")
                while wire.answer():
                    pass

        answer = neighbour.starts_mail()

    assert answer.startswith("354 ")


@pytest.mark.parametrize("leave", [Wire.__exit__, Wire.hangs_up], ids=["closed", "reset"])
def test_a_client_that_leaves_in_the_middle_of_a_mail_has_sent_none(
    serve: Callable[..., Serving], stored: Read, leave: Callable[[Wire], None]
) -> None:
    port = serve(connection_limit=1).port
    wire = Wire(port)
    wire.greets()
    wire.starts_mail()
    wire.send(mail() + b"\r\n.")

    leave(wire)

    wait_until(lambda: answers_220(port))
    assert stored() == []


@pytest.mark.parametrize("leave", [Wire.__exit__, Wire.hangs_up], ids=["closed", "reset"])
def test_clients_that_leave_before_their_answer_do_not_stop_the_others(
    port: int, stored: Read, leave: Callable[[Wire], None]
) -> None:
    for _ in range(40):
        wire = Wire(port)
        wire.greets()
        wire.starts_mail()
        wire.send(mail() + b"\r\n.\r\n")
        leave(wire)

    answer = deliver(port, mail() + b".\r\n")

    assert answer[len("250 2.0.0 accepted as ") :] in {report.id for report in stored()}


def test_a_mail_whose_sender_hung_up_while_it_was_stored_is_stored(
    serve: Callable[..., Serving], acceptor: Acceptor, stored: Read, clock: Clock
) -> None:
    handed_over: list[Future[Receipt]] = []

    def submit(report: NewReport) -> "Future[Receipt]":
        wire.hangs_up()
        handed_over.append(acceptor.submit(report))
        return handed_over[0]

    wire = Wire(serve(submit).port)
    wire.greets()
    wire.starts_mail()
    wire.send(mail() + b"\r\n.\r\n")

    wait_until(lambda: handed_over)
    assert handed_over[0].result(timeout=10).report_id == stored()[0].id
    assert acceptor.accept(mail_report(mail(), "smtp", clock())).created
