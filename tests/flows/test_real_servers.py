"""From a real sender and a real mailbox, through the running product, to a real SMTP sink."""

import smtplib
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import mail
from tests.servers import require_binary
from tests.servers.dovecot import PASSWORD, USER, Dovecot
from tests.servers.firstline import ADDRESS, Firstline
from tests.servers.sink import Sink
from tests.waiting import wait_until

pytestmark = pytest.mark.long


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    yield sink
    sink.stop()


@pytest.fixture
def firstline(tmp_path: Path, sink: Sink) -> Iterator[Firstline]:
    firstline = Firstline(tmp_path / "firstline", relay_host="127.0.0.1", relay_port=str(sink.port))
    firstline.start()
    firstline.wait_until_ready()
    yield firstline
    firstline.kill()


def test_each_mail_of_a_real_sender_is_one_case_with_one_acknowledgement(firstline: Firstline, sink: Sink) -> None:
    swaks = require_binary("swaks", "swaks")

    for number in range(5):
        subprocess.run(
            [
                *(swaks, "--server", "127.0.0.1", "--port", str(firstline.smtp_port), "--silent", "2"),
                *("--from", f"ann{number}@customer.example", "--to", ADDRESS),
                *(
                    "--header",
                    f"Subject: 磁盘阵列 {number} 报警",
                    "--header",
                    "Content-Type: text/plain; charset=utf-8",
                ),
                *("--body", f"阵列 {number} 的一块硬盘坏了，业务正常。"),
            ],
            check=True,
            timeout=60,
        )

    wait_until(lambda: len(sink.mails) == 5, timeout=30)
    cases = firstline.get("/api/v1/cases")["items"]
    assert len(cases) == 5
    assert {answer["To"] for answer in sink.mails} == {f"ann{number}@customer.example" for number in range(5)}
    assert {answer["X-Mail-Args"] for answer in sink.mails} == {"<>"}
    for case in cases:
        assert sum(case["number"] in answer["Subject"] for answer in sink.mails) == 1


def test_mails_of_postfix_load_tool_arrive_whole(firstline: Firstline) -> None:
    smtp_source = require_binary("smtp-source", "postfix")
    count = 100

    subprocess.run(
        [
            *(smtp_source, "-s", "5", "-m", str(count), "-l", "4096"),
            *("-f", "ann@customer.example", "-t", ADDRESS, f"127.0.0.1:{firstline.smtp_port}"),
        ],
        check=True,
        timeout=60,
    )

    wait_until(lambda: len(firstline.get("/api/v1/cases?limit=200")["items"]) == count, timeout=60)


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as dovecot:
        yield dovecot


def test_each_mail_in_a_real_mailbox_is_one_case_with_one_acknowledgement(
    tmp_path: Path, sink: Sink, dovecot: Dovecot
) -> None:
    folder = tmp_path / "firstline"
    folder.mkdir()
    (folder / "firstline.toml").write_text(
        f"""
        [[imap]]
        name = "support"
        host = "127.0.0.1"
        port = {dovecot.port}
        tls = "none"
        username = "{USER}"
        password = "{PASSWORD}"
        """,
        encoding="utf-8",
    )
    firstline = Firstline(folder, relay_host="127.0.0.1", relay_port=str(sink.port))
    firstline.start()
    try:
        firstline.wait_until_ready()

        for number in range(5):
            dovecot.deliver(mail(f"report {number}", message_id=f"<imap{number}@customer.example>"))

        wait_until(lambda: len(sink.mails) == 5, timeout=60)
        reports = [firstline.report(f"imap{number}@customer.example") for number in range(5)]
        assert [report["source"] for report in reports if report] == ["imap:support/INBOX"] * 5
        assert len({report["case"]["number"] for report in reports if report}) == 5
    finally:
        firstline.kill()


def test_the_same_mail_by_smtp_and_by_mailbox_is_one_report(firstline: Firstline, sink: Sink) -> None:
    raw = mail(message_id="<twice@customer.example>")

    for received in (
        b"",
        b"Received: from mx.customer.example by mx.firstline.example; Mon, 9 Nov 2026 02:00:00 +0000\r\n",
    ):
        with smtplib.SMTP("127.0.0.1", firstline.smtp_port) as connection:
            connection.sendmail("ann@customer.example", [ADDRESS], received + raw)

    wait_until(lambda: sink.mails, timeout=30)
    assert len(firstline.get("/api/v1/cases")["items"]) == 1


def test_sigterm_ends_it_cleanly(firstline: Firstline) -> None:
    connection = smtplib.SMTP("127.0.0.1", firstline.smtp_port)
    connection.sendmail("ann@customer.example", [ADDRESS], mail(message_id="<last@customer.example>"))

    status = firstline.stop()

    connection.close()
    assert status == 0
    firstline.start()
    firstline.wait_until_ready()
    report = firstline.report("last@customer.example")
    assert report is not None


def test_a_relay_that_says_nothing_holds_up_neither_reports_nor_the_end(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        firstline = Firstline(tmp_path, relay_host="127.0.0.1", relay_port=str(silent.getsockname()[1]))
        firstline.start()
        firstline.wait_until_ready()
        try:
            for number in range(3):
                with smtplib.SMTP("127.0.0.1", firstline.smtp_port) as connection:
                    connection.sendmail("ann@customer.example", [ADDRESS], mail(f"report {number}"))
                # The first has its case while its answer hangs; so have the next.
                wait_until(lambda number=number: len(firstline.get("/api/v1/cases")["items"]) == number + 1)  # type: ignore[misc]

            status = firstline.stop()
        finally:
            firstline.kill()

    assert status == 0
