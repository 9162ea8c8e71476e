"""Which mails an mbox holds."""

import mailbox
from email import message_from_bytes
from pathlib import Path

import pytest

from intake.mail.mbox import split

FIRST, SECOND = b"Subject: one\n\nIt burns.\n", b"Subject: two\n\nIt still burns.\n"
_SAID = b"Subject: one\n\nWe looked.\n\nFrom here it went down: 10:00 on 9 Nov 2026.\nFrom\n\nERROR: disk\n"


@pytest.mark.parametrize(
    "separator",
    [
        b"From ann@kunde.example Mon Nov  9 10:00:00 2026\n",
        b"From - Mon Nov 09 10:00:00 2026\n",
        b"From 1784@xxx Mon Nov 09 10:00:00 +0000 2026\n",
        b"From ann@kunde.example Mon, 09 Nov 2026 10:00:00 +0800\n",
        b'From "ann lee"@kunde.example  Mon Nov  9 10:00 2026\n',
        b"From  Mon Nov  9 10:00:00 2026\n",
        b"From ann@kunde.example\n",
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_each_mail_is_taken_as_it_was(separator: bytes, end: bytes) -> None:
    written = [part.replace(b"\n", end) for part in (separator, FIRST, b"\n", separator, SECOND, b"\n")]

    assert list(split(b"".join(written).splitlines(keepends=True))) == [written[1], written[4]]


def test_a_sentence_that_begins_as_a_separator_parts_no_mail() -> None:
    written = b"From ann@kunde.example Mon Nov  9 10:00:00 2026\n" + _SAID

    assert list(split(written.splitlines(keepends=True))) == [_SAID]


def test_what_was_quoted_is_as_it_was_sent(tmp_path: Path) -> None:
    sent = b"Subject: one\n\n\nFrom Mon to Fri it burns.\n"
    box = mailbox.mbox(tmp_path / "box")
    box.add(message_from_bytes(sent))
    box.add(message_from_bytes(SECOND))
    box.close()

    with (tmp_path / "box").open("rb") as file:
        assert list(split(file)) == [sent, SECOND]
    assert list(split([b"From a Mon Nov  9 10:00:00 2026\n", b">>From here\n", b"> From me\n"])) == [
        b">From here\n> From me\n"
    ]


def test_the_last_mail_needs_no_line_end_and_an_empty_file_has_none() -> None:
    assert list(split([b"From a Mon Nov  9 10:00:00 2026\n", b"Subject: one\n", b"\n", b"It"])) == [
        b"Subject: one\n\nIt"
    ]
    assert list(split([])) == []
