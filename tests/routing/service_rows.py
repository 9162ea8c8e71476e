"""The figures of SERVICE.md as rows of a table: what is promised, and when that is, reckoned by hand.

Unless a row says otherwise the report came on Monday 2026-11-09 at 10:00. Of 2026 are needed: Friday 18 September is
followed by a weekend of which the Sunday is worked; 1 to 7 October and 15 to 23 February are free, Saturday 14
February is worked; and 1 to 3 January are free, with Sunday 4 January worked.
"""

from dataclasses import dataclass

MONDAY = "2026-11-09 10:00"
SATURDAY = "2026-11-07 10:00"
FRIDAY_NIGHT = "2026-11-06 19:30"
NIGHT = "2026-11-09 03:00"
BEFORE_MAKE_UP_SUNDAY = "2026-09-18 17:20"
NATIONAL_DAY = "2026-10-01 02:00"


@dataclass(frozen=True)
class Row:
    """One promise: `clock` at `level` is due at `due` where what starts it happened at `at`, in the profile's zone."""

    row: str
    level: int
    clock: str
    due: str
    at: str = MONDAY
    category: str = "network"
    tier: str | None = None
    site: str | None = None
    starts: str = "received"

    @property
    def profile(self) -> str:
        return self.row.partition(".")[0]


def rows(row: str, clock: str, *dues: str, levels: tuple[int, ...] = (1, 2, 3, 4), **more: str) -> list[Row]:
    """A row a level, in order; its id is `row`, the level in the place of the star."""
    return [
        Row(row.replace("*", str(level)), level, clock, due, **more)
        for level, due in zip(levels, dues, strict=len(dues) == len(levels))
    ]


def every_case(profile: str, *working_hours: str) -> list[Row]:
    """What the life of every case starts, where a profile has nothing of its own; `working_hours` are the ends of
    the time in which an acceptance has to lead somewhere."""
    return [
        *rows(f"{profile}.life.*.progress", "progress", *working_hours, starts="accepted"),
        *rows(f"{profile}.life.*.confirm", "confirm", *["2026-11-12 10:00"] * 4, starts="solved"),
        *rows(f"{profile}.life.*.close", "close", *["2026-11-09 11:00"] * 4, starts="confirmed"),
    ]


