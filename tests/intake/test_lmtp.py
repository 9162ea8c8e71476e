"""The same endpoint as an LMTP server (RFC 2033): after DATA, one answer for each recipient."""

import smtplib
from collections.abc import Callable

import pytest

from intake.accept import Acceptor
from tests.factories import mail
from tests.intake.conftest import Serving, Stored
from tests.intake.wire import Wire

Read = Callable[[], list[Stored]]
THREE = (b"support@firstline.example", b"support+netops@firstline.example", b"support+x@firstline.example")


@pytest.fixture
def lmtp_port(serve: Callable[..., Serving]) -> int:
    return serve(lmtp=True, size_limit=100_000).port


def test_a_mail_to_one_recipient_gets_one_answer_and_is_stored(lmtp_port: int, stored: Read) -> None:
    raw = mail()

    with smtplib.LMTP("127.0.0.1", lmtp_port) as client:
        refused = client.sendmail("ann@customer.example", ["support@firstline.example"], raw)

    assert refused == {}
    assert [(report.content, report.source) for report in stored()] == [(raw, "lmtp")]


def test_a_mail_to_three_recipients_gets_three_answers_and_is_one_report(lmtp_port: int, stored: Read) -> None:
    with Wire(lmtp_port) as wire:
        wire.greets(b"LHLO client.example")
        wire.starts_mail(*THREE)
        wire.send(mail() + b"\r\n.\r\nNOOP\r\n")
        answers = [wire.answer() for _ in range(4)]

    assert answers == [f"250 2.0.0 accepted as {stored()[0].id}"] * 3 + ["250 OK"]
    assert len(stored()) == 1
    assert stored()[0].rcpt_tos == tuple(address.decode() for address in THREE)


def test_only_recipients_that_were_taken_are_answered_for(lmtp_port: int) -> None:
    with Wire(lmtp_port) as wire:
        wire.greets(b"LHLO client.example")
        wire.starts_mail(THREE[0], b"nobody@firstline.example", THREE[1])
        wire.send(mail() + b"\r\n.\r\nNOOP\r\n")
        answers = [wire.answer()[:10] for _ in range(3)]

    assert answers == ["250 2.0.0 ", "250 2.0.0 ", "250 OK"]


def test_a_mail_that_is_too_large_is_refused_for_each_recipient(lmtp_port: int, stored: Read) -> None:
    with Wire(lmtp_port) as wire:
        wire.greets(b"LHLO client.example")
        wire.starts_mail(*THREE)
        wire.send(mail("large " * 50_000) + b"\r\n.\r\nNOOP\r\n")
        answers = [wire.answer()[:4] for _ in range(4)]

    assert answers == ["552 ", "552 ", "552 ", "250 "]
    assert stored() == []


def test_trouble_of_ours_puts_the_mail_off_for_each_recipient_and_the_connection_goes_on(
    lmtp_port: int, acceptor: Acceptor, stored: Read
) -> None:
    acceptor.close()
    with Wire(lmtp_port) as wire:
        wire.greets(b"LHLO client.example")
        wire.starts_mail(*THREE)
        wire.send(mail() + b"\r\n.\r\nMAIL FROM:<bob@customer.example>\r\n")
        answers = [wire.answer() for _ in range(4)]

    assert answers == ["451 4.3.0 please try again later"] * 3 + ["250 OK"]
    assert stored() == []


@pytest.mark.parametrize("command", [b"DATA now", b"DATA"], ids=["an argument", "no recipient"])
def test_a_data_command_that_is_wrong_gets_one_answer(lmtp_port: int, command: bytes) -> None:
    with Wire(lmtp_port) as wire:
        wire.greets(b"LHLO client.example")
        rcpts = [b"RCPT TO:<" + address + b">" for address in (THREE if command != b"DATA" else ())]
        wire.says(b"MAIL FROM:<ann@customer.example>", *rcpts)

        answers = wire.says(command, b"NOOP")

    assert answers[0][:4] in ("501 ", "503 ")
    assert answers[1] == "250 OK"


@pytest.mark.parametrize("greeting", [b"EHLO client.example", b"HELO client.example"])
def test_an_smtp_client_is_told_that_this_is_lmtp(lmtp_port: int, greeting: bytes) -> None:
    with Wire(lmtp_port) as wire:
        wire.answer()

        answers = wire.says(greeting, b"MAIL FROM:<ann@customer.example>")

    assert answers[0] == "500 5.5.1 this is LMTP; say LHLO"
    assert answers[1].startswith("503 ")


def test_lhlo_is_unknown_to_the_smtp_server(port: int) -> None:
    with Wire(port) as wire:
        offers = wire.greets(b"LHLO client.example")

    assert offers.startswith("500 ")
