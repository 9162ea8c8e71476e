"""Behind a real Postfix, set up with the very lines of the README."""

import os
import re
import smtplib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import mail
from tests.servers import free_port, require_binary
from tests.servers.firstline import Firstline
from tests.servers.postfix import Postfix
from tests.waiting import wait_until
from workers.process import Firstline as Process

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


@pytest.fixture
def nobody_there() -> Iterator[int]:
    """The port of the customer's mail server, which knows none of its recipients."""
    port = free_port()
    user = ("-u", "nobody") if os.geteuid() == 0 else ()
    command = [require_binary("smtp-sink", "postfix"), *user, "-f", "RCPT", f"127.0.0.1:{port}", "10"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    yield port
    process.kill()
    process.wait()


def test_a_letter_of_the_staff_that_the_customers_server_refuses_is_told_on_its_case(
    tmp_path: Path, nobody_there: int
) -> None:
    lmtp, to_customer = free_port(), f"customer.example=smtp:[127.0.0.1]:{nobody_there}"
    lines = readme_lines().replace("example.com", "firstline.example").replace(":8025", f":{lmtp}")
    with Postfix(lines.replace("inline:{", f"inline:{{{to_customer}, ")) as postfix:
        relay = {"relay_host": "127.0.0.1", "relay_port": str(postfix.port)}
        desk = Process(tmp_path, lmtp, free_port(), smtp_protocol="lmtp", **relay)
        desk.start()
        try:
            desk.wait_until_ready()
            with smtplib.SMTP("127.0.0.1", postfix.port) as client:
                client.sendmail("ann@customer.example", ["support@firstline.example"], mail())
            wait_until(lambda: desk.get("/api/v1/cases")["items"], timeout=30)
            [case] = desk.get("/api/v1/cases")["items"]
            wait_until(lambda: "to=<ann@customer.example>" in postfix.log, timeout=30)
            before = desk.get(f"/api/v1/cases/{case['number']}")
            letter = ["--kind", "status", "--text", "The controller is being replaced.", "--by", "eve@desk.example"]
            desk.run("case", "reply", case["number"], *letter)
            wait_until(lambda: "ann@customer.example came back" in told(desk, case["number"]), timeout=60)
            after = desk.get(f"/api/v1/cases/{case['number']}")
            came_back = postfix.log.count("status=bounced")
        finally:
            desk.kill()

    assert "came back" not in str(before["timeline"])
    assert after["needs_review"]
    assert came_back == 2  # the acknowledgement and the letter: nothing was answered to the notice


def told(desk: Process, number: str) -> str:
    return str(desk.get(f"/api/v1/cases/{number}")["timeline"])
