"""Service schemes: what is in yilong, and how a wrong file is refused."""

from importlib import resources
from pathlib import Path

import pytest

from models.errors import Misconfigured
from models.values import CATEGORIES, LEVELS, Language
from routing import profile

YILONG = profile.load("yilong")
TEXT = (resources.files("routing") / "profiles" / "yilong.toml").read_text(encoding="utf-8")
SERVICE_TEAM = 'categories = ["usage", "contract", "service", "complaint"]'


def with_change(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        pytest.param('row = "yilong: 5x8', 'rows = "yilong: 5x8', ["hours"], id="unknown key in a table"),
        pytest.param('title = "', 'titel = "x"\ntitle = "', ["titel"], id="unknown key at the top"),
        pytest.param('title = "', '# "', ["title"], id="missing key"),
        pytest.param(SERVICE_TEAM, 'categories = ["usage"]', ["teams", "level 2", "contract"], id="gap in teams"),
        pytest.param('["security"]', '["secrets"]', ["teams.3", "secrets", "hardware"], id="unknown category"),
        pytest.param("levels = [1]", "levels = [5]", ["teams.0", "1 to 4"], id="a team for level 5"),
        pytest.param('after = "status_reply"', 'after = "nothing"', ["next_update", "nothing"], id="after no clock"),
        pytest.param(
            'after = "status_reply"', 'after = "respond"', ["next_update", "respond"], id="after a later clock"
        ),
        pytest.param('name = "escalate"', 'name = "first_reply"', ["first_reply", "twice"], id="two of one name"),
        pytest.param('"2 hours"', '"two hours"', ["clocks.4.levels.1", "two hours", "4 hours"], id="words for numbers"),
        pytest.param('"2 hours"', '"2h"', ["clocks.4.levels.1", "2h", "4 hours"], id="abbreviated duration"),
        pytest.param('"2 hours"', '"0 hours"', ["clocks.4.levels.1", "0 hours"], id="no duration at all"),
        pytest.param('"2 hours"', '"-2 hours"', ["clocks.4.levels.1", "-2 hours"], id="negative duration"),
        pytest.param('"2 hours"', '"99999999999999 hours"', ["clocks.4.levels.1"], id="duration beyond all reckoning"),
        pytest.param('"2 hours"', "2", ["clocks.4.levels.1"], id="duration without a unit"),
        pytest.param('"10 minutes"', '"1 working day"', ["first_reply", "working"], id="working days round the clock"),
        pytest.param('4 = "48 hours"', '5 = "48 hours"', ["clocks.5.levels.5"], id="clock for level 5"),
        pytest.param('hours = "always"', 'hours = "never"', ["clocks.0.hours", "always"], id="unknown kind of hours"),
        pytest.param('"12:00"], ["13:00"', '"13:30"], ["13:00"', ["hours", "overlap"], id="overlapping spans"),
        pytest.param(
            '["09:00", "12:00"]', '["12:00", "09:00"]', ["hours", "order"], id="span that ends before it begins"
        ),
        pytest.param('["09:00", "12:00"]', '["09:00", "09:00"]', ["hours"], id="empty span"),
        pytest.param('["09:00", "12:00"]', "[9, 12]", ["hours.spans.0.0", "09:00"], id="hours as numbers"),
        pytest.param('["09:00", "12:00"]', '["09:00Z", "12:00"]', ["hours.spans.0.0"], id="hours with a zone"),
        pytest.param('["13:00", "18:00"]', '["13:00", "25:00"]', ["hours.spans.1.1"], id="25 o'clock"),
        pytest.param("Asia/Shanghai", "Asia/Shanghia", ["timezone", "Asia/Shanghia"], id="unknown time zone"),
        pytest.param("Asia/Shanghai", "Asia", ["timezone", "Asia"], id="a folder of time zones"),
        pytest.param('region = "CN"', 'region = "XX"', ["region", "XX"], id="unknown region"),
        pytest.param(
            ', zh-Hant = "一級（緊急）"', "", ["level_names", "level 1", "zh-Hant"], id="level unnamed in a language"
        ),
        pytest.param("4 = { zh-Hans", "7 = { zh-Hans", ["level_names"], id="name for level 7"),
        pytest.param(
            'name = "respond"', 'name = "respond"\ntiers = ["gold"]', ["respond", "no tier gold"], id="unknown tier"
        ),
        pytest.param(
            'name = "respond"',
            'name = "respond"\nsite_class = "A"',
            ["respond", "no site class A"],
            id="unknown site class",
        ),
        pytest.param(
            'name = "respond"', 'name = "respond"\ncategories = ["disk"]', ["disk", "hardware"], id="a clock for disks"
        ),
        pytest.param('"2 hours"', '"1 calendar day by 25:00"', ["clocks.4.levels.1", "by 18:00"], id="by 25 o'clock"),
        pytest.param('"2 hours"', '"same day by 25:00"', ["clocks.4.levels.1", "by 18:00"], id="the same day at 25:00"),
        pytest.param('"10 minutes"', '"same day by 18:00"', ["first_reply", "working"], id="a day round the clock"),
        pytest.param(
            'after = "report_done"',
            'after = "respond"',
            ["manager_review", "respond"],
            id="after a clock of another start",
        ),
        pytest.param(
            'by = ["voice", "sms", "email"]', "by = []", ["ladder.0", "by nothing", "email"], id="told by nothing"
        ),
        pytest.param("levels = [1]\ntell", "levels = []\ntell", ["ladder.0", "no level"], id="a step for no level"),
        pytest.param('by = ["voice", "sms", "email"]', 'by = "voice"', ["ladder.0.by", "list"], id="one for a list"),
        pytest.param('"2 hours"', "120", ["clocks.4.levels.1", "'120'", "4 hours"], id="a number for a duration"),
        pytest.param('["09:00", "12:00"]', '["00:00", "24:30"]', ["'24:30'", "'23:59'"], id="after 24 o'clock"),
        pytest.param('["09:00", "12:00"]', '["24:00", "12:00"]', ["'24:00'", "'23:59'"], id="from 24 o'clock"),
        pytest.param('["09:00", "12:00"]', '["09:00", "00:00"]', ["midnight", "'24:00'"], id="until 0 o'clock"),
        pytest.param('["09:00", "12:00"]', '["22:00", "06:00"]', ["midnight", "always"], id="a night in one span"),
        pytest.param(
            'zh-Hant = "一級（緊急）"', 'zh-Hant = " "', ["level 1", "zh-Hant"], id="a level named by nothing"
        ),
        pytest.param(
            'team = "incident"', 'team = "Incident Desk"', ["teams.0.team", "small letters"], id="a team in words"
        ),
        pytest.param(
            'team = "incident"\nlevels = [1]', 'team = "incident"', ["teams", "above it"], id="a team above all"
        ),
        pytest.param(
            'row = "yilong: 5x8', 'rwo = ""\nrow = "yilong: 5x8', ["hours.rwo", "no such key"], id="a key that is none"
        ),
        pytest.param(
            'tell = ["director"]', 'tell = ["king"]', ["nobody-responds-1", "king", "director"], id="no such role"
        ),
        pytest.param(
            'after = "30 minutes"', 'after = "at once"', ["update-overdue", "minutes"], id="a step after nothing"
        ),
        pytest.param('by = ["voice"', 'by = ["fax"', ["ladder.0.by.0", "voice"], id="tells by fax"),
        pytest.param('clock = "escalate"', 'clock = "patience"', ["escalate", "patience"], id="a step of no clock"),
        pytest.param('name = "assign-help"', 'name = "escalate"', ["escalate", "twice"], id="two steps of one name"),
        pytest.param('"serial_number"]', '"shoe_size"]', ["ask_for.4"], id="asks for what is not known"),
        pytest.param("[hours]", "[hours", ["line"], id="not TOML"),
    ],
)
def test_a_wrong_profile_is_refused_by_name_and_place(old: str, new: str, named: list[str]) -> None:
    text = with_change(old, new)

    with pytest.raises(Misconfigured) as refusal:
        profile.parse(text, "acme")

    message = str(refusal.value)
    assert message.startswith("profile acme: ")
    assert "\n" not in message
    assert [part for part in named if part not in message] == []


