"""What people write in the cells of their lists, and what is made of it."""

from collections.abc import Callable

import pytest

from workers.directory import cells


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("010-6552 9988", "+861065529988"),
        ("138 0000 0021", "+8613800000021"),
        ("１３８００００００２１", "+8613800000021"),
        ("＋86（10）5550 0101", "+861055500101"),
        ("8613800000021", "+8613800000021"),
        ("+44 113 496 0191", "+441134960191"),
        ("400-800-1234", "+864008001234"),
    ],
)
def test_a_telephone_number_is_kept_in_e164(written: str, number: str) -> None:
    assert cells.phone(written) == number


@pytest.mark.parametrize("written", ["12", "1.38E+10", "021-55500121 转 31", "13800000021/13900000001", "ask Ann", "+"])
def test_what_is_no_telephone_number_is_refused(written: str) -> None:
    with pytest.raises(cells.Wrong, match="write one number without extension"):
        cells.phone(written)


@pytest.mark.parametrize(
    ("written", "domains"),
    [
        ("Tangxi.Example", ["tangxi.example"]),
        ("b.example, a.example；a.example.", ["a.example", "b.example"]),
        ("例子.example", ["xn--fsqu00a.example"]),
        ("ｔａｎｇｘｉ.example", ["tangxi.example"]),
    ],
)
def test_domains_are_kept_as_the_dns_has_them(written: str, domains: list[str]) -> None:
    assert cells.own_domains(written) == domains


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("qq.com", "anybody has an address at qq.com"),
        ("mail.163.com", "anybody has an address"),
        ("com.cn", "anybody has his own"),
        ("tangxi", "no domain"),
        ("https://tangxi.example", "no domain"),
        ("a..example", "no domain"),
        ("192.0.2.1", "no domain"),
        ("x" * 300 + ".example", "no domain"),
        ("-a.example", "no domain"),
    ],
)
def test_a_domain_that_is_nobodys_or_everybodys_is_refused(written: str, says: str) -> None:
    with pytest.raises(cells.Wrong, match=says):
        cells.own_domains(written)


@pytest.mark.parametrize(
    ("written", "address"),
    [("Ann.Li@Tangxi.Example", "Ann.Li@tangxi.example"), ("ann＠例子.example", "ann@xn--fsqu00a.example")],
)
def test_an_address_keeps_its_local_part(written: str, address: str) -> None:
    assert cells.address(written) == address


@pytest.mark.parametrize("written", ["ann", "@tangxi.example", "Ann <ann@tangxi.example>", "a b@x.example", "a@x"])
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(cells.Wrong):
        cells.address(written)


@pytest.mark.parametrize("written", ["2026-11-09", "2026/11/9", "2026.11.09", "2026年11月9日", "２０２６-11-09"])
def test_a_date_has_its_year_first(written: str) -> None:
    assert cells.day(written).isoformat() == "2026-11-09"


def test_a_day_by_which_other_programs_say_that_there_is_no_end_is_refused_with_what_to_write() -> None:
    with pytest.raises(cells.Wrong, match="not from 2000 to 2100; leave the cell empty where there is no end"):
        cells.day("9999-12-31")


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (cells.day, "09.11.2026"),
        (cells.day, "2026-06-31"),
        (cells.day, "0026-06-30"),
        (cells.moment, "2026-11-09T08:00:00"),
        (cells.moment, "2026/11/9 8:00"),
        (cells.moment, "0001-01-01T00:00:00+14:00"),
        (cells.days, "-1"),
        (cells.days, "many"),
        (cells.language, "zh-CN"),
        (cells.yes_or_no, "perhaps"),
        (cells.word, "second line"),
        (cells.word, "x" * 33),
        (cells.code(), "8.61E+12"),
        (cells.code(), "x" * 65),
        (cells.code(), "ﷺ" * 20),
        (cells.code(), "\u200b"),
        (cells.text, "a\x00b"),
        (cells.text, "\x1b[2J"),
        (cells.text, "x" * 2001),
    ],
)
def test_what_cannot_be_meant_is_refused(read: Callable[[str], object], written: str) -> None:
    with pytest.raises(cells.Wrong):
        read(written)


def test_lists_are_separated_by_blanks_or_the_commas_people_write() -> None:
    assert cells.languages("zh-hans，EN zh-Hans") == ["zh-Hans", "en"]
    assert cells.skills("存储 Storage、raid;storage") == ["存储", "storage", "raid"]
