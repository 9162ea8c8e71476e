"""What `policy check` warns of: nothing in the schemes that come with Firstline, and each kind of gap by name."""

from importlib import resources

import pytest

from routing import profile
from routing.gaps import gaps

TEXT = (resources.files("routing") / "profiles" / "storage-callhome.toml").read_text(encoding="utf-8")


def without(*parts: str) -> str:
    """The text of the scheme without the tables that contain one of `parts`."""
    tables = TEXT.split("\n\n")
    return "\n\n".join(table for table in tables if not any(part in table for part in parts))


@pytest.mark.parametrize("name", profile.names())
def test_the_schemes_that_come_with_firstline_leave_nothing_open(name: str) -> None:
    assert gaps(profile.load(name)) == ()


def test_a_fault_that_nobody_has_to_answer_is_a_gap() -> None:
    scheme = profile.parse(without('"respond"', '"first_reply"'), "storage-callhome")

    found = gaps(scheme)

    assert "level 1 has no first_reply or respond or second_line_accept for hardware" in found
    assert [gap for gap in found if "level 4" in gap] == []


def test_a_clock_without_consequences_is_a_gap_at_the_levels_of_faults() -> None:
    scheme = profile.parse(without('name = "respond-late"', 'name = "review-late"'), "storage-callhome")

    assert gaps(scheme) == ("clock respond has no step of the ladder at level 1, 2, 3",)


def test_a_ladder_that_tells_only_those_at_work_leads_nowhere() -> None:
    text = (
        TEXT.replace('"service-manager"', '"on-call"')
        .replace('"rnd"', '"engineer"')
        .replace('"director"', '"engineer"')
    )
    text = text.replace('does = ["expert"]\n', "")

    found = gaps(profile.parse(text, "storage-callhome"))

    assert found == tuple(
        f"level {level} never climbs: no step raises it, brings an expert or tells anybody above" for level in (1, 2, 3)
    )
