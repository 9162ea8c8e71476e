"""Text made safe, templates found by profile, and words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import TemplateNotFound

from models.values import Language
from routing.wording import lines, one_line, subject_line, template, tidy, words


@given(st.text(max_size=500), st.integers(1, 200))
def test_one_line_is_one_clean_line(text: str, limit: int) -> None:
    line = one_line(text, limit)

    assert len(line.splitlines()) <= 1
    assert len(line) <= limit
    assert line == line.strip()
    assert line.encode().decode() == line
    assert one_line(line, limit) == line


@given(st.text(max_size=500))
def test_lines_keeps_lines_and_nothing_that_turns_or_hides_them(text: str) -> None:
    clean = lines(text)

    assert not set(clean) & set("\r\x00\x1b\x85\u2028\u202e\ufeff")
    assert "\n\n\n" not in clean
    assert clean.encode().decode() == clean
    assert lines(clean) == clean


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\nBcc: b", "a Bcc: b"),
        ("a\x00b", "a b"),
        ("a\u200bb", "ab"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("\ud800x", "x"),
        ("👩\u200d🔧", "👩\u200d🔧"),  # one picture of three characters
        ("  ", ""),
    ],
)
def test_what_breaks_a_line_becomes_a_space_and_what_hides_goes(text: str, line: str) -> None:
    assert one_line(text) == line


def test_lines_of_every_kind_become_one_kind() -> None:
    assert lines("a\r\nb\rc\u2028d\x85e\n\n\n\nf  \n") == "a\nb\nc\nd\ne\n\nf"
    assert tidy("\n\na \n\n\n\nb") == "a\n\nb\n"


def test_the_subject_keeps_the_token_first_and_may_be_empty() -> None:
    assert subject_line("FL-000001-a", " x\n y ") == "[FL-000001-a] x y"
    assert subject_line("FL-000001-a", "\n") == "[FL-000001-a]"


def test_a_schemes_own_template_comes_first_and_no_name_leads_elsewhere() -> None:
    assert template("status.en.txt", "yilong").name == "yilong/status.en.txt"
    assert template("status.en.txt", "vodecn").name == "status.en.txt"
    assert template("status.en.txt", "../profiles").name == "status.en.txt"
    with pytest.raises(TemplateNotFound):
        template("../profiles/yilong.toml")


def test_words_of_a_desk_are_added_to_ours() -> None:
    own = {"words.en.txt": '{% set states = {"closed": "done with"} %}'}

    states = words("states", Language.ENGLISH, own)

    assert states["closed"] == "done with"
    assert states["new"] == words("states", Language.ENGLISH)["new"]
    assert words("states", Language.SIMPLIFIED, own) == words("states", Language.SIMPLIFIED)