def test_a_profile_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(Misconfigured) as refusal:
        profile.load("yilnog")

    assert "'yilnog'" in str(refusal.value)
    assert "yilong" in str(refusal.value)


@pytest.mark.parametrize("name", ["../profiles/yilong", "yilong.toml", "", "/etc/passwd"])
def test_only_a_name_selects_a_profile_never_a_path(name: str) -> None:
    with pytest.raises(Misconfigured):
        profile.load(name)


def test_every_clock_of_yilong_names_its_row() -> None:
    rows = [rule.row for rule in YILONG.clocks]

    assert [row for row in rows if not row.startswith("yilong: ")] == []


def test_hours_that_the_source_leaves_out_are_marked_as_a_default() -> None:
    assert not YILONG.hours.stated


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("language", list(Language))
def test_every_level_has_a_name_in_every_language(level: int, language: Language) -> None:
    assert YILONG.level_name(level, language).strip()


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_critical_report_goes_to_the_incident_team_whatever_its_category(category: str) -> None:
    assert YILONG.team_for(1, category).team == "incident"


def test_the_version_changes_with_the_file_and_only_then() -> None:
    changed = profile.parse(with_change('"2 hours"', '"3 hours"'), "yilong")

    assert profile.parse(TEXT, "yilong").version == YILONG.version
    assert changed.version != YILONG.version


def test_the_file_is_named_as_the_profile_in_it() -> None:
    files = [Path(str(entry)) for entry in (resources.files("routing") / "profiles").iterdir()]

    names = {file.stem: profile.load(file.stem).name for file in files if file.suffix == ".toml"}

    assert names == {name: name for name in names}
