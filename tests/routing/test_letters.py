"""Every letter in three languages and seven schemes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import Misconfigured
from models.values import CATEGORIES, LEVELS, CaseState, Language
from routing import own_letters, profile
from routing.acknowledge import TOLD
from routing.clocks import plan
from routing.letters import Kind, LetterFacts, says_nothing, write
from routing.wording import words

SHANGHAI = ZoneInfo("Asia/Shanghai")
RECEIVED = datetime(2026, 11, 9, 10, 0, tzinfo=SHANGHAI)
LANGUAGES = list(Language)
TOKEN = "FL-000042-k3x9q2abcd"
# What only a letter of that kind says.
MEANING = {
    Kind.STATUS: ("how your case stands", "目前的处理情况", "目前的處理情況"),
    Kind.ASK: ("we need more information", "需要您补充信息", "需要您補充資訊"),
    Kind.INTERIM: ("not solved yet", "尚未解决", "尚未解決"),
    Kind.SOLVED: ("If it is solved, reply: confirmed", "如已解决，请回复：确认", "如已解決，請回覆：確認"),
    Kind.CLOSED: ("your case is closed", "您的工单已关闭", "您的案件已結案"),
    Kind.SURVEY: ("1 (bad)  2  3  4  5 (good)", "1（差）  2  3  4  5（好）", "1（差）  2  3  4  5（好）"),
    Kind.CONSENT: ("do not log in without your consent", "未经您同意，我们不会登录", "未經您同意，我們不會登入"),
    Kind.VISIT: ("Visit:        2026-11-11 10:00", "到场时间：2026-11-11 10:00", "到場時間：2026-11-11 10:00"),
    Kind.MERGED: ("it goes on as FL-000042", "后续统一在 FL-000042 中处理", "後續統一於 FL-000042 中處理"),
    Kind.SPLIT: ("a number of its own now, FL-000042", "单独建立工单 FL-000042", "單獨建立案件 FL-000042"),
    Kind.PART: ("Arrives by:   2026-11-10 18:00", "预计送达：2026-11-10 18:00 前", "預計送達：2026-11-10 18:00 前"),
}
ORDER = (Language.ENGLISH, Language.SIMPLIFIED, Language.TRADITIONAL)


def facts(language: Language = Language.ENGLISH, **changes: object) -> LetterFacts:
    case = LetterFacts(
        number="FL-000042",
        token=TOKEN,
        subject="Backup failed",
        language=language,
        level_name="Level 2 (major)",
        state=CaseState.IN_PROGRESS,
        greeting_name="Ann Lee",
        body="The logs show a full disk.\nWe are making room.",
        next_clocks=(
            ("on_site", RECEIVED + timedelta(days=2)),
            ("spare_part", RECEIVED + timedelta(days=1, hours=8)),
            ("next_update", RECEIVED + timedelta(hours=2)),
            ("escalate", RECEIVED + timedelta(hours=1)),
        ),
        zone=SHANGHAI,
        cause="The disk was full.",
        solution="Old copies were removed.",
        missing=("phone",),
        received_at=RECEIVED,
        at=RECEIVED + timedelta(minutes=45),
        other="FL-000041",
    )
    return replace(case, **changes)  # type: ignore[arg-type]


def every_plan(name: str) -> Iterator[LetterFacts]:
    """The facts of a case of each level of a scheme, in each language."""
    scheme = profile.load(name)
    for language in LANGUAGES:
        for level in LEVELS:
            clocks = tuple((clock.name, clock.due_at) for clock in plan(scheme, level, RECEIVED, "hardware"))
            level_name = scheme.level_name(level, language, "hardware")
            yield facts(
                language, profile=name, level_name=level_name, next_clocks=clocks, missing=scheme.ask_for, at=RECEIVED
            )


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", profile.names())
def test_every_letter_of_every_scheme_is_whole(name: str, kind: Kind) -> None:
    for case in every_plan(name):
        letter = write(kind, case)

        assert letter.subject == f"[{TOKEN}] Backup failed"
        assert case.number in letter.text
        assert case.level_name in letter.text
        assert "2026-11-09 10:00" in letter.text
        assert [sign for sign in ("None", "{{", "{%", "{#", "Undefined", "\n\n\n") if sign in letter.text] == []
        assert max(len(line) for line in letter.text.splitlines()) < 400
        assert write(kind, case) == letter


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_says_what_it_is_for(language: Language, kind: Kind) -> None:
    letter = write(kind, facts(language))

    assert MEANING[kind][ORDER.index(language)] in letter.text
    assert "Ann Lee" in letter.text
    assert "The logs show a full disk.\nWe are making room." in letter.text


@pytest.mark.parametrize("kind", [Kind.STATUS, Kind.INTERIM, Kind.SOLVED, Kind.CLOSED])
@pytest.mark.parametrize("language", LANGUAGES)
def test_cause_and_solution_are_told_where_they_are_known(language: Language, kind: Kind) -> None:
    told = write(kind, facts(language)).text
    untold = write(kind, facts(language, cause="", solution=" \n")).text

    assert "The disk was full." in told
    assert "Old copies were removed." in told
    assert [head for head in ("Cause", "Solution", "原因", "解决办法", "解決辦法") if head in untold] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_promises_to_come_stand_in_order_and_the_desks_own_and_those_of_the_past_do_not(language: Language) -> None:
    past = ("respond", RECEIVED + timedelta(minutes=30))

    letter = write(Kind.STATUS, facts(language, next_clocks=(*facts().next_clocks, past), missing=()))

    listed = [line for line in letter.text.splitlines() if line.startswith("  - ")]
    promises = words("promises", language)
    assert [promises[name] in line for name, line in zip(("next_update", "spare_part", "on_site"), listed, strict=True)]
    assert "2026-11-09 12:00" in listed[0]
    assert "2026-11-09 11:00" not in letter.text  # escalate
    assert "2026-11-09 10:30" not in letter.text


@pytest.mark.parametrize("kind", [Kind.SOLVED, Kind.CLOSED])
def test_at_the_end_the_promises_to_solve_it_are_not_told_any_more(kind: Kind) -> None:
    clocks = (*facts().next_clocks, ("confirm", RECEIVED + timedelta(days=3)))

    letter = write(kind, facts(next_clocks=clocks))

    assert "by 2026-11-12 10:00: your confirmation that it is solved" in letter.text
    assert "2026-11-11" not in letter.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_status_letter_of_yilong_says_that_handling_has_begun(language: Language) -> None:
    begun = ("handling of your case has begun", "已开始处理，约 30 分钟内", "已開始處理，約 30 分鐘內")
    status = (("status_reply", RECEIVED + timedelta(minutes=30)),)
    first = facts(language, profile="yilong", next_clocks=status, at=RECEIVED + timedelta(minutes=5))

    assert begun[ORDER.index(language)] in write(Kind.STATUS, first).text
    assert "2026-11-09 10:30" in write(Kind.STATUS, first).text
    assert begun[ORDER.index(language)] not in write(Kind.STATUS, replace(first, next_clocks=())).text
    assert begun[ORDER.index(language)] not in write(Kind.STATUS, replace(first, profile="vodecn")).text


def test_what_is_asked_for_may_be_a_question_of_the_staffs_own() -> None:
    letter = write(Kind.ASK, facts(missing=("serial_number", "the firmware version")))

    assert "  - the serial number of the device\n  - the firmware version\n" in letter.text


def test_a_letter_that_asks_for_nothing_asks_what_the_customer_sees() -> None:
    assert "what you see" in write(Kind.ASK, facts(missing=(), body="")).text
    assert "what you see" not in write(Kind.ASK, facts(missing=())).text


@pytest.mark.parametrize(("kind", "said"), [(Kind.VISIT, "will be agreed with you"), (Kind.PART, "we will tell you")])
def test_without_a_time_a_visit_or_a_part_names_none(kind: Kind, said: str) -> None:
    assert said in write(kind, facts(next_clocks=())).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_promise_a_customer_is_told_of_and_every_state_has_words(language: Language) -> None:
    named = {rule.name for name in profile.names() for rule in profile.load(name).clocks}
    promises, clocks = words("promises", language), words("clocks", language)

    assert [name for name in named & set(TOLD) if not promises.get(name)] == []
    assert [name for name in named | set(promises) if not clocks.get(name)] == []
    assert [state for state in CaseState if not words("states", language).get(state)] == []
    assert set(promises) == set(words("promises", Language.ENGLISH))
    assert set(clocks) == set(words("clocks", Language.ENGLISH))


def test_no_customer_hears_of_the_desks_own_clocks() -> None:
    own = ("escalate", "second_line_accept", "report_done", "review", "tell_customer")

    assert [name for name in own if name in words("promises", Language.ENGLISH)] == []


HOSTILE = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        [
            "{{ 7*7 }}",
            "{% raw %}",
            "{# x #}",
            "a\r\nBcc: x@y.example\r\n\r\nhi",
            "\x00\x1b[31m",
            "\ud800",
            "‮gnp.exe",
            "𠀀" * 10_000,
        ]
    ),
    st.sampled_from(["\n", "x", "{{", "\u2028", "\t "]).map(lambda part: part * 10_000),
)


@settings(max_examples=150, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, st.sampled_from(Kind), st.sampled_from(LANGUAGES))
def test_nothing_a_customer_writes_breaks_a_letter(
    subject: str, name: str, level: str, kind: Kind, language: Language
) -> None:
    letter = write(kind, facts(language, subject=subject, greeting_name=name, level_name=level, cause=name))
    plain = write(kind, facts(language, subject="x", greeting_name="x", level_name="x", cause=""))

    assert letter.subject.startswith(f"[{TOKEN}]")
    assert len(letter.subject.splitlines()) == 1
    assert len(letter.subject) <= 150 + len(TOKEN) + 3
    assert letter.text.encode()
    assert "FL-000042" in letter.text
    assert not set(letter.text) & set("\x00\x1b\r\u2028\u202e")
    assert letter.text.splitlines()[-1] == plain.text.splitlines()[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_of_the_template_language_stay_signs(language: Language) -> None:
    said = "{{ 7*7 }} {% raw %} {# x #}"

    letter = write(Kind.STATUS, facts(language, subject=said, greeting_name=said, body=said))

    assert letter.text.count(said) == 3
    assert "49" not in letter.text


OWN = {
    "status.en.txt": '{% extends "shipped/status.en.txt" %}{% block reply %}Call extension 100.\n{% endblock %}',
    "yilong/closed.en.txt": "Case {{ number }} is closed for yilong.",
    "words.en.txt": '{% set promises = {"first_call": "we call you at once"} %}',
}


def test_a_desk_may_bring_templates_and_words_of_its_own() -> None:
    clocks = (("first_call", RECEIVED + timedelta(hours=1)), *facts().next_clocks)

    letter = write(Kind.STATUS, facts(next_clocks=clocks), OWN)

    own_letters.check(OWN)
    assert "Call extension 100." in letter.text
    assert "we call you at once" in letter.text
    assert "the next news on the state" in letter.text
    assert write(Kind.CLOSED, facts(profile="yilong"), OWN).text == "Case FL-000042 is closed for yilong.\n"
    assert write(Kind.CLOSED, facts(profile="vodecn"), OWN) == write(Kind.CLOSED, facts(profile="vodecn"))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("status.en.txt", "{{ number }}\n{% if %}", "template status.en.txt, line 2"),
        ("status.en.txt", "{{ number }} {{ adress }}", "'adress' is undefined"),
        ("status.en.txt", "Dear customer", "does not name the case"),
        ("status.en.txt", "{{ number }}{{ 1 / 0 }}", "division by zero"),
        ("status.en.txt", '{% include "status.en.txt" %}', "template status.en.txt"),
        ("status.en.txt", '{% extends "nothing.txt" %}', "nothing.txt"),
        ("letter.en.txt", "{{ number", "template letter.en.txt, line 1"),
        ("words.en.txt", "{% set promises = 5 %}", "words.en.txt"),
        ("status.en.txt", "{{ number }}{{ ''.__class__.__mro__ }}", "unsafe"),
        ("statsu.en.txt", "x", "is never used"),
    ],
)
def test_what_is_wrong_with_a_template_of_a_desk_is_said_in_one_line(name: str, text: str, said: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        own_letters.check({name: text})

    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_all_categories_of_all_schemes_can_be_written_of() -> None:
    for name in profile.names():
        scheme = profile.load(name)
        for category in CATEGORIES:
            clocks = tuple((clock.name, clock.due_at) for clock in plan(scheme, 1, RECEIVED, category))
            assert "FL-000042" in write(Kind.STATUS, facts(profile=name, next_clocks=clocks)).text


def test_only_letters_that_say_what_staff_wrote_need_a_text() -> None:
    silent = {kind for kind in Kind if says_nothing(kind, " \r\n\u3000\u200b")}

    assert silent == {Kind.STATUS, Kind.INTERIM}
    assert not any(says_nothing(kind, "We are at it.") for kind in Kind)
