"""What the relay in front says, in the words of the usual ones."""

import pytest

from intake.trust.relay_word import examine

ID = "mx.firstline.example"
GMAIL = (
    'mx.firstline.example; dkim=pass header.i=@customer.example header.s=s1 header.b="abc"; spf=pass (mx: domain'
    " of ann@customer.example designates 203.0.113.5 as permitted sender) smtp.mailfrom=ann@customer.example;"
    " dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=customer.example"
)
MICROSOFT = (
    "mx.firstline.example 1; spf=fail (sender IP is 198.51.100.9) smtp.mailfrom=customer.example; dkim=none (message"
    " not signed) header.d=none;dmarc=fail action=oreject header.from=customer.example;compauth=fail reason=000"
)
OPENDMARC = "mx.firstline.example; dmarc=fail (p=none dis=none) header.from=customer.example"
RSPAMD = (
    'mx.firstline.example;\n\tdkim=none;\n\tdmarc=fail reason="SPF not aligned (relaxed), No valid DKIM"'
    " header.from=customer.example (policy=quarantine);\n\tspf=softfail smtp.mailfrom=x@evil.example"
)


def verdict(*values: str, domain: str = "customer.example") -> str:
    return examine([("authentication-results", value) for value in values], ID, domain).verdict


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (GMAIL, "pass"),
        (MICROSOFT, "fail"),
        (OPENDMARC, "none"),
        (RSPAMD, "fail"),
        (f"{ID}; dmarc=pass", "pass"),
        (f"{ID}; dmarc=pass header.from=mail.customer.example", "pass"),
        (f"{ID}; dmarc=pass (p=none) header.from=evil.example", "fail"),
        (f"{ID}; dmarc=temperror", "unknown"),
        (f"{ID}; dkim=pass header.d=customer.example", "pass"),
        (f"{ID}; dkim=pass header.d=mailer.example; spf=pass smtp.mailfrom=bounces@mailer.example", "none"),
        (f"{ID}; spf=pass smtp.mailfrom=news.customer.example", "pass"),
        (f"{ID}; spf=fail smtp.mailfrom=customer.example; dkim=none", "fail"),
        (f"{ID}; none", "none"),
        (f"{ID} (Postfix) ; auth=pass; dkim=fail; dkim=pass header.d=customer.example", "pass"),
    ],
)
def test_the_words_of_the_usual_relays_are_understood(value: str, expected: str) -> None:
    assert verdict(value) == expected


def test_the_word_of_anybody_else_does_not_count() -> None:
    assert verdict("evil.example; dmarc=pass header.from=customer.example") == "unknown"
    assert verdict(f"x{ID}; dmarc=pass") == "unknown"
    assert verdict(f"evil.example; x={ID}; dmarc=pass") == "unknown"


def test_of_several_the_topmost_counts_for_what_is_below_may_be_forged() -> None:
    assert verdict(MICROSOFT, GMAIL) == "fail"
    assert verdict("other.example; dmarc=pass", MICROSOFT) == "fail"


def test_without_any_nothing_is_known() -> None:
    assert verdict() == "unknown"
    assert verdict(GMAIL, domain="") == "none"
