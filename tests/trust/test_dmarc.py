"""DMARC records and which names agree."""

import pytest

from intake.trust.dmarc import Record, agrees, organisation, read


@pytest.mark.parametrize(
    ("texts", "record"),
    [
        (["v=DMARC1; p=reject"], Record("reject", "reject")),
        (["v=DMARC1; p=none; sp=quarantine; adkim=s"], Record("none", "quarantine", strict_dkim=True)),
        (["V=dmarc1;P=Quarantine;aspf=S;rua=mailto:a@b.example"], Record("quarantine", "quarantine", strict_spf=True)),
        (["v=DMARC1; p=mayhem"], Record("none", "none")),
        (["v=DMARC1"], Record("none", "none")),
        (["something else", "v=DMARC1; p=reject"], Record("reject", "reject")),
        (["v=DMARC1; p=reject", "v=DMARC1; p=none"], None),
        ([], None),
        (["v=spf1 -all"], None),
    ],
)
def test_a_record_says_what_to_do(texts: list[str], record: Record | None) -> None:
    assert read(texts) == record


@pytest.mark.parametrize(
    ("domain", "above"),
    [
        ("mail.customer.com.cn", "customer.com.cn"),
        ("a.b.customer.co.uk", "customer.co.uk"),
        ("customer.example", "customer.example"),
        ("com.cn", "com.cn"),
    ],
)
def test_the_organisation_is_what_was_registered(domain: str, above: str) -> None:
    assert organisation(domain) == above


def test_names_agree_by_organisation_or_to_the_letter() -> None:
    assert agrees("mail.a.example", "a.example", strict=False)
    assert not agrees("mail.a.example", "a.example", strict=True)
    assert agrees("A.example.", "a.example", strict=True)
    assert not agrees("evil.co.uk", "bank.co.uk", strict=False)
    assert not agrees("", "", strict=False)
