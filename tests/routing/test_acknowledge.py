"""The acknowledgement in three languages."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from models.values import Language, Standing
from routing import profile
from routing.acknowledge import TOLD, CaseFacts, acknowledge
from routing.clocks import plan
from routing.wording import words

SHANGHAI = ZoneInfo("Asia/Shanghai")
YILONG = profile.load("yilong")
RECEIVED = datetime(2026, 11, 9, 10, 0, tzinfo=SHANGHAI)
LANGUAGES = list(Language)
QUESTIONS = {
    Language.ENGLISH: [
        "name of the person",
        "company or site",
        "telephone number",
        "detailed description",
        "serial number",
    ],
    Language.SIMPLIFIED: ["联系人姓名", "公司或站点", "联系电话", "详细的故障描述", "设备序列号"],
    Language.TRADITIONAL: ["聯絡人姓名", "公司或站點", "聯絡電話", "詳細的故障描述", "設備序號"],
}
CLOSINGS = {
    Language.ENGLISH: "This is an automatic acknowledgement",
    Language.SIMPLIFIED: "本邮件由服务台自动发出",
    Language.TRADITIONAL: "本郵件由服務台自動發出",
}


def facts(language: Language = Language.ENGLISH, level: int = 2, **changes: object) -> CaseFacts:
    case = CaseFacts(
        number="FL-000042",
        token="FL-000042-k3x9q2abcd",
        subject="Backup failed",
        language=language,
        level=level,
        level_name=YILONG.level_name(level, language),
        process="fault",
        clocks=plan(YILONG, level, RECEIVED),
        missing=(),
        greeting_name="Ann Lee",
        received_at=RECEIVED,
        zone=SHANGHAI,
        at=RECEIVED,
    )
    return replace(case, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_number_level_time_of_receipt_and_that_it_is_automatic(language: Language) -> None:
    reply = acknowledge(facts(language))

    assert reply.subject == "[FL-000042-k3x9q2abcd] Backup failed"
    assert "FL-000042" in reply.text
    assert YILONG.level_name(2, language) in reply.text
    assert "2026-11-09 10:00" in reply.text
    assert "Asia/Shanghai" in reply.text
    assert "Ann Lee" in reply.text
    assert CLOSINGS[language] in reply.text


@pytest.mark.parametrize("level", [1, 2, 3, 4])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_promise_the_customer_is_told_of_stands_on_a_line_with_its_local_time(
    language: Language, level: int
) -> None:
    clocks = plan(YILONG, level, RECEIVED)

    reply = acknowledge(facts(language, level))

    promised = [line for line in reply.text.splitlines() if line.startswith("  - ")]
    told = [f"{clock.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for clock in clocks if clock.name in TOLD]
    assert len(promised) == len(told)
    assert [due for line, due in zip(promised, told, strict=True) if due not in line] == []
    assert [line for line in promised if not line.strip(" -:：0123456789前by")] == []


def test_times_are_those_of_the_desks_zone() -> None:
    reply = acknowledge(facts(zone=ZoneInfo("Europe/Berlin")))

    assert "2026-11-09 03:00 (Europe/Berlin)" in reply.text
    assert "by 2026-11-09 03:30: first news" in reply.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_missing_is_asked_for_one_line_each(language: Language) -> None:
    reply = acknowledge(facts(language, missing=YILONG.ask_for))

    assert [question for question in QUESTIONS[language] if question not in reply.text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_asked_for_where_nothing_is_missing(language: Language) -> None:
    reply = acknowledge(facts(language))

    assert [question for question in QUESTIONS[language] if question in reply.text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotes_and_signs_of_the_subject_come_back_as_they_were_written(language: Language) -> None:
    reply = acknowledge(facts(language, subject="\"A\" & 'B' <C> {{ 7*7 }} {% raw %} 100%"))

    assert "\"A\" & 'B' <C> {{ 7*7 }} {% raw %} 100%" in reply.text
    assert reply.subject.endswith("\"A\" & 'B' <C> {{ 7*7 }} {% raw %} 100%")


@pytest.mark.parametrize(
    "separator", ["\r\n", "\n", "\r", "\t", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\r\nBcc: x@y.example\r\n"]
)
def test_a_subject_with_line_breaks_becomes_one_line(separator: str) -> None:
    reply = acknowledge(facts(subject=f"Backup{separator}failed"))

    assert len(reply.subject.splitlines()) == 1
    assert "\t" not in reply.subject


def test_a_name_with_line_breaks_adds_no_lines_of_its_own() -> None:
    reply = acknowledge(facts(greeting_name="Ann\r\n\r\nCall 0900 123456 now"))

    assert reply.text.startswith("Dear Ann Call 0900 123456 now,\n\n")


def test_a_long_subject_is_cut_and_the_token_stays() -> None:
    reply = acknowledge(facts(subject="失败 " * 500))

    assert reply.subject.startswith("[FL-000042-k3x9q2abcd] 失败 失败")
    assert len(reply.subject) <= 150 + len("[FL-000042-k3x9q2abcd] ")
    assert reply.subject == reply.subject.rstrip()


@pytest.mark.parametrize(
    ("language", "greeting"),
    [
        (Language.ENGLISH, "Dear customer,"),
        (Language.SIMPLIFIED, "尊敬的客户，您好："),
        (Language.TRADITIONAL, "尊敬的客戶，您好："),
    ],
)
def test_without_a_subject_or_a_name_there_are_no_empty_quotes(language: Language, greeting: str) -> None:
    reply = acknowledge(facts(language, subject=" \n", greeting_name=""))

    assert reply.subject == "[FL-000042-k3x9q2abcd]"
    assert reply.text.startswith(greeting)
    assert [empty for empty in ('""', "“”", "「」", "None") if empty in reply.text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_a_profile_can_ask_and_every_promise_has_its_words(language: Language) -> None:
    known = words("questions", language) | words("promises", language)

    assert [key for key in (*YILONG.ask_for, *TOLD) if not known.get(key)] == []


def test_the_same_facts_give_the_same_text() -> None:
    assert acknowledge(facts()) == acknowledge(facts())


@pytest.mark.parametrize(
    ("language", "words"),
    [(Language.ENGLISH, "smaller pieces"), (Language.SIMPLIFIED, "再发一次"), (Language.TRADITIONAL, "再寄一次")],
)
def test_a_sender_is_told_when_part_of_his_mail_could_not_be_read(language: Language, words: str) -> None:
    assert words in acknowledge(facts(language, is_incomplete=True)).text
    assert words not in acknowledge(facts(language)).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_brings_the_documents_that_may_help_already(language: Language) -> None:
    offered = (("Reset a password", "On the login page.\n\nThen wait."), ("Set the time {{ 7 * 6 }}", "Use NTP."))

    reply = acknowledge(facts(language, documents=offered))
    plain = acknowledge(facts(language))

    assert "Reset a password" in reply.text
    assert "\n  On the login page.\n\n  Then wait.\n" in reply.text
    assert "{{ 7 * 6 }}" in reply.text
    assert reply.text.endswith(plain.text[-40:])
    assert "\n\n\n" not in reply.text


@pytest.mark.parametrize("standing", [Standing.EXPIRED, Standing.NOT_ENTITLED, Standing.NOT_NAMED])
@pytest.mark.parametrize(
    ("language", "ours", "meanwhile"),
    [
        (Language.ENGLISH, "Our list", "severe faults are handled meanwhile"),
        (Language.SIMPLIFIED, "在我们的记录中", "严重故障在此期间仍会得到处理"),
        (Language.TRADITIONAL, "在我們的紀錄中", "嚴重故障在此期間仍會得到處理"),
    ],
)
def test_who_may_not_ask_is_told_politely(standing: Standing, language: Language, ours: str, meanwhile: str) -> None:
    usual = acknowledge(facts(language)).text

    told = acknowledge(facts(language, standing=standing)).text

    assert ours in told
    assert meanwhile in told
    assert ours not in usual
    assert acknowledge(facts(language, standing=Standing.UNKNOWN)).text == usual


def test_the_promises_are_told_in_the_order_in_which_they_are_due() -> None:
    clocks = plan(profile.load("service-plan"), 3, RECEIVED, "hardware", site_class="own")

    reply = acknowledge(facts(clocks=tuple(reversed(clocks))))

    due = [line.split(": ")[0] for line in reply.text.splitlines() if line.startswith("  - by ")]
    assert len(due) > 1
    assert due == sorted(due)


def test_what_is_written_late_promises_nothing_that_is_over() -> None:
    text = acknowledge(facts(at=RECEIVED.replace(hour=13))).text

    assert "2026-11-09 10:30" not in text  # the first news
    assert "by 2026-11-09 15:00: an engineer takes it up" in text


@pytest.mark.parametrize(
    ("language", "soon"),
    [
        (Language.ENGLISH, "as soon as we can"),
        (Language.SIMPLIFIED, "尽快就此事答复您"),
        (Language.TRADITIONAL, "儘快就此事答覆您"),
    ],
)
def test_where_every_time_is_over_none_is_named(language: Language, soon: str) -> None:
    text = acknowledge(facts(language, at=RECEIVED.replace(month=12))).text

    assert f"- {soon}" in text
    assert text.count("2026-") == 1  # when it was received
