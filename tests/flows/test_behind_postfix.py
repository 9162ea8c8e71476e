"""Behind a real Postfix, set up with the very lines of the README."""

import re
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import mail
from tests.servers.firstline import Firstline
from tests.servers.postfix import Postfix
from tests.waiting import wait_until

pytestmark = pytest.mark.long

README = Path(__file__).resolve().parents[2] / "README.md"


def readme_lines() -> str:
    """The lines that the README asks to put into main.cf."""
    block = re.search(r"    # main\.cf\n((?:    .*\n)+)", README.read_text(encoding="utf-8"))
    assert block is not None
    return re.sub(r"^    ", "", block[1], flags=re.MULTILINE)


@pytest.fixture
def firstline(tmp_path: Path) -> Iterator[Firstline]:
    firstline = Firstline(tmp_path, smtp_protocol="lmtp")
    firstline.start()
    firstline.wait_until_ready()
    yield firstline
    firstline.kill()


@pytest.fixture
def postfix(firstline: Firstline) -> Iterator[Postfix]:
    lines = readme_lines().replace("example.com", "firstline.example").replace(":8025", f":{firstline.smtp_port}")
    with Postfix(lines) as postfix:
        yield postfix


def test_mail_to_the_address_and_to_a_plus_address_arrives(firstline: Firstline, postfix: Postfix) -> None:
    with smtplib.SMTP("127.0.0.1", postfix.port) as client:
        for number, rcpt_to in enumerate(["support@firstline.example", "support+netops@firstline.example"]):
            raw = mail(message_id=f"<{number}@postfix.example>")
            client.sendmail("ann@customer.example", [rcpt_to], raw)

    wait_until(lambda: len(firstline.get("/api/v1/cases")["items"]) == 2, timeout=30)
    assert {case["routing_hint"] for case in firstline.get("/api/v1/cases")["items"]} == {None, "netops"}


def test_mail_waits_in_postfix_while_firstline_is_down(firstline: Firstline, postfix: Postfix) -> None:
    firstline.kill()
    with smtplib.SMTP("127.0.0.1", postfix.port) as client:
        client.sendmail("ann@customer.example", ["support@firstline.example"], mail(message_id="<down@p.example>"))
    wait_until(lambda: "status=deferred" in postfix.log, timeout=30)

    firstline.start()
    firstline.wait_until_ready()

    wait_until(lambda: firstline.get("/api/v1/cases")["items"], timeout=60)
    [case] = firstline.get("/api/v1/cases")["items"]
    assert case["reports"][0]["message_id"] == "down@p.example"
