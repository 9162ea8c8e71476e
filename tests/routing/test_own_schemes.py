"""Schemes of the house's own: the page that says how one is written, and the folder that they lie in."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import Misconfigured
from routing import profile, quiet, rules, scheme_files
from routing.gaps import gaps
from tests.own_scheme import EXAMPLE, PAGE, written


@pytest.fixture(autouse=True)
def _none_in_use() -> Iterator[None]:
    yield
    scheme_files.use({})


def with_change(old: str, new: str) -> str:
    assert old in EXAMPLE
    return EXAMPLE.replace(old, new, 1)


def test_the_example_of_the_page_leaves_nothing_open() -> None:
    found = profile.parse(EXAMPLE, "ostwind")

    assert gaps(found) == ()


@pytest.mark.parametrize(
    "table",
    [
        profile.Profile,
        rules.WorkingHours,
        rules.ClockRule,
        rules.LadderRule,
        rules.TeamRule,
        rules.OwnLevel,
        rules.ThreadRule,
        rules.PriorityRule,
        rules.UnentitledRule,
        quiet.QuietRule,
    ],
)
def test_the_page_names_every_key(table: type[rules.Strict]) -> None:
    named = set(re.findall(r"`\[*([a-z_]+)\]*`", PAGE))

    assert set(table.model_fields) - named - {"version"} == set()


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('name = "ostwind"', 'name = "westwind"', ["name", "westwind", "ostwind.toml"]),
        ('row = "3: engineer on site"', 'row = "x"\nhour = 1', ["clocks.2.hour (on_site)", "name, hours, received"]),
        (
            'title = "Ost',
            'titel = "x"\ntitle = "Ost',
            ["titel: there is no such key", "name, title, source, level_names"],
        ),
        ('timezone = "Eu', 'zone = "x"\ntimezone = "Eu', ["hours.zone", "there are: timezone, region, spans"]),
        ('region = "DE"', 'region = "DE-XX"', ["hours: region 'DE-XX'", "no such part of DE", "DE-BW, DE-BY"]),
        ('row = "6: silence closes"', 'row = "x"\nask_for = []', ["clocks.6.ask_for (confirm)", "at the top"]),
        ('by = ["voice"', 'by = ["phone"', ["ladder.0.by.0 (first-on-call)", "voice"]),
        ('clock = "on_site"', 'clock = "onsite"', ["visit-late", "no clock onsite", "first_reply", "on_site"]),
        ('tiers = ["24x7"]\nlevels', 'tiers = ["24*7"]\nlevels', ["first_reply", "24*7", "24x7, 9x5"]),
        ('site_class = "depot"', 'site_class = "Depot"', ["on_site", "Depot", "depot, remote"]),
        ('3 = "4 hours"', '3 = "9999 hours"', ["first_reply", "9999 hours", "working days"]),
        ('1 = "5 working days"', '1 = "5000 working days"', ["confirm", "5000 working days"]),
        ('[["08:00", "17:00"]]', '[["08:00", "12:00", "17:00"]]', ["hours.spans.0", "where it ends"]),
    ],
)
def test_a_slip_is_told_with_its_place_and_what_to_write(old: str, new: str, named: list[str]) -> None:
    with pytest.raises(Misconfigured) as refusal:
        profile.parse(with_change(old, new), "ostwind")

    assert [part for part in named if part not in str(refusal.value)] == []


@pytest.mark.parametrize(
    ("old", "new", "gap"),
    [
        ('met_by = "delivered"\n', "", "clock spare_fridge says no met_by"),
        ('levels = [1, 2]\ntell = ["on-call"]', 'levels = [1, 2]\ntell = ["engineer"]', "level 2"),
    ],
)
def test_what_is_easily_forgotten_is_a_gap(old: str, new: str, gap: str) -> None:
    text = with_change(old, new).replace('tell = ["on-call", "service-manager"]', 'tell = ["service-manager"]')

    (found,) = gaps(profile.parse(text, "ostwind"))

    assert gap in found


def test_the_files_of_a_folder_are_schemes_beside_those_that_come_with_firstline(tmp_path: Path) -> None:
    (tmp_path / "ostwind.toml").write_bytes(b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode())
    (tmp_path / "ostwind.toml.bak").write_text("colour =", "utf-8")

    scheme_files.use(scheme_files.read(tmp_path))

    assert profile.load("ostwind").title == "Ostwind Cooling, terms of service"
    assert {"ostwind", "yilong"} <= set(profile.names())


def test_a_scheme_that_is_refused_at_the_start_is_named_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "ostwind.toml").write_text(with_change('region = "DE"', 'region = "GERMANY"'), "utf-8")
    scheme_files.use(scheme_files.read(tmp_path), tmp_path)

    with pytest.raises(Misconfigured, match=r"/ostwind\.toml: profile ostwind: hours: region 'GERMANY'") as refusal:
        profile.load("ostwind")

    assert str(refusal.value).startswith(str(tmp_path))


def test_where_there_is_no_such_scheme_the_folder_of_ones_own_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"no profile 'ostwind'; there are: .*yilong; FIRSTLINE_SCHEMES names"):
        profile.load("ostwind")


def test_a_scheme_in_use_does_not_change_with_its_file(tmp_path: Path) -> None:
    scheme_files.use(scheme_files.read(written(tmp_path)))
    (tmp_path / "ostwind.toml").write_text("name =", "utf-8")

    assert profile.load("ostwind").name == "ostwind"


def test_a_folder_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"nowhere cannot be read: No such file"):
        scheme_files.read(tmp_path / "nowhere")

    (tmp_path / "yilong.toml").write_text(EXAMPLE, "utf-8")
    with pytest.raises(Misconfigured, match=r"yilong\.toml has the name of a scheme that comes with Firstline"):
        scheme_files.read(tmp_path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ostwind.toml").write_bytes('name = "Kälte"'.encode("latin-1"))

    with pytest.raises(Misconfigured, match=r"ostwind\.toml is not UTF-8 \(byte 10\)"):
        scheme_files.read(tmp_path)