YILONG = [
    *rows("yilong.replies.*.first", "first_reply", *["2026-11-09 10:10"] * 3, levels=(1, 2, 3)),
    *rows("yilong.replies.*.first.by-night", "first_reply", *["2026-11-09 03:10"] * 3, levels=(1, 2, 3), at=NIGHT),
    Row("yilong.7x24.4.first-response", 4, "first_reply", "2026-11-09 07:00", at=NIGHT),
    *rows("yilong.replies.*.second", "status_reply", *["2026-11-09 10:30"] * 3, levels=(1, 2, 3)),
    *rows("yilong.replies.*.hourly", "next_update", *["2026-11-09 11:30"] * 3, levels=(1, 2, 3)),
    *rows("yilong.replies.*.interim-report", "interim_report", *["2026-11-09 18:00"] * 3, levels=(1, 2, 3)),
    Row("yilong.replies.2.interim-report.evening", 2, "interim_report", "2026-11-10 18:00", at="2026-11-09 19:00"),
    *rows("yilong.escalate.*", "escalate", *["2026-11-09 10:30"] * 3, levels=(1, 2, 3)),
    *rows(
        "yilong.clocks.*.respond",
        "respond",
        "2026-11-09 12:00",
        "2026-11-09 15:00",
        "2026-11-10 10:00",
        "2026-11-10 10:00",
    ),
    *rows(
        "yilong.clocks.*.solve-online",
        "solve_online",
        "2026-11-09 15:00",
        "2026-11-10 10:00",
        "2026-11-12 10:00",
        "2026-11-17 10:00",
    ),
    *rows(
        "yilong.clocks.*.on-site",
        "on_site",
        "2026-11-10 15:00",
        "2026-11-13 10:00",
        "2026-11-19 10:00",
        "2026-11-26 10:00",
    ),
    *rows("yilong.5x8.*.specialist", "tell_specialist", *["2026-11-09 10:05"] * 3, levels=(1, 2, 3)),
    *rows("yilong.5x8.*.manager", "tell_manager", *["2026-11-09 10:10"] * 3, levels=(1, 2, 3)),
    Row("yilong.5x8.1.specialist.at-closing", 1, "tell_specialist", "2026-11-10 09:03", at="2026-11-09 17:58"),
    Row("yilong.5x8.1.manager.at-closing", 1, "tell_manager", "2026-11-10 09:08", at="2026-11-09 17:58"),
    *rows("yilong.told.*", "call_out", *[NIGHT] * 4, at=NIGHT),
    *rows("yilong.close.*.report-done", "report_done", *["2026-11-09 10:05"] * 4, starts="recovered"),
    *rows("yilong.close.*.review", "manager_review", *["2026-11-09 10:15"] * 4, starts="recovered"),
    *rows("yilong.close.*.ask", "ask_confirmation", *["2026-11-09 10:25"] * 4, starts="recovered"),
    Row("yilong.close.1.ask.noon", 1, "ask_confirmation", "2026-11-09 13:23", "2026-11-09 11:58", starts="recovered"),
    *rows("yilong.close.*.manager-told", "confirmed_notice", *[MONDAY] * 4, starts="confirmed"),
    *rows("yilong.close.*.closed", "close", *["2026-11-09 10:30"] * 4, starts="confirmed"),
    Row("yilong.close.2.closed.evening", 2, "close", "2026-11-10 09:15", at="2026-11-09 17:45", starts="confirmed"),
    *rows("yilong.close.*.confirm", "confirm", *["2026-11-12 10:00"] * 4, starts="solved"),
    *rows("yilong.responds.*.progress", "progress", *["2026-11-09 10:30"] * 3, "2026-11-10 10:00", starts="accepted"),
    # Friday 17:20 before a Sunday that is worked: forty minutes on Friday, the rest on Sunday.
    Row("yilong.make-up.2.escalate", 2, "escalate", "2026-09-18 17:50", at=BEFORE_MAKE_UP_SUNDAY),
    Row("yilong.make-up.2.respond", 2, "respond", "2026-09-20 13:20", at=BEFORE_MAKE_UP_SUNDAY),
    Row("yilong.make-up.2.solve-online", 2, "solve_online", "2026-09-20 17:20", at=BEFORE_MAKE_UP_SUNDAY),
    Row("yilong.make-up.2.on-site", 2, "on_site", "2026-09-23 17:20", at=BEFORE_MAKE_UP_SUNDAY),
    # The Friday before the other make-up Sunday is itself free.
    Row("yilong.make-up.2.respond.new-year", 2, "respond", "2026-01-04 14:00", at="2026-01-02 17:20"),
    Row("yilong.holiday.1.first", 1, "first_reply", "2026-10-01 02:10", at=NATIONAL_DAY),
    Row("yilong.holiday.1.specialist", 1, "tell_specialist", "2026-10-08 09:05", at=NATIONAL_DAY),
    Row("yilong.holiday.1.respond", 1, "respond", "2026-10-08 11:00", at=NATIONAL_DAY),
    Row("yilong.holiday.1.solve-online", 1, "solve_online", "2026-10-08 14:00", at=NATIONAL_DAY),
    Row("yilong.holiday.1.on-site", 1, "on_site", "2026-10-09 14:00", at=NATIONAL_DAY),
    # 24 working hours are Thursday, Friday and the Saturday that is worked.
    Row("yilong.holiday.3.solve-online", 3, "solve_online", "2026-10-10 18:00", at=NATIONAL_DAY),
]

