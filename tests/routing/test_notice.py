"""What staff are told, by mail, SMS and telephone."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.values import LEVELS, Language
from routing import profile
from routing.fitting import gsm_clean, gsm_size, is_gsm, spelled, ucs2_size
from routing.notice import Notice, NoticeFacts
from routing.wording import words

SHANGHAI = ZoneInfo("Asia/Shanghai")
DUE = datetime(2026, 11, 9, 10, 30, tzinfo=SHANGHAI)
TOKEN = "FL-000042-k3x9q2abcd"
LANGUAGES = list(Language)
BY_LANGUAGE = {
    Language.ENGLISH: ("Example Hospital", "Storage array shows two red lights"),
    Language.SIMPLIFIED: ("示例医院", "存储阵列亮两个红灯"),
    Language.TRADITIONAL: ("示例醫院", "儲存陣列亮兩個紅燈"),
}
SPELLED = {
    Language.ENGLISH: "F L, zero, zero, zero, zero, four, two",
    Language.SIMPLIFIED: "F L, 零, 零, 零, 零, 四, 二",
    Language.TRADITIONAL: "F L, 零, 零, 零, 零, 四, 二",
}


def facts(language: Language = Language.ENGLISH, **changes: object) -> NoticeFacts:
    customer, subject = BY_LANGUAGE[language]
    case = NoticeFacts(
        number="FL-000042",
        level=1,
        level_name=profile.load("yilong").level_name(1, language),
        customer=customer,
        subject=subject,
        team="incident",
        step="to-the-manager",
        because="respond was not met in time (yilong: clocks by level, respond)",
        due_at=DUE,
        zone=SHANGHAI,
        language=language,
        told_before=("Ann Lee", "Bo Chen"),
        asks_acceptance=True,
        clock="respond",
        token=TOKEN,
    )
    return replace(case, **changes)  # type: ignore[arg-type]


def fits(told: Notice, language: Language) -> bool:
    is_short = (
        is_gsm(told.sms) and gsm_size(told.sms) <= 160 if language is Language.ENGLISH else ucs2_size(told.sms) <= 134
    )
    is_one_line = len(told.sms.splitlines()) == len(told.spoken.splitlines()) == len(told.subject.splitlines()) == 1
    return is_short and is_one_line and len(told.spoken) <= 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_says_which_case_what_was_missed_and_what_is_asked(language: Language) -> None:
    told = Notice(facts(language))

    said = (
        *BY_LANGUAGE[language],
        "FL-000042",
        facts(language).level_name,
        "incident",
        "to-the-manager",
        "respond was not met",
    )
    assert [fact for fact in said if fact not in told.text] == []
    assert words("clocks", language)["respond"] in told.text
    assert "2026-11-09 10:30" in told.text
    assert "Asia/Shanghai" in told.text
    assert "Ann Lee" in told.text
    assert "Bo Chen" in told.text
    assert TOKEN in told.text
    assert told.subject.startswith(f"[{TOKEN}] {facts(language).level_name}")
    assert words("clocks", language)["respond"] in told.subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sms_holds_what_matters(language: Language) -> None:
    told = Notice(facts(language))

    said = ("FL-000042", facts(language).level_name, words("clocks", language)["respond"], "11-09 10:30", TOKEN)
    assert [fact for fact in said if fact not in told.sms] == []
    assert BY_LANGUAGE[language][0] in told.sms
    assert fits(told, language)


@pytest.mark.parametrize("language", [Language.SIMPLIFIED, Language.TRADITIONAL])
def test_a_chinese_sms_is_one_part_where_it_can_be_and_else_two(language: Language) -> None:
    short = Notice(facts(language, subject="很长的主题" * 30))
    long = Notice(facts(language, level_name="服务请求 严重级别1（最紧急的一类故障）", clock="tell_customer"))

    assert ucs2_size(short.sms) <= 70
    assert 70 < ucs2_size(long.sms) <= 134
    assert BY_LANGUAGE[language][1] in long.sms


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_spells_the_number_and_asks_for_the_key(language: Language) -> None:
    told = Notice(facts(language))

    assert SPELLED[language] in told.spoken
    assert BY_LANGUAGE[language][0] in told.spoken
    assert ("press 1" in told.spoken) or ("请按 1" in told.spoken) or ("請按 1" in told.spoken)
    assert "10:30 on 9 November" in told.spoken or "11月9日10" in told.spoken
    assert "FL-" not in told.spoken


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_need_not_accept_is_not_asked_to(language: Language) -> None:
    told = Notice(facts(language, asks_acceptance=False))

    for text in (told.text, told.sms, told.spoken):
        assert [ask for ask in ("ccept", "press 1", "接单", "接案", "按 1") if ask in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_is_the_first_to_be_told_learns_it(language: Language) -> None:
    told = Notice(facts(language, told_before=()))

    assert [line for line in told.text.splitlines() if line.strip().endswith(("nobody", "无", "無"))]


@pytest.mark.parametrize(
    ("language", "missed"), [(Language.ENGLISH, "issed"), (Language.SIMPLIFIED, "超时"), (Language.TRADITIONAL, "逾時")]
)
def test_a_promise_still_to_be_kept_is_not_called_missed(language: Language, missed: str) -> None:
    late = Notice(facts(language))
    open_ = Notice(facts(language, is_missed=False))

    for text in (late.subject, late.text, late.sms, late.spoken):
        assert missed in text
    for text in (open_.subject, open_.text, open_.sms, open_.spoken):
        assert missed not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_level_and_clock_of_every_scheme_fits(language: Language) -> None:
    for name in profile.names():
        scheme = profile.load(name)
        for level in LEVELS:
            for clock in words("clocks", language):
                told = Notice(facts(language, level_name=scheme.level_name(level, language), clock=clock))

                assert fits(told, language)
                assert TOKEN in told.sms
                assert "None" not in told.text + told.sms + told.spoken


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clock_without_words_and_a_case_without_names_are_told_too(language: Language) -> None:
    own = Notice(facts(language, clock="first_call", customer="", subject="", team="", token=""))
    none = Notice(facts(language, clock=""))

    assert "first call" in own.text
    assert "first call" in own.sms
    assert own.subject.startswith("[FL-000042]")
    assert "2026-11-09 10:30" in none.text
    assert fits(own, language)
    assert fits(none, language)


def test_an_english_sms_leaves_out_what_it_cannot_spell() -> None:
    told = Notice(facts(customer="示例医院 IT", subject="“Café” über — 100 € Łódź…"))

    assert is_gsm(told.sms)
    assert "IT:" in told.sms
    assert '"Café" über - 100 €' in told.sms


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("naïve", "naive"),
        ("a\tb", "a b"),
        ("‘x’", "'x'"),
        ("ｆｕｌｌ", "full"),
        ("故障", ""),
        ("[ok]", "[ok]"),
        ("`", ""),
    ],
)
def test_gsm_text_keeps_what_it_can(text: str, clean: str) -> None:
    assert gsm_clean(text) == clean


def test_characters_of_the_gsm_extension_take_two_places() -> None:
    assert gsm_size("[a]") == 5


def test_numbers_are_spelled_digit_by_digit() -> None:
    assert spelled("FL-000019", "en") == "F L, zero, zero, zero, zero, one, nine"
    assert spelled("FL-000019", "zh-Hans") == "F L, 零, 零, 零, 零, 一, 九"


HOSTILE = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        [
            "{{ 7*7 }}",
            "{% raw %}",
            "a\r\nBcc: x@y.example\r\n\r\nhi",
            "\x00\x1b[31m",
            "\ud800",
            "<Say>x</Say>",
            "𠀀" * 10_000,
            "[]" * 99,
        ]
    ),
    st.sampled_from(["\n", "x", "{{", "\u2028", "好", "^"]).map(lambda part: part * 10_000),
)


@settings(max_examples=200, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE, st.sampled_from(LANGUAGES), st.booleans())
def test_nothing_a_customer_writes_breaks_a_notice(
    subject: str, customer: str, level: str, told: str, language: Language, asks: bool
) -> None:
    made = Notice(
        facts(language, subject=subject, customer=customer, level_name=level, told_before=(told,), asks_acceptance=asks)
    )

    assert fits(made, language)
    assert made.subject.startswith(f"[{TOKEN}]")
    assert len(made.subject) <= 200
    assert "FL-000042" in made.text
    assert "FL-000042" in made.sms
    assert SPELLED[language] in made.spoken
    assert asks is (TOKEN in made.sms)
    assert not set(made.spoken) & set("<>&{}\x00")
    assert "\r" not in made.text
    assert made.text.encode()
    assert made.sms.encode()
    assert made.spoken.encode()
    assert max(len(line) for line in made.text.splitlines()) < 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_facts_give_the_same_notice(language: Language) -> None:
    one, other = Notice(facts(language)), Notice(facts(language))

    assert (one.subject, one.text, one.sms, one.spoken) == (other.subject, other.text, other.sms, other.spoken)
