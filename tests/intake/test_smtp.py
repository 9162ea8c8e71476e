"""What the SMTP endpoint answers, and what is stored when it has answered."""

import smtplib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from models.db import Database
from models.errors import Temporary
from models.queue import NewReport
from tests.factories import mail
from tests.intake.conftest import Serving, Stored
from tests.intake.wire import Wire

Read = Callable[[], list[Stored]]
SUPPORT = "support@firstline.example"


def send(port: int, raw: bytes, mail_from: str = "ann@customer.example", rcpt_to: str = SUPPORT) -> str:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.ehlo()
        client.mail(mail_from)
        client.rcpt(rcpt_to)
        code, answer = client.data(raw)
    return f"{code} {answer.decode()}"


def test_the_250_names_a_report_that_is_stored_when_it_is_read(port: int, stored: Read) -> None:
    raw = mail()

    answer = send(port, raw)

    assert [answer] == [f"250 2.0.0 accepted as {report.id}" for report in stored()]
    assert stored()[0].content == raw
    assert stored()[0].mail_from == "ann@customer.example"
    assert stored()[0].rcpt_tos == (SUPPORT,)
    assert stored()[0].source == "smtp"


def test_a_mail_delivered_twice_gets_the_same_answer_and_one_row(port: int, stored: Read) -> None:
    raw = mail()
    first = send(port, b"Received: from a\r\n" + raw)

    again = send(port, b"Received: from b\r\n" + raw)

    assert again == first
    assert len(stored()) == 1


def test_mails_on_many_connections_at_once_are_each_a_row(port: int, stored: Read) -> None:
    mails = [mail(f"report number {number}") for number in range(60)]

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda raw: send(port, raw), mails))

    assert sorted(answers) == [f"250 2.0.0 accepted as {report.id}" for report in stored()]
    assert {report.content for report in stored()} == set(mails)


@pytest.mark.parametrize("rcpt_to", ["other@firstline.example", "support@other.example", "support"])
def test_mail_to_an_address_that_is_not_ours_is_refused(port: int, rcpt_to: str) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.ehlo()
        client.mail("ann@customer.example")

        code, answer = client.rcpt(rcpt_to)

    assert code == 550
    assert answer.decode() == f"5.1.1 <{rcpt_to}> is not an address of this desk"


@pytest.mark.parametrize("rcpt_to", ["support+netops@firstline.example", "Support@FIRSTLINE.Example"])
def test_plus_parts_and_capitals_are_ours_and_are_kept(port: int, stored: Read, rcpt_to: str) -> None:
    answer = send(port, mail(), rcpt_to=rcpt_to)

    assert answer.startswith("250 2.0.0 accepted as ")
    assert stored()[0].rcpt_tos == (rcpt_to,)


def test_the_null_sender_is_taken_and_kept_as_an_empty_one(port: int, stored: Read) -> None:
    answer = send(port, mail(), mail_from="")

    assert answer.startswith("250 2.0.0 accepted as ")
    assert stored()[0].mail_from == ""


def said_too_large(caplog: pytest.LogCaptureFixture) -> list[str]:
    """How the replies begin that the log has as such."""
    return [one.__dict__["reply"][:4] for one in caplog.records if one.message == "smtp_too_large"]


def test_the_size_limit_is_announced_and_a_mail_declared_larger_is_refused(
    serve: Callable[..., Serving], caplog: pytest.LogCaptureFixture
) -> None:
    with smtplib.SMTP("127.0.0.1", serve(size_limit=100_000).port) as client:
        client.ehlo()

        code, _ = client.mail("ann@customer.example", ["SIZE=100001"])

    assert client.esmtp_features["size"] == "100000"
    assert code == 552
    assert said_too_large(caplog) == ["552 "]