UCLOUD = [
    *rows(
        "ucloud.7x24.*.first",
        "first_reply",
        "2026-11-07 10:30",
        "2026-11-07 10:30",
        "2026-11-07 11:00",
        "2026-11-07 14:00",
        at=SATURDAY,
    ),
    *rows(
        "ucloud.5x8.*.first",
        "first_reply",
        "2026-11-09 10:00",
        "2026-11-09 10:00",
        "2026-11-09 10:30",
        "2026-11-09 13:30",
        at=SATURDAY,
        tier="onsite",
    ),
    *rows(
        "ucloud.7x24.*.second-line",
        "second_line_accept",
        "2026-11-07 10:30",
        "2026-11-07 11:00",
        "2026-11-07 14:00",
        levels=(1, 2, 3),
        at=SATURDAY,
    ),
    *rows(
        "ucloud.5x8.*.second-line",
        "second_line_accept",
        "2026-11-09 10:00",
        "2026-11-09 10:30",
        "2026-11-09 13:30",
        levels=(1, 2, 3),
        at=SATURDAY,
        tier="onsite",
    ),
    *rows(
        "ucloud.7x24.*.escalate",
        "escalate",
        "2026-11-07 12:00",
        "2026-11-07 14:00",
        "2026-11-08 10:00",
        levels=(1, 2, 3),
        at=SATURDAY,
    ),
    *rows(
        "ucloud.5x8.*.escalate",
        "escalate",
        "2026-11-09 11:30",
        "2026-11-09 13:30",
        "2026-11-11 17:30",
        levels=(1, 2, 3),
        at=SATURDAY,
        tier="onsite",
    ),
    Row("ucloud.gold.1.on-site", 1, "on_site", "2026-11-08 10:00", at=SATURDAY, tier="gold-vip"),
    Row("ucloud.gold.1.expert", 1, "expert_call", SATURDAY, at=SATURDAY, tier="gold-vip"),
    Row("ucloud.non-fault.4.desk", 4, "desk_answer", "2026-11-10 10:00"),
    *rows("ucloud.7x24.*.told", "call_out", *[SATURDAY] * 4, at=SATURDAY),
    *rows("ucloud.5x8.*.told", "call_out", *["2026-11-09 09:30"] * 4, at=SATURDAY, tier="onsite"),
    *rows("ucloud.fault.*.observed", "observe", *["2026-11-10 10:00"] * 3, levels=(1, 2, 3), starts="recovered"),
    *every_case("ucloud", "2026-11-09 10:30", "2026-11-09 11:00", "2026-11-09 14:00", "2026-11-10 10:00"),
]

VODECN = [
    *rows("vodecn.calls.*.first", "first_reply", *["2026-11-09 03:10"] * 4, at=NIGHT),
    *rows(
        "vodecn.levels.*.respond",
        "respond",
        "2026-11-09 10:30",
        "2026-11-09 11:00",
        "2026-11-09 14:00",
        "2026-11-09 18:00",
    ),
    *rows(
        "vodecn.levels.*.escalate",
        "escalate",
        "2026-11-09 14:00",
        "2026-11-09 18:00",
        "2026-11-10 10:00",
        levels=(1, 2, 3),
    ),
    *rows(
        "vodecn.parts.*.nd",
        "spare_part",
        *["2026-11-10 18:00"] * 3,
        levels=(1, 2, 3),
        category="hardware",
        tier="nd",
    ),
    *rows(
        "vodecn.parts.*.nbd",
        "spare_part",
        *["2026-11-10 10:00"] * 3,
        levels=(1, 2, 3),
        category="hardware",
        tier="nbd",
    ),
    # Spring Festival: ND counts the holidays; NBD from the Saturday that is worked comes ten days later.
    Row("vodecn.festival.2.nd", 2, "spare_part", "2026-02-15 18:00", "2026-02-14 15:00", "hardware", "nd"),
    Row("vodecn.festival.2.nd.within", 2, "spare_part", "2026-02-18 18:00", "2026-02-17 10:00", "hardware", "nd"),
    Row("vodecn.festival.2.nbd", 2, "spare_part", "2026-02-24 15:00", "2026-02-14 15:00", "hardware", "nbd"),
    Row("vodecn.festival.2.nbd.within", 2, "spare_part", "2026-02-25 09:00", "2026-02-17 10:00", "hardware", "nbd"),
    Row("vodecn.festival.2.nbd.before", 2, "spare_part", "2026-02-14 16:30", "2026-02-13 16:30", "hardware", "nbd"),
    *rows("vodecn.told.*", "call_out", *[NIGHT] * 4, at=NIGHT),
    *[
        row
        for site, due in (("A", "2026-11-09 14:00"), ("B", "2026-11-09 18:00"), ("C", "2026-11-10 10:00"))
        for row in rows(
            f"vodecn.cities.*.{site}", "on_site", *[due] * 3, levels=(1, 2, 3), category="hardware", site=site
        )
    ],
    *every_case("vodecn", "2026-11-09 10:30", "2026-11-09 11:00", "2026-11-09 14:00", "2026-11-09 18:00"),
]

