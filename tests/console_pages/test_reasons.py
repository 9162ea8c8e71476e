"""Reasons, which are stored in English, in the language of who reads them."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

import models
from console.auth.roles import Role
from console.pages import reasons, words
from models.db import Database
from models.tables import AuditRow, EventRow
from routing import clocks, profile
from routing.ladder import Running, steps
from routing.rules import Start
from tests.conftest import Clock
from tests.console.builders import case, store
from tests.console_pages.browser import text
from tests.console_pages.conftest import LogIn
from workers.record.additions import FOLLOW_UP, RECOVERY, REPEAT

CHINESE = "zh-Hans"
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
OUTSIDE_HOURS = datetime(2026, 11, 14, 2, 0, tzinfo=UTC)
# What can stand in a hole: what was stored, and what is read in Chinese.
STANDS = {
    "span": ("4 hours", "4 小时"),
    "reason": ("receipt", "收到报告"),
    "row": ("yilong: 5x8 internal clocks", "yilong：5x8 内部时限"),
    "clock": ("on_site", "工程师到场"),
    "clocks": ("on_site, respond", "工程师到场、工程师响应"),
    "step": ("close", "自动关闭"),
    "state": ("waiting", "等待客户"),
    "states": ("waiting, solved", "等待客户、已解决"),
    "letter": ("status", "处理状态"),
    "event": ("repeat", "告警重复"),
    "scope": ("address", "地址"),
    "process": ("fault", "故障流程"),
    "priority": ("highest", "最高"),
    "team": ("incident", "应急"),
    "category": ("data", "数据"),
    "channel": ("sms", "短信"),
    "people": ("Ann by email, 王芳 by sms", "Ann（邮件）、王芳（短信）"),
    "roles": ("expert and no director", "专家、总监"),
    "danger": ("electric shock", "触电"),
    "level": ("2", "2"),
    "n": ("7", "7"),
    "case": ("FL-000042", "FL-000042"),
    "address": ("ann@customer.example", "ann@customer.example"),
    "at": ("2026-11-09 10:00", "2026-11-09 10:00"),
    "on": ("2026-11-09", "2026-11-09"),
}
FORMS = sorted(name for name in words.of("en").flat if name.startswith("reason."))


def filled(language: str, name: str, which: int) -> str:
    template = words.of(language).flat[name]
    holes = re.findall(r"\{([a-z]+)(\d*)\}", template)
    return template.format(**{f"{kind}{number}": STANDS.get(kind, ("x7", "x7"))[which] for kind, number in holes})


@pytest.mark.parametrize("name", profile.names())
def test_why_each_promise_is_due_and_each_step_follows_is_told_in_chinese(name: str) -> None:
    scheme = profile.load(name)
    found = set()
    for level in (1, 2, 3, 4):
        for tier in (*scheme.tiers, None):
            for site in (*scheme.site_classes, None):
                for starts in get_args(Start):
                    planned = clocks.plan(scheme, level, OUTSIDE_HOURS, "hardware", tier, site, starts)
                    found |= {clock.because for clock in planned}
                    running = {clock.name: Running(clock.due_at, clock.hours) for clock in planned}
                    found |= {step.because for step in steps(scheme, level, running)}

    left = {reason: said for reason in found if SENTENCE.search(said := reasons.say(CHINESE, reason))}

    assert found
    assert left == {}


@pytest.mark.parametrize("name", FORMS)
def test_each_reason_that_is_known_is_read_as_what_it_is(name: str) -> None:
    assert reasons.say(CHINESE, filled("en", name, 0)) == filled(CHINESE, name, 1)


@pytest.mark.parametrize(
    ("stored", "english", "chinese"),
    [
        (
            "graver-1: told Ann by voice; the customer has added what reads as level 1",
            "“Customer adds: work has stopped”: told Ann by voice; the customer has added what reads as level 1",
            "“客户补充：业务已中断”：已通知 Ann（语音）；客户补充的内容看来是 1 级",
        ),
        (
            "first-reply-late: told Ann by sms; there is no expert and no service-manager; first_reply was not met"
            " in time (yilong: 5x8 internal clocks)",
            "“No first reply yet”: told Ann by sms; there is no expert and no service manager; “First reply” was"
            " not met in time (yilong: 5x8 internal clocks)",
            "“首次回复逾期”：已通知 Ann（短信）；没有专家、服务经理；“首次答复”未按时兑现（yilong：5x8 内部时限）",
        ),
        (
            "to level 1, team service-desk: report x7 says so",
            "to level 1, team service desk: report x7 says so",
            "升至 1 级，团队“服务台”：报告 x7 如此描述",
        ),
        (
            "to level 1 (Level 1 (critical)), team service-desk: report x7 says so",
            "to level 1 (critical), team service desk: report x7 says so",
            "升至 1 级（critical），团队“服务台”：报告 x7 如此描述",
        ),
        (
            "to level 2 (二级（严重）), team incident: report x7 says so",
            "to level 2 (严重), team incident: report x7 says so",
            "升至 2 级（严重），团队“应急”：报告 x7 如此描述",
        ),
        (
            "FL-000042 is in-progress; from there it can become: waiting, solved",
            "FL-000042 is in progress; from there it can become: waiting for the customer, solved",
            "FL-000042 当前为“处理中”，接下来只能变为：等待客户、已解决",
        ),
    ],
)
def test_names_of_steps_promises_teams_and_states_are_told_in_words(stored: str, english: str, chinese: str) -> None:
    assert reasons.say("en", stored) == english
    assert reasons.say(CHINESE, stored) == chinese


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (
            "call-out: told 王芳 by sms; it is time for call_out (yilong: 5x8 internal clocks)",
            "“呼叫值班工程师”：已通知 王芳（短信）；到了“有人接单”的时间（yilong：5x8 内部时限）",
        ),
        (
            "expired: customer C-1 by the domain x.example; contract A ended on 2026-09-30; nobody knows",
            "已过期：客户 C-1，依据域名 x.example；合同 A 已于 2026-09-30 到期；nobody knows",
        ),
        ("on_site: she is there, at last", "工程师到场：she is there, at last"),
        ("a colleague said: it is over", "a colleague said: it is over"),
        ("it costs 5; 6 with tax", "it costs 5; 6 with tax"),
        ("", ""),
    ],
)
def test_what_is_not_known_of_a_reason_stays_as_it_is(stored: str, said: str) -> None:
    assert reasons.say(CHINESE, stored) == said
    assert reasons.say("en", stored) == stored or "：" in said


@pytest.mark.parametrize(
    "piece", ["to FL-1: ", "x; ", "report 1: ", "to level 1 (", "it was done for FL-1: ", "; a default"]
)
def test_what_somebody_makes_up_takes_no_long_time(piece: str) -> None:
    said = reasons.say(CHINESE, piece * (4000 // len(piece)))

    assert said


def test_the_pages_of_deadlines_and_of_a_case_say_why_in_chinese(
    log_in: LogIn, database: Database, clock: Clock
) -> None:
    store(database, case(clock(), level=1, subject="磁盘阵列离线"))
    agent = log_in(language=CHINESE)
    agent.page("/cases/FL-000001")
    agent.post("/cases/FL-000001/state", to="waiting")

    page = agent.page("/cases/FL-000001")
    refused = agent.post("/cases/FL-000001/state", to="solved")

    assert "首次在 10 分钟内" in text(agent.page("/deadlines?show=standing"), "tbody details")
    assert "等待客户" in text(page, ".clock .changes")
    assert "是故障：结束时请写明原因与解决办法" in refused.text


def test_why_cases_are_not_merged_is_told_in_chinese(log_in: LogIn, database: Database, clock: Clock) -> None:
    strangers = [case(clock(), customer=f"ann@customer{number}.example") for number in (1, 2)]
    store(database, *strangers)

    page = log_in(language=CHINESE).page("/cases/FL-000001/merge?other=FL-000002")

    assert "不属于同一客户（FL-000001 属于 ann@customer1.example" in text(page, ".hint")


@pytest.mark.parametrize("name", profile.names())
def test_the_figures_of_a_scheme_are_told_in_chinese(log_in: LogIn, name: str) -> None:
    page = log_in(Role.VIEWER, language=CHINESE).page(f"/schemes/{name}")

    figures = [cell.text() for cell in page.css("section.card:first-of-type td.half")]
    assert len(figures) == 5
    rows = [cell.text() for cell in page.css("section.card:first-of-type td.wide")]
    assert [text for text in (*figures, *rows) if SENTENCE.search(text)] == []


def test_who_was_told_and_how_is_read_in_chinese() -> None:
    told = ["王芳 by sms", "Ann Lee by email", "somebody"]

    assert reasons.people(CHINESE, told) == "王芳（短信）、Ann Lee（邮件）、somebody"
    assert reasons.people("en", told) == "王芳 by sms, Ann Lee by email, somebody"


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", ["wrote: Status", "consent asked for", "began, or went on", "logged in", "did something else"]),
        (CHINESE, ["发信：处理状态", "请求远程许可", "开始处理", "登录", "did something else"]),
    ],
)
def test_the_log_of_acts_says_in_words_what_was_done(
    log_in: LogIn, database: Database, clock: Clock, language: str, says: list[str]
) -> None:
    acts = ("did something else", "login", "in-progress", "consent asked", "wrote status")
    with database.transaction() as session:
        session.add_all(AuditRow(at=clock(), who="eve", what=what, about="x", client="") for what in acts)

    cells = log_in(Role.SUPERVISOR, language=language).page("/audit?about=x").css("tbody td:nth-child(3)")

    assert [cell.text() for cell in cells] == says


def test_every_act_that_is_noted_has_words() -> None:
    written = re.compile(
        r'(?:audit\.note\(session, user|_note\(session, doer|audit\.entry\(session, [\w.]+), "([^"]+)"'
    )
    sources = (path.read_text(encoding="utf-8") for path in (Path(words.__file__).parents[1]).rglob("*.py"))

    noted = {what for source in sources for what in written.findall(source)}

    assert len(noted) > 30
    assert {what for what in noted if f"act.{what.replace(' ', '-')}" not in words.of(CHINESE).flat} == set()


@pytest.mark.parametrize("name", profile.names())
def test_the_rows_of_a_schemes_source_are_told_in_chinese_with_the_row_itself_behind(log_in: LogIn, name: str) -> None:
    scheme = profile.load(name)

    page = log_in(Role.VIEWER, language=CHINESE).page(f"/schemes/{name}")

    for rule, row in zip(scheme.clocks, page.css("#clocks tbody tr"), strict=True):
        told = row.css_first("small[title]")
        assert told is not None
        assert told.attributes["title"] == rule.row.removeprefix(f"{name}: ")
        assert not SENTENCE.search(told.text()), told.text()


def test_whatever_is_noted_on_a_case_is_named_in_words() -> None:
    written = re.compile(r'\bnote\(\s*(?:[\w.]+, )?"([a-z-]+)"')
    packages = (Path(models.__file__).parents[1] / name for name in ("workers", "models"))
    sources = (path.read_text(encoding="utf-8") for package in packages for path in package.rglob("*.py"))

    noted = {kind for source in sources for kind in written.findall(source)} | {FOLLOW_UP, REPEAT, RECOVERY}

    assert len(noted) > 30
    assert {kind for kind in noted if f"event.{kind}" not in words.of(CHINESE).flat} == set()


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "“Engineer responds” was due at 2026-11-09 10:10: "),
        (CHINESE, "“工程师响应”应于 2026-11-09 10:10 前兑现"),
    ],
)
def test_a_moment_in_a_reason_is_told_in_the_zone_of_the_page(
    log_in: LogIn, database: Database, clock: Clock, language: str, says: str
) -> None:
    row = case(clock())
    store(database, row)
    missed = "respond was due at 2026-11-09 02:10 UTC: it lay; 2026-99-09 02:10 UTC is no moment"
    with database.transaction() as session:
        session.add(EventRow(case_id=row.id, at=clock(), actor="firstline", kind="breached", text=missed))

    page = log_in(language=language).page("/cases/FL-000001")

    assert says in text(page, ".is-breached")
    assert "2026-99-09 02:10 UTC" in text(page, ".is-breached")
