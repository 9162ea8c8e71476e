"""Whom an address header names. A wrong answer sends a case's token to a stranger."""

import pytest

from intake.mail.addresses import addresses

PLAIN = [("Ann", "ann@customer.example")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ann <ann@customer.example>", PLAIN),
        ("ann@customer.example (Ann)", PLAIN),
        ("张三@公司 <z@customer.example>", [("张三@公司", "z@customer.example")]),
        ("=?UTF-8?Q?sales@acme?= <x@customer.example>", [("sales@acme", "x@customer.example")]),
        ("other@third.example <me@customer.example>", [("other@third.example", "me@customer.example")]),
        ('"Lee, Ann" <ann@customer.example>', [("Lee, Ann", "ann@customer.example")]),
        (
            "=?utf-8?Q?Lee=2C_Ann?= <ann@customer.example>, b@x.example",
            [("Lee, Ann", "ann@customer.example"), ("", "b@x.example")],
        ),
        (
            "=?utf-8?q?x=0D=0ABcc:_victim@v.example?= <me@customer.example>",
            [("x Bcc: victim@v.example", "me@customer.example")],
        ),
        (
            "Desk: ann@customer.example, bob@customer.example;",
            [("", "ann@customer.example"), ("", "bob@customer.example")],
        ),
        ("ann smith@customer.example", [("ann", "smith@customer.example")]),
        ("Ann＜ann＠customer.example＞", PLAIN),
        ("＜a＠v.example＞ <ann@customer.example>", [("＜a＠v.example＞", "ann@customer.example")]),
        ('"victim@v.example, " me@customer.example', [("victim@v.example", "me@customer.example")]),
        ('"ann@customer.example"', [("", "ann@customer.example")]),
        ('"a b"@customer.example', [("", '"a b"@customer.example')]),
        ("<>", []),
        ("nobody", []),
        ("@customer.example", []),
        ("((((" * 10_000, []),
        ("x@" * 50_000, []),
    ],
)
def test_an_entry_names_the_address_in_its_angle_brackets(value: str, expected: list[tuple[str, str]]) -> None:
    found = [(address.name, address.address) for address in addresses(value)]

    assert found == expected


def test_a_name_that_is_all_quotes_and_escapes_takes_no_minutes() -> None:
    [found] = addresses('"\\' * 50_000 + " ann@customer.example")

    assert found.address == "ann@customer.example"
