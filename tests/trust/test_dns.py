"""SPF, DKIM and DMARC against a real name server."""

import socket
from collections.abc import Callable

import pytest

from intake.trust.examine import Origin, examine
from intake.trust.resolver import Resolver
from models.errors import Misconfigured
from tests.factories import mail
from tests.servers import free_port
from tests.trust.conftest import SERVER, Sign

ELSEWHERE = "198.51.100.9"


def origin(domain: str = "strict.example", ip: str | None = ELSEWHERE, mail_from: str | None = None) -> Origin:
    return Origin(domain, f"ann@{domain}" if mail_from is None else mail_from, ip, "client.example")


def test_a_mail_that_its_domain_signed_passes_from_anywhere(sign: Sign, resolver: Resolver) -> None:
    raw = sign(mail(sender="ann@strict.example"))

    found = examine(raw, origin(ip=ELSEWHERE), resolver)

    assert (found.verdict, found.because) == ("pass", "signed by strict.example (DKIM)")


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b"the shop runs", b"the shop is dead"),
        lambda raw: raw.replace(b"Subject: Backup", b"Subject: Pay this"),
        lambda raw: raw.replace(b"d=strict.example", b"d=open.example"),
        lambda raw: raw.replace(b"q=dns/txt", b"q=dns/txt; x=9999999999", 1),
    ],
)
def test_a_mail_that_was_changed_after_it_was_signed_fails(
    sign: Sign, resolver: Resolver, change: Callable[[bytes], bytes]
) -> None:
    raw = change(sign(mail(sender="ann@strict.example")))

    found = examine(raw, origin(), resolver)

    assert found.verdict == "fail"
    assert "policy is reject" in found.because


def test_a_mail_from_a_server_of_its_domain_passes_without_a_signature(resolver: Resolver) -> None:
    assert examine(mail(sender="ann@strict.example"), origin(ip=SERVER), resolver).verdict == "pass"
    assert examine(mail(sender="ann@spfonly.example"), origin("spfonly.example", SERVER), resolver).verdict == "pass"


def test_a_forged_sender_fails_where_the_domain_asks_for_that(resolver: Resolver) -> None:
    raw = mail(sender="ann@strict.example")

    assert examine(raw, origin(), resolver).verdict == "fail"
    assert examine(raw, origin("sub.strict.example"), resolver).verdict == "fail"
    assert examine(raw, origin("spfonly.example"), resolver).verdict == "fail"


def test_a_sender_whose_domain_asks_for_nothing_is_merely_without_proof(resolver: Resolver) -> None:
    for domain in ("open.example", "unheard-of.example"):
        found = examine(mail(sender=f"ann@{domain}"), origin(domain), resolver)

        assert found.verdict == "none", found


def test_the_proof_of_another_domain_is_none(sign: Sign, resolver: Resolver) -> None:
    raw = sign(mail(sender="ann@strict.example"), domain="mailer.example")

    by_signature = examine(raw, origin(), resolver)
    by_envelope = examine(mail(), origin(ip=SERVER, mail_from="bounce@open.example"), resolver)

    assert (by_signature.verdict, by_envelope.verdict) == ("fail", "fail")


def test_a_domain_may_ask_for_names_that_agree_to_the_letter(sign: Sign, resolver: Resolver) -> None:
    raw = sign(mail(sender="ann@exact.example"), domain="mail.exact.example")

    assert examine(raw, origin("exact.example"), resolver).verdict == "fail"


def test_a_mail_out_of_a_mailbox_has_no_client_so_a_missing_signature_proves_nothing(resolver: Resolver) -> None:
    for client in (None, "127.0.0.1", "10.1.2.3", "fe80::1", "no address"):
        found = examine(mail(sender="ann@strict.example"), origin(ip=client), resolver)

        assert found.verdict == "unknown", found


def test_a_notice_with_the_null_path_is_judged_by_the_name_of_its_server(resolver: Resolver) -> None:
    host = Origin("strict.example", "", SERVER, "strict.example")

    assert examine(mail(sender="mailer-daemon@strict.example"), host, resolver).verdict == "pass"


def test_records_that_are_broken_or_without_end_are_no_proof_and_do_no_harm(resolver: Resolver) -> None:
    found = examine(mail(sender="ann@twice.example"), origin("twice.example"), resolver)

    assert found.verdict == "none"


def test_a_name_server_that_is_away_leaves_the_question_open(sign: Sign) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        port = free_port()
        silent.bind(("127.0.0.1", port))

        found = examine(mail(sender="ann@strict.example"), origin(), Resolver(f"127.0.0.1:{port}"))

    assert found.verdict == "unknown"
    assert "DNS does not answer" in found.because


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"DKIM-Signature: v=1\r\n\r\nx",
        b"DKIM-Signature: " + b"a=" * 5000 + b"\r\n\r\nx",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=strict.example; s=s1; h=from; bh=!!; b=\xff\r\nFrom: a@b\r\n\r\n",
        b"no header at all",
    ],
)
def test_signatures_that_are_none_are_no_proof(raw: bytes, resolver: Resolver) -> None:
    assert examine(raw, origin("open.example"), resolver).verdict == "none"


def test_a_mail_without_a_sender_is_not_looked_up(resolver: Resolver) -> None:
    assert examine(b"Subject: x\r\n\r\nx", Origin(""), resolver).verdict == "none"


@pytest.mark.parametrize("server", ["localhost", "127.0.0.1:x", "1.2.3.4.5", "[::1"])
def test_a_name_server_that_is_no_address_is_refused_by_name(server: str) -> None:
    with pytest.raises(Misconfigured, match="dns:"):
        Resolver(server)
