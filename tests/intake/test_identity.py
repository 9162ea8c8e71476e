"""Which deliveries are one report."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from intake.mail.identity import external_id, mail_report
from models.values import Channel
from tests.factories import mail

MORNING = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
RAW = (
    b"From: Ann Lee <ann@customer.example>\r\nTo: support@firstline.example\r\nSubject: Backup failed\r\n"
    b"Date: Mon, 09 Nov 2026 10:00:00 +0800\r\nMessage-ID: <1.test@customer.example>\r\n\r\nIt failed.\r\n\r\nAnn\r\n"
)


def same(one: bytes, other: bytes, later: timedelta = timedelta(0)) -> bool:
    return external_id(one, MORNING) == external_id(other, MORNING + later)


@pytest.mark.parametrize(
    "again",
    [
        b"Received: from b by c; Mon, 9 Nov 2026 10:00:05 +0800\r\n" + RAW,
        b"Return-Path: <ann@customer.example>\r\nDelivered-To: desk@firstline.example\r\n" + RAW,
        b"X-Spam-Status: No,\r\n\tscore=0.1\r\nReceived: from x\r\n by y\r\n" + RAW,
        RAW.replace(b"support@", b"support+netops@"),
        RAW.replace(b"\r\n", b"\n"),
        RAW.replace(b"failed.\r\n\r\nAnn", b"failed.\r\rAnn"),
        RAW.replace(b"\r\n", b"\n").rstrip(b"\n"),
        RAW + b"\r\n\r\n",
        RAW.replace(b"Message-ID:", b"Message-Id:"),
        RAW.replace(b"Subject: Backup failed", b"SUBJECT:\tBackup failed "),
        RAW.replace(b"Subject: Backup failed", b"Subject: Backup\r\n failed"),
        RAW.replace(b"Message-ID: <", b"Message-ID:\r\n <"),
        RAW.replace(b"\r\n\r\nIt", b"\r\nX-Last: header\r\n\r\nIt"),
    ],
)
def test_a_mail_that_took_another_way_is_the_same(again: bytes) -> None:
    assert same(RAW, again, later=timedelta(days=3))


@pytest.mark.parametrize(
    "other",
    [
        RAW.replace(b"It failed.", b"It failed again."),
        RAW.replace(b"It failed.\r\n\r\nAnn", b"It failed.\r\nAnn"),
        RAW.replace(b"It failed.", b" It failed."),
        RAW.replace(b"<1.test", b"<2.test"),
        RAW.replace(b"10:00:00", b"10:05:00"),
        RAW.replace(b"Ann Lee", b"Bob Lee"),
        RAW.replace(b"Backup failed", b"Restore failed"),
        RAW.replace(b"\r\n\r\nIt", b"\r\n\r\n\r\nIt"),
        RAW.replace(b"Message-ID: <1.test@customer.example>\r\n", b""),
        RAW.replace(b"Subject: Backup failed\r\n", b"").replace(b"It", b"Subject: Backup failed\r\n\r\nIt"),
        RAW.split(b"\r\n\r\n", 1)[0],
    ],
)
def test_a_mail_that_says_something_else_is_another(other: bytes) -> None:
    assert not same(RAW, other)


def test_a_device_that_sends_one_message_id_for_ever_makes_a_report_each_time() -> None:
    alarms = [mail(f"alarm {number}", message_id="<0@ups.customer.example>") for number in range(50)]

    ids = {external_id(raw, MORNING) for raw in alarms}

    assert len(ids) == 50


def test_without_id_and_date_the_same_words_are_the_same_report_only_on_the_same_day() -> None:
    raw = b"From: ups@customer.example\r\nSubject: On battery\r\n\r\nOn battery.\r\n"

    same_day = same(raw, b"Received: from x\r\n" + raw, later=timedelta(hours=5))
    next_day = same(raw, raw, later=timedelta(days=1))

    assert (same_day, next_day) == (True, False)


def test_a_date_is_enough_to_know_a_mail_on_another_day() -> None:
    raw = b"Date: Mon, 09 Nov 2026 10:00:00 +0800\r\nFrom: ups@customer.example\r\n\r\nOn battery.\r\n"

    assert same(raw, raw, later=timedelta(days=9))


def test_the_alarm_of_a_device_whose_id_never_changes_is_another_one_the_next_day() -> None:
    raw = b"Message-ID: <alarm@ups>\r\nFrom: ups@customer.example\r\n\r\nOn battery.\r\n"

    assert same(raw, raw)
    assert not same(raw, raw, later=timedelta(days=1))


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"no header at all", b"\xff\xfe\0", b"\r\n\r\nbody", b"Subject"])
def test_what_is_hardly_a_mail_has_an_identity_too(raw: bytes) -> None:
    assert same(raw, raw)
    assert not same(raw, raw + b"more")


def test_the_report_keeps_the_bytes_and_the_envelope_as_they_came() -> None:
    report = mail_report(RAW, "smtp", MORNING, mail_from="", rcpt_tos=("support@firstline.example",), answer=False)

    assert (report.channel, report.source, report.content) == (Channel.EMAIL, "smtp", RAW)
    assert report.external_id == external_id(RAW, MORNING)
    assert (report.mail_from, report.rcpt_tos, report.answer) == ("", ("support@firstline.example",), False)
    assert report.message_id == "1.test@customer.example"
    assert report.received_at == MORNING


@pytest.mark.parametrize(
    ("field", "message_id"),
    [
        (b"Message-ID: <a@b>", "a@b"),
        (b"message-id:\r\n\t<a@b>", "a@b"),
        (b"Message-ID: a@b", "a@b"),
        (b"Message-ID: <a\xff@b>", "a\ufffd@b"),
        (b"Message-ID: <\0a@b>", "a@b"),
        (b"Message-ID: <a\0c@b>", "a\ufffdc@b"),
        (b"Message-ID: <>", None),
        (b"Message-ID:", None),
        (b"Subject: none", None),
    ],
)
def test_the_message_id_is_one_that_every_database_takes(field: bytes, message_id: str | None) -> None:
    report = mail_report(field + b"\r\n\r\nbody", "smtp", MORNING)

    assert report.message_id == message_id


def test_a_large_mail_of_empty_lines_does_not_keep_other_senders_waiting() -> None:
    raw = RAW + b"\n" * 32_000_000

    begin = time.perf_counter()
    mail_report(raw, "smtp", MORNING)

    assert time.perf_counter() - begin < 2
