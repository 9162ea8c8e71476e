"""The seven schemes against SERVICE.md, row by row: what each promises, and when."""

from datetime import datetime, timedelta
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.errors import Misconfigured
from models.values import CATEGORIES, LEVELS, Language
from routing import profile
from routing.acknowledge import CaseFacts, acknowledge
from routing.clocks import Clock, plan
from routing.decide import Decision, decide

CHINA = ZoneInfo("Asia/Shanghai")
SATURDAY = datetime(2026, 11, 7, 10, 0, tzinfo=CHINA)
FRIDAY_NIGHT = datetime(2026, 11, 6, 19, 30, tzinfo=CHINA)
MONDAY = datetime(2026, 11, 9, 10, 0, tzinfo=CHINA)
BEFORE_NATIONAL_DAY = datetime(2026, 9, 30, 10, 0, tzinfo=CHINA)
SCHEMES = profile.names()


def clocks(name: str, level: int, category: str, at: datetime, **contract: Any) -> dict[str, Clock]:
    return {clock.name: clock for clock in plan(profile.load(name), level, at, category, **contract)}


def due(name: str, clock: str, level: int, category: str, at: datetime, **contract: Any) -> datetime:
    return clocks(name, level, category, at, **contract)[clock].due_at.astimezone(CHINA)


