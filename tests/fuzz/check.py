"""What has to hold for any bytes that arrive as a mail."""

import json

from intake.filters import Known, judge
from intake.mail import alarm
from intake.mail.display import clean
from intake.mail.parse import parse
from workers.cli.parse_json import as_json


def check(raw: bytes) -> None:
    """Read the mail as the pipeline does.

    Raises:
        AssertionError: what it says is not consistent, or not the same twice.
        Exception: whatever it raised; it must raise nothing.
    """
    mail = parse(raw)
    assert mail == parse(raw)
    assert mail.raw == raw
    assert mail.message_id
    assert "could not be taken apart" not in " ".join(mail.defects), mail.defects
    _check_spans(mail.text, [(span.start, span.end) for span in mail.spans])
    written = json.dumps(as_json(raw), ensure_ascii=False).encode()  # no half characters anywhere
    assert b"\\u0000" not in written
    assert b"<script" not in clean(mail.html or "").encode()
    alarm.read(mail)
    for mail_from in ("", None, "ann@customer.example"):
        assert judge(mail, Known(mail_from)).because


def _check_spans(text: str, spans: list[tuple[int, int]]) -> None:
    """They cover the text, in order, without gaps."""
    assert [start for start, _ in spans] == [0, *(end for _, end in spans)][: len(spans)]
    assert not spans or spans[-1][1] == len(text)