NETOPS = [
    *rows(
        "netops.report.*.first",
        "first_reply",
        "2026-11-09 03:10",
        "2026-11-09 03:30",
        "2026-11-09 04:00",
        levels=(1, 2, 3),
        at=NIGHT,
    ),
    Row("netops.hotline.4.first", 4, "first_reply", "2026-11-09 17:00", at=NIGHT),
    *rows(
        "netops.duty.*.respond",
        "respond",
        "2026-11-09 10:30",
        "2026-11-09 11:00",
        "2026-11-09 14:00",
        levels=(1, 2, 3),
    ),
    *rows(
        "netops.rises.*.escalate",
        "escalate",
        "2026-11-09 12:00",
        "2026-11-09 18:00",
        "2026-11-10 10:00",
        levels=(1, 2, 3),
    ),
    *rows(
        "netops.rises.*.solve", "solve", "2026-11-09 18:00", "2026-11-10 10:00", "2026-11-12 10:00", levels=(1, 2, 3)
    ),
    *rows("netops.told.*", "call_out", *[NIGHT] * 4, at=NIGHT),
    *every_case("netops", "2026-11-09 10:30", "2026-11-09 11:00", "2026-11-09 14:00", "2026-11-09 18:00"),
]

OWN_2 = {"levels": (3,), "category": "hardware"}  # its own level 2: a canonical 3 with a part failed
SERVICE_PLAN = [
    *rows("service-plan.doors.*.first", "first_reply", *["2026-11-07 10:30"] * 3, levels=(1, 2, 3), at=SATURDAY),
    Row("service-plan.consultation.4.first", 4, "first_reply", "2026-11-09 16:00", at=SATURDAY),
    Row("service-plan.servers.1.respond", 1, "respond", "2026-11-07 12:00", at=SATURDAY),
    Row("service-plan.servers.own-2.respond", 3, "respond", "2026-11-07 12:00", at=SATURDAY, category="hardware"),
    *rows("service-plan.servers.*.respond", "respond", *["2026-11-09 10:00"] * 2, levels=(2, 3), at=SATURDAY),
    *rows("service-plan.servers.*.respond.within", "respond", *["2026-11-09 12:00"] * 2, levels=(2, 3)),
    Row("service-plan.own-city.1.on-site", 1, "on_site", "2026-11-07 11:00", at=SATURDAY, site="own"),
    Row("service-plan.elsewhere.1.on-site", 1, "on_site", "2026-11-07 22:00", at=SATURDAY, site="elsewhere"),
    Row("service-plan.own-city.own-2.on-site", 3, "on_site", "2026-11-07 11:00", SATURDAY, "hardware", site="own"),
    Row(
        "service-plan.elsewhere.own-2.on-site",
        3,
        "on_site",
        "2026-11-07 22:00",
        SATURDAY,
        "hardware",
        None,
        "elsewhere",
    ),
    Row("service-plan.own-city.2.on-site", 2, "on_site", "2026-11-09 16:00", at=FRIDAY_NIGHT, site="own"),
    Row("service-plan.elsewhere.2.on-site", 2, "on_site", "2026-11-10 08:00", at=FRIDAY_NIGHT, site="elsewhere"),
    Row("service-plan.own-city.3.on-site", 3, "on_site", "2026-11-09 20:00", at=FRIDAY_NIGHT, site="own"),
    Row("service-plan.elsewhere.3.on-site", 3, "on_site", "2026-11-11 08:00", at=FRIDAY_NIGHT, site="elsewhere"),
    Row("service-plan.own-city.2.on-site.within", 2, "on_site", "2026-11-09 18:00", site="own"),
    Row("service-plan.elsewhere.3.on-site.within", 3, "on_site", "2026-11-11 10:00", site="elsewhere"),
    *rows("service-plan.hardware.*.solve", "solve", *["2026-11-10 12:00"] * 3, levels=(1, 2, 3), category="hardware"),
    Row("service-plan.hardware.2.solve.weekend", 2, "solve", "2026-11-10 10:00", at=SATURDAY, category="hardware"),
    *rows("service-plan.systems.*.solve", "solve", *["2026-11-11 12:00"] * 3, levels=(1, 2, 3), category="software"),
    *rows(
        "service-plan.climbs.*.escalate",
        "escalate",
        "2026-11-09 14:00",
        "2026-11-09 18:00",
        "2026-11-10 10:00",
        levels=(1, 2, 3),
    ),
    Row("service-plan.climbs.own-2.escalate", 3, "escalate", "2026-11-07 14:00", at=SATURDAY, category="hardware"),
    Row("service-plan.experts.1", 1, "expert_group", SATURDAY, at=SATURDAY),
    Row("service-plan.experts.own-2", 3, "expert_group", SATURDAY, at=SATURDAY, category="hardware"),
    *rows("service-plan.told.*", "call_out", *[NIGHT] * 4, at=NIGHT),
    *every_case("service-plan", "2026-11-09 10:30", "2026-11-09 11:00", "2026-11-09 14:00", "2026-11-09 18:00"),
]