def test_a_mail_that_turns_out_too_large_is_refused_and_the_next_one_taken(
    serve: Callable[..., Serving], stored: Read, caplog: pytest.LogCaptureFixture
) -> None:
    with Wire(serve(size_limit=100_000).port) as wire:
        wire.greets()
        wire.starts_mail()
        wire.send(mail("large " * 50_000) + b"\r\n.\r\n")
        refused = wire.answer()
        wire.starts_mail()
        wire.send(mail("small") + b"\r\n.\r\n")
        taken = wire.answer()

    assert refused.startswith("552 ")
    assert said_too_large(caplog) == ["552 "]
    assert [taken] == [f"250 2.0.0 accepted as {report.id}" for report in stored()]


def test_an_internationalized_sender_is_taken_and_kept(port: int, stored: Read) -> None:
    with Wire(port) as wire:
        offers = wire.greets()
        answers = wire.says(
            "MAIL FROM:<李@客户.example> SMTPUTF8".encode(), b"RCPT TO:<support@firstline.example>", b"DATA"
        )
        wire.send(mail() + b"\r\n.\r\n")
        taken = wire.answer()

    assert "SMTPUTF8" in offers
    assert [answer[:3] for answer in [*answers, taken]] == ["250", "250", "354", "250"]
    assert stored()[0].mail_from == "李@客户.example"


def test_the_hundred_and_first_recipient_is_told_to_wait(port: int, stored: Read) -> None:
    with Wire(port) as wire:
        wire.greets()
        wire.says(b"MAIL FROM:<ann@customer.example>")
        answers = wire.says(*[b"RCPT TO:<support+%d@firstline.example>" % number for number in range(101)], b"DATA")
        wire.send(mail() + b"\r\n.\r\n")
        taken = wire.answer()

    assert {answer[:3] for answer in answers[:100]} == {"250"}
    assert answers[100] == "452 4.5.3 too many recipients"
    assert taken.startswith("250 ")
    assert len(stored()[0].rcpt_tos) == 100


def test_without_any_address_set_up_every_mail_is_put_off(serve: Callable[..., Serving]) -> None:
    with Wire(serve(addresses=()).port) as wire:
        wire.greets()

        answers = wire.says(b"MAIL FROM:<ann@customer.example>", b"RCPT TO:<support@firstline.example>")

    assert answers[1].startswith("451 4.3.5 ")


def test_a_broken_database_is_a_451_that_says_nothing_of_it(port: int, database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("ALTER TABLE reports RENAME TO reports_gone"))

    answer = send(port, mail())

    assert answer == "451 4.3.0 please try again later"


def test_after_a_451_the_same_connection_delivers_once_the_database_is_back(
    port: int, database: Database, stored: Read
) -> None:
    with Wire(port) as wire:
        wire.greets()
        with database.transaction() as session:
            session.execute(text("ALTER TABLE reports RENAME TO reports_gone"))
        wire.starts_mail()
        wire.send(mail() + b"\r\n.\r\n")
        put_off = wire.answer()
        with database.transaction() as session:
            session.execute(text("ALTER TABLE reports_gone RENAME TO reports"))
        wire.starts_mail(mail_from=b"bob@customer.example")
        wire.send(mail() + b"\r\n.\r\n")
        taken = wire.answer()

    assert put_off.startswith("451 4.3.0 ")
    assert (stored()[0].mail_from, stored()[0].rcpt_tos) == ("bob@customer.example", (SUPPORT,))
    assert [taken] == [f"250 2.0.0 accepted as {report.id}" for report in stored()]


def test_an_unexpected_error_is_a_451_without_its_text(serve: Callable[..., Serving]) -> None:
    def submit(report: NewReport) -> None:
        raise RuntimeError("secret of the house")

    answer = send(serve(submit).port, mail())

    assert answer == "451 4.3.0 please try again later"


def test_an_acceptor_that_is_closing_is_a_451(serve: Callable[..., Serving]) -> None:
    def submit(report: NewReport) -> None:
        raise Temporary("the service is shutting down")

    answer = send(serve(submit).port, mail())

    assert answer == "451 4.3.0 please try again later"