def china(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


def at_once(decision: Decision) -> list[str]:
    """The clocks that promise nothing: they carry the steps by which people are told at once."""
    return [clock.name for clock in decision.clocks if clock.name in {"call_out", "expert_call", "expert_group"}]


def test_the_seven_schemes_are_there() -> None:
    assert SCHEMES == [
        "netops",
        "service-plan",
        "software-project",
        "storage-callhome",
        "ucloud",
        "vodecn",
        "yilong",
    ]


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("level", LEVELS)
def test_every_report_is_decided_and_promised_something_after_it_came(name: str, level: int) -> None:
    scheme = profile.load(name)
    for category in CATEGORIES:
        for tier in scheme.tiers or (None,):
            for site_class in scheme.site_classes or (None,):
                decision = decide(scheme, level, category, SATURDAY, tier, site_class)

                assert decision.process == ("fault" if level < 4 else "non-fault")
                assert decision.clocks
                assert all(clock.due_at >= clock.starts_at >= SATURDAY for clock in decision.clocks)
                assert [clock.name for clock in decision.clocks if clock.due_at == clock.starts_at] == at_once(decision)
                assert len({clock.name for clock in decision.clocks}) == len(decision.clocks)


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("language", list(Language))
def test_every_scheme_tells_the_customer_its_own_level_and_a_time(name: str, language: Language) -> None:
    scheme = profile.load(name)
    for level in LEVELS:
        told = acknowledge(
            CaseFacts(
                number="FL-000001",
                token="FL-000001-abc",
                subject="Disk",
                language=language,
                level=level,
                level_name=scheme.level_name(level, language, "hardware"),
                process="fault" if level < 4 else "non-fault",
                clocks=plan(scheme, level, MONDAY, "hardware"),
                missing=(),
                greeting_name="",
                received_at=MONDAY,
                zone=scheme.hours.zone,
                at=MONDAY,
            )
        ).text

        assert scheme.level_name(level, language, "hardware") in told
        assert "2026-11-" in told


@pytest.mark.parametrize(
    ("level", "category", "own_name"),
    [
        (1, "network", "一级故障"),
        (2, "network", "三级故障"),
        (3, "hardware", "二级故障"),
        (3, "software", "四级故障"),
        (4, "usage", "非故障咨询"),
    ],
)
def test_service_plan_cuts_its_levels_otherwise(level: int, category: str, own_name: str) -> None:
    assert profile.load("service-plan").level_name(level, "zh-Hans", category) == own_name


@pytest.mark.parametrize(
    ("level", "category", "site_class", "hours"),
    [
        (1, "network", "own", 1),
        (1, "network", "elsewhere", 12),
        (3, "hardware", "own", 1),
        (3, "hardware", "elsewhere", 12),
    ],
)
def test_service_plan_comes_at_any_hour_for_its_levels_1_and_2(
    level: int, category: str, site_class: str, hours: int
) -> None:
    assert due("service-plan", "on_site", level, category, SATURDAY, site_class=site_class) == SATURDAY + timedelta(
        hours=hours
    )


@pytest.mark.parametrize("at", [SATURDAY, FRIDAY_NIGHT])
@pytest.mark.parametrize(
    ("level", "site_class", "arrives"),
    [
        (2, "own", china(11, 9, 16)),
        (2, "elsewhere", china(11, 10, 8)),
        (3, "own", china(11, 9, 20)),
        (3, "elsewhere", china(11, 11, 8)),
    ],
)
def test_service_plan_counts_its_levels_3_and_4_from_the_next_working_day(
    at: datetime, level: int, site_class: str, arrives: datetime
) -> None:
    assert due("service-plan", "on_site", level, "network", at, site_class=site_class) == arrives


def test_service_plan_counts_from_receipt_within_its_hours() -> None:
    assert due("service-plan", "on_site", 2, "network", MONDAY) == china(11, 9, 18)


def test_service_plan_repairs_hardware_in_24_and_systems_in_48_hours_after_its_answer() -> None:
    assert due("service-plan", "respond", 1, "hardware", MONDAY) == china(11, 9, 12)
    assert due("service-plan", "solve", 1, "hardware", MONDAY) == china(11, 10, 12)
    assert due("service-plan", "solve", 1, "software", MONDAY) == china(11, 11, 12)


def test_vodecn_sends_parts_by_the_next_evening_holidays_included_or_on_the_next_working_day() -> None:
    assert due("vodecn", "spare_part", 2, "hardware", BEFORE_NATIONAL_DAY, tier="nd") == china(10, 1, 18)
    assert due("vodecn", "spare_part", 2, "hardware", BEFORE_NATIONAL_DAY, tier="nbd") == china(10, 8, 10)
    assert "spare_part" not in clocks("vodecn", 2, "software", BEFORE_NATIONAL_DAY)


def test_software_project_answers_urgent_requests_in_24_hours_or_in_one() -> None:
    assert due("software-project", "first_reply", 1, "software", SATURDAY) == china(11, 8, 10)
    assert due("software-project", "first_reply", 1, "software", SATURDAY, tier="fast") == china(11, 7, 11)
    assert due("software-project", "on_site", 1, "software", SATURDAY, tier="fast") == china(11, 7, 12)
    assert "on_site" not in clocks("software-project", 1, "software", SATURDAY, tier="fast", site_class="elsewhere")


def test_software_project_is_on_duty_every_day_of_the_week() -> None:
    assert due("software-project", "escalate", 1, "software", china(11, 7, 18)) == china(11, 8, 10)


def test_ucloud_serves_the_resident_engineers_tier_in_his_hours_alone() -> None:
    assert due("ucloud", "first_reply", 1, "network", SATURDAY) == china(11, 7, 10, 30)
    assert due("ucloud", "first_reply", 1, "network", SATURDAY, tier="onsite") == china(11, 9, 10)
    assert "on_site" in clocks("ucloud", 1, "network", SATURDAY, tier="gold-vip")
    assert "on_site" not in clocks("ucloud", 1, "network", SATURDAY)


def test_netops_has_three_fault_levels_that_rise() -> None:
    scheme = profile.load("netops")

    assert [scheme.level_name(level, "zh-Hans")[:2] for level in (1, 2, 3)] == ["一级", "二级", "三级"]
    assert all("escalate" in clocks("netops", level, "network", SATURDAY) for level in (1, 2, 3))


def test_storage_callhome_tells_requests_from_events() -> None:
    scheme = profile.load("storage-callhome")

    assert "Service Request" in scheme.level_name(1, "en")
    assert "Scheduled Event" in scheme.level_name(4, "en")


@pytest.mark.parametrize(("kind", "what"), [("tier", "no tier 'gold'"), ("site_class", "no site class 'gold'")])
def test_what_no_contract_of_the_scheme_has_is_refused_with_what_there_is(kind: str, what: str) -> None:
    with pytest.raises(Misconfigured, match=what):
        clocks("software-project", 1, "software", MONDAY, **{kind: "gold"})


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("yilong", ["highest", "high", "high", "high"]),  # high by default, whoever has this contract
        ("storage-callhome", ["highest", "highest", "highest", "normal"]),  # Service Request against Scheduled Event
        ("netops", ["highest", "high", "normal", "normal"]),  # says nothing: the graver first
    ],
)
def test_what_is_worked_on_first_is_the_schemes_own(name: str, levels: list[str]) -> None:
    found = profile.load(name).priority

    assert [found.levels[str(level)] for level in LEVELS] == levels  # type: ignore[index]
    assert found.stated == (name != "netops")


def test_a_priority_names_every_level() -> None:
    yilong = (resources.files("routing") / "profiles" / "yilong.toml").read_text(encoding="utf-8")
    text = yilong.replace('levels = { 1 = "highest", 2 = "high"', 'levels = { 1 = "highest"', 1)

    with pytest.raises(Misconfigured, match="priority names no level 2"):
        profile.parse(text, "mine")