SOFTWARE_PROJECT = [
    *rows("software-project.urgent.*.first", "first_reply", *["2026-11-08 10:00"] * 4, at=SATURDAY),
    *rows("software-project.others.*.first", "first_reply", *["2026-11-07 11:00"] * 4, at=SATURDAY, tier="fast"),
    Row("software-project.others.1.on-site", 1, "on_site", "2026-11-07 12:00", SATURDAY, "software", "fast", "local"),
    # On duty from 08:00 to 20:00, every day.
    *rows(
        "software-project.staff.*.escalate",
        "escalate",
        "2026-11-07 14:00",
        "2026-11-07 18:00",
        "2026-11-09 10:00",
        "2026-11-11 10:00",
        at=SATURDAY,
    ),
    *rows(
        "software-project.verified.*.solve",
        "solve",
        "2026-11-08 10:00",
        "2026-11-09 10:00",
        "2026-11-12 10:00",
        levels=(1, 2, 3),
        at=SATURDAY,
    ),
    *rows("software-project.told.*", "call_out", *[NIGHT] * 4, at=NIGHT),
    *every_case("software-project", "2026-11-09 10:30", "2026-11-09 11:00", "2026-11-09 14:00", "2026-11-09 18:00"),
]

STORAGE_CALLHOME = [
    *rows(
        "storage-callhome.request.*.first",
        "first_reply",
        "2026-11-07 10:15",
        "2026-11-07 10:30",
        "2026-11-07 12:00",
        levels=(1, 2, 3),
        at=SATURDAY,
    ),
    Row("storage-callhome.event.4.first", 4, "first_reply", "2026-11-09 17:00", at=SATURDAY),
    Row("storage-callhome.event.4.review", 4, "review", "2026-11-09 13:00", at=SATURDAY),
    *rows(
        "storage-callhome.dials-in.*.respond",
        "respond",
        "2026-11-07 10:30",
        "2026-11-07 11:00",
        "2026-11-07 14:00",
        levels=(1, 2, 3),
        at=SATURDAY,
    ),
    *rows(
        "storage-callhome.engineering.*.escalate",
        "escalate",
        "2026-11-07 12:00",
        "2026-11-07 14:00",
        "2026-11-08 10:00",
        levels=(1, 2, 3),
        at=SATURDAY,
    ),
    *rows(
        "storage-callhome.on-site.*",
        "on_site",
        "2026-11-07 14:00",
        "2026-11-08 10:00",
        "2026-11-09 10:00",
        levels=(1, 2, 3),
        at=SATURDAY,
    ),
    *rows("storage-callhome.told.*", "call_out", *[NIGHT] * 4, at=NIGHT),
    *every_case("storage-callhome", "2026-11-09 10:30", "2026-11-09 11:00", "2026-11-09 14:00", "2026-11-09 18:00"),
]

ROWS = [*YILONG, *UCLOUD, *VODECN, *NETOPS, *SERVICE_PLAN, *SOFTWARE_PROJECT, *STORAGE_CALLHOME]
