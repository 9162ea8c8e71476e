"""What reports name, in both languages, as people write it."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from classify.entities import find, found_in


def named(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entity in find(text):
        found.setdefault(entity.label, []).append(entity.value)
    return found


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("the controller, S/N 7X92K, shows red", "serial_number", "7X92K"),
        ("Serial number: CN-7X92K/2.", "serial_number", "CN-7X92K/2"),
        ("serial no. 4711", "serial_number", "4711"),
        ("设备序列号：7X92K-22", "serial_number", "7X92K-22"),
        ("機器序號7X92K", "serial_number", "7X92K"),
        ("SN码是 210235A1", "serial_number", "210235A1"),
        ("Service Tag: 8XKQ2T3", "serial_number", "8XKQ2T3"),
        ("its service tag is 9ABC123.", "serial_number", "9ABC123"),
        ("R740，服务标签：8XKQ2T3，一块硬盘红灯", "serial_number", "8XKQ2T3"),
        ("ESN：21980107123SK4000111，电源告警", "serial_number", "21980107123SK4000111"),
        ("电池鼓包。出厂编号 E2319004512。", "serial_number", "E2319004512"),
        ('devname="FW-HQ" devid="FG100FTK21001234" level="critical"', "serial_number", "FG100FTK21001234"),
        ("SERIAL_NUM=721849000123", "serial_number", "721849000123"),
        ("Seriennummer: CZJ9230ABC", "serial_number", "CZJ9230ABC"),
        ("製造番号：MXQ83701AB", "serial_number", "MXQ83701AB"),
        ("李志 0755-26001234-802", "phone", "+8675526001234"),
        ("电话021-61234567—8012", "phone", "+862161234567"),
        ("Site no. HZ-014 is dark", "site", "HZ-014"),
        ("站点编号 BJ-08 断网", "site", "BJ-08"),
        ("our contract number is C-20417", "contract", "C-20417"),
        ("合同编号为HT2024-0031", "contract", "HT2024-0031"),
        ("合約編號：TW-88", "contract", "TW-88"),
        ("it ends with error code 0x80070057", "error_code", "0x80070057"),
        ("ORA-00600 again", "error_code", "ORA-00600"),
        ("报错代码E1234", "error_code", "E1234"),
        ("Model: VX-740", "model", "VX-740"),
        ("型号 VX-740", "model", "VX-740"),
        ("call +86 571 8888 1234", "phone", "+8657188881234"),
        ("请打13800138000", "phone", "+8613800138000"),
        ("電話02-2771-1234", "phone", "+886227711234"),
        ("call me on (212) 555-0147", "phone", "+12125550147"),
        ("I write for Bluefin Logistics GmbH.", "company", "Bluefin Logistics GmbH"),
        ("我们是杭州钢铁有限公司，机房断电", "company", "杭州钢铁有限公司"),
        ("Contact: Maria Gomez", "contact", "Maria Gomez"),
        ("联系人：王强", "contact", "王强"),
    ],
)
def test_it_is_found_without_the_words_that_announce_it(text: str, label: str, value: str) -> None:
    assert value in named(text).get(label, [])


@pytest.mark.parametrize(
    "text",
    [
        "the contract has expired",
        "which model do you recommend?",
        "序列号在哪里看？",
        "error after error",
        "version 9.4.1 of 2026-11-09 at 10:30",
        "",
    ],
)
def test_words_that_announce_nothing_name_nothing(text: str) -> None:
    assert named(text) == {}


def test_each_value_is_named_once_in_its_order_with_its_place() -> None:
    text = "S/N 7X92K is dead, S/N 8Y11M too; S/N 7X92K was new"

    first, second = find(text)

    assert (first.value, second.value) == ("7X92K", "8Y11M")
    assert text[second.start : second.end] == "S/N 8Y11M"


@given(st.text(max_size=200))
def test_no_text_is_too_odd(text: str) -> None:
    for entity in find(text):
        assert 0 <= entity.start < entity.end <= len(text)
        assert entity.value


_PIECES = st.sampled_from(
    [
        *(
            "S/N",
            "serial number",
            "Serial no.",
            "site",
            "error code",
            "No.",
            "model",
            "type",
            "contract",
            "is",
            "Service Tag",
        ),
        *("序列号", "站点编号", "合同", "是", "为", "报错代码", "型号", "联系人", "contact", "My name is"),
        *("4711", "7X92K", "CN-7X92K/2", "a--47", "E17", "ORA-00600", "0x80070057", "x0x80070057", "1.2.3", "é7"),
        *(
            "Bluefin",
            "Logistics",
            "GmbH",
            "Ltd.",
            "Co",
            "A&B",
            "of",
            "上海某某有限公司",
            "我们是",
            "医院",
            "王",
            "小明",
        ),
        *("+86 571 8888 1234", "13800138000", "(212) 555-0147", "95187", "020 7946 0958 ext. 12", "2026-11-09"),
        *(" ", " ", " ", "  ", "\n", ":", "：", "#", "(", ")", ",", ".", "。", "-", "/", "İ", "\u00a0", "\t", "'"),
    ]
)


@settings(max_examples=300)
@example("A&B GmbH上海某某有限公司")
@example("S/N--4711")
@given(st.lists(_PIECES, max_size=30).map("".join))
def test_what_is_looked_at_in_pieces_is_what_is_found_in_the_whole(text: str) -> None:
    whole = [(0, len(text))]

    assert find(text) == found_in(text, whole, whole)


@pytest.mark.timeout(60)  # what was looked at from each sign anew took up to 80 s
@pytest.mark.parametrize("piece", ["公司", "有限公司", "Ltd.", "-", "a.", "FL-", "1", "+1", "contact:"])
def test_a_text_that_is_made_to_hurt_is_looked_through_once(piece: str) -> None:
    hurting = (piece * 20_000)[:19_960]

    assert "7X92K" in [entity.value for entity in find(f"{hurting} serial number: 7X92K ")]
