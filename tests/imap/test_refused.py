"""Log-ins that are refused: servers lock accounts for that, and say why in many ways."""

from pathlib import Path

import pytest

from intake.channels import imap
from intake.channels.imap import check
from intake.channels.imap_connection import LoginRefused, MailboxUnreachable
from tests.imap.mailbox import MailDesk, mail
from tests.servers.odd_imap import OddImap, Said
from tests.waiting import wait_until


def log_ins(server: OddImap, username: str) -> int:
    return sum(said.name == "LOGIN" and username in said.rest for said in server.said)


@pytest.mark.parametrize(
    "not_now",
    [
        "NO [UNAVAILABLE] Temporary authentication failure.",
        "NO [LIMIT] Too many connections",
        "NO Server Unavailable. 15",
    ],
)
def test_a_wrong_password_is_not_tried_again_every_minute_and_a_busy_server_is(
    odd_mailbox: MailDesk, odd_server: OddImap, not_now: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd(said: Said) -> bytes | None:
        if said.name != "LOGIN" or "mended" in said.rest:
            return None
        return f"{said.tag} {not_now if 'busy' in said.rest else 'NO [AUTHENTICATIONFAILED] no'}\r\n".encode()

    monkeypatch.setattr(imap, "LONGEST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(imap, "SECRET_SECONDS", 0.01)
    odd_server.odd = odd
    odd_server.folders["INBOX"][1] = mail(1)
    secret = tmp_path / "password"
    secret.write_text("old", encoding="utf-8")

    with (
        odd_mailbox.running(odd_mailbox.poller(username="busy", name="busy")),
        odd_mailbox.running(odd_mailbox.poller(username="locked", password_file=secret)),
    ):
        wait_until(lambda: "refuses the log-in" in str(odd_mailbox.error()))
        wait_until(lambda: log_ins(odd_server, "busy") > 20)
        meanwhile = log_ins(odd_server, "locked")
        secret.write_text("mended", encoding="utf-8")
        wait_until(lambda: odd_mailbox.error() is None)

    assert meanwhile == 1
    assert log_ins(odd_server, "locked") == 2
    assert odd_mailbox.stored() == [mail(1)]


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_what_a_chinese_server_says_can_be_read(odd_mailbox: MailDesk, odd_server: OddImap, charset: str) -> None:
    odd_server.odd = lambda said: (
        f"{said.tag} NO 登录失败，请使用授权码登录 李@客户.example\r\n".encode(charset)
        if said.name == "LOGIN"
        else None
    )

    with pytest.raises(LoginRefused, match=r"127\.0\.0\.1 refuses the log-in \(登录失败，请使用授权码登录 \.\.\.\)"):
        check(odd_mailbox.account())


def test_a_server_that_takes_no_connection_says_why(odd_mailbox: MailDesk, odd_server: OddImap) -> None:
    odd_server.greeting = b"* BYE [ALERT] too many connections from your address\r\n"

    with pytest.raises(MailboxUnreachable, match="too many connections from your address"):
        check(odd_mailbox.account())


def test_a_password_is_not_sent_to_a_server_that_wants_none_without_tls(
    odd_mailbox: MailDesk, odd_server: OddImap
) -> None:
    odd_server.capabilities += " STARTTLS LOGINDISABLED AUTH=PLAIN"

    with pytest.raises(LoginRefused, match="set tls to implicit or starttls"):
        check(odd_mailbox.account())

    assert not odd_server.times("LOGIN")
    assert not odd_server.times("AUTHENTICATE")
