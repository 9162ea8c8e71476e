"""Mail programs of others deliver to the endpoint."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.factories import mail
from tests.intake.conftest import Serving, Stored
from tests.servers import require_binary

Read = Callable[[], list[Stored]]


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_swaks_delivers_and_is_told_the_report(port: int, stored: Read, tmp_path: Path) -> None:
    swaks = require_binary("swaks", "swaks")
    (tmp_path / "mail.eml").write_bytes(mail().replace(b"\r\n", b"\n"))

    said = run(
        *(swaks, "--server", f"127.0.0.1:{port}", "--from", "ann@customer.example"),
        *("--to", "support@firstline.example", "--data", f"@{tmp_path / 'mail.eml'}"),
    )

    assert re.findall(r"250 2\.0\.0 accepted as (\w+)", said) == [report.id for report in stored()]
    assert stored()[0].content.startswith(b"From: Ann Lee <ann@customer.example>\r\n")


def test_swaks_delivers_over_lmtp(serve: Callable[..., Serving], stored: Read) -> None:
    swaks = require_binary("swaks", "swaks")
    port = serve(lmtp=True).port

    said = run(
        *(swaks, "--protocol", "LMTP", "--server", f"127.0.0.1:{port}", "--from", "ann@customer.example"),
        *("--to", "support@firstline.example,support+netops@firstline.example"),
    )

    assert re.findall(r"250 2\.0\.0 accepted as (\w+)", said) == [stored()[0].id] * 2
    assert len(stored()) == 1


def test_every_mail_of_ten_parallel_postfix_sessions_is_a_row(port: int, stored: Read) -> None:
    smtp_source = require_binary("smtp-source", "postfix")

    run(
        *(smtp_source, "-s", "10", "-m", "200", "-l", "4096", "-f", "ann@customer.example"),
        *("-t", "support@firstline.example", f"127.0.0.1:{port}"),
    )

    assert len(stored()) == 200
    assert len({report.content for report in stored()}) == 200
    assert {report.mail_from for report in stored()} == {"ann@customer.example"}
