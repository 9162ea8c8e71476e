"""Where the parts listen."""

import socket
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from intake.accept import Acceptor
from intake.channels.smtp import SmtpConfig, SmtpEndpoint
from models.errors import Misconfigured
from models.settings import Settings
from workers import listening
from workers.basics import utc_now
from workers.cli.doctor import examine
from workers.web import WebServer

_ELSEWHERE = "192.0.2.1"  # for documentation (RFC 5737): no machine has it


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


# Of a machine without IPv6 "::" is refused, which is tried below.
_ALL = [("0.0.0.0", ["127.0.0.1"]), *([("::", ["127.0.0.1", "::1"]), ("::1", ["::1"])] if _has_ipv6() else [])]


@pytest.mark.parametrize(("host", "reached"), _ALL)
def test_the_web_is_reached_at_all_addresses_that_its_host_stands_for(host: str, reached: list[str]) -> None:
    server = WebServer(FastAPI(), host, 0)
    port = server.start()
    try:
        for address in reached:
            assert httpx.get(f"http://{listening.shown(address, port)}/").status_code == 404
    finally:
        server.stop()


@pytest.mark.parametrize(("host", "reached"), _ALL)
def test_mail_is_taken_at_all_addresses_that_the_host_stands_for(
    host: str, reached: list[str], acceptor: Acceptor
) -> None:
    for address in reached:
        with socket.create_server((address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET) as free:
            port = free.getsockname()[1]
        endpoint = SmtpEndpoint(SmtpConfig(host=host, port=port, addresses=()), acceptor.submit, utc_now)
        endpoint.start()
        try:
            with socket.create_connection((address, port), timeout=10) as connection:
                assert connection.recv(3) == b"220"
        finally:
            endpoint.stop()


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        (_ELSEWHERE, "FIRSTLINE_WEB_HOST"),
        ("desk.invalid", "FIRSTLINE_WEB_HOST"),
        ("127.0.0.1", "FIRSTLINE_WEB_PORT"),
    ],
)
def test_who_cannot_listen_is_told_which_setting_is_the_reason(host: str, wanted: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Misconfigured, match=f"set {wanted}$"):
        WebServer(FastAPI(), host, taken.getsockname()[1]).start()


def test_doctor_says_that_web_and_smtp_have_the_same_port(tmp_path: Path) -> None:
    found = {one.name: one for one in examine(Settings(data=tmp_path, smtp_port=8025, web_port=8025))}

    assert found["smtp"].ok
    assert not found["web"].ok
    assert found["web"].text == "port 8025 is SMTP's already; set FIRSTLINE_WEB_PORT"
