"""What the report says of figures, and the mails that are measured with."""

import json
from email import message_from_bytes, policy

from bench.figures import Bar, Figure, Found, Measure, NotHere, Series, in_turn, least, most, reached, times
from bench.mails import LARGEST, SMALL, mail
from bench.page import html
from bench.summary import as_json, markdown

OURS = Measure("ours", (90.0, 110.0, 100.0))


def test_a_median_counts_not_the_best_round() -> None:
    assert OURS.value == 100.0


def test_what_is_to_be_reached_is_a_share_of_which_one_is_enough() -> None:
    other = Measure("other", (40.0,))

    bars = (least(OURS, 50, "/s"), most(OURS, 200, "ms"), times(OURS, 5, other, "other"))

    assert [bar.ratio for bar in bars] == [2.0, 2.0, 0.5]
    assert [bar.needed for bar in bars] == [50, 200, 200.0]


def test_one_of_several_that_is_not_reached_decides() -> None:
    enough, short, unknown = Bar("a", 1.0), Bar("b", 0.99), times(OURS, 5, None, "nobody")

    assert reached(()) == ""
    assert reached((enough,)) == "reached"
    assert reached((enough, unknown)) == "not measured"
    assert reached((enough, unknown, short)) == "not reached"


def test_contestants_take_turns_and_one_that_is_not_here_holds_up_nobody() -> None:
    turns: list[str] = []

    def absent() -> int:
        raise NotHere("it is not installed")

    def present(name: str) -> int:
        turns.append(name)
        return len(turns)

    found, missing = in_turn({"a": lambda: present("a"), "x": absent, "b": lambda: present("b")}, rounds=2)

    assert turns == ["a", "b", "a", "b"]
    assert found == {"a": [1, 3], "b": [2, 4]}
    assert missing == {"x": "it is not installed"}


def test_page_summary_and_figures_say_all_that_was_found() -> None:
    other = Measure("the <other>", (50.0,))
    bars = (times(OURS, 3, other, "the other"),)
    figure = Figure("a rate", "mails/s", OURS, (other,), bars, bars)
    series = Series("over time", "minutes", "MiB", {"ours": ((0.0, 1.0), (1.0, 2.0))})
    found = [Found("row", "A row", "Measured so.", (figure,), (series,), {"a third": "it is not installed"})]
    facts = {"processors": "2"}

    page, summary, figures = html(found, facts), markdown(found, facts), json.loads(as_json(found, facts))

    for said in ("the &lt;other&gt;", "not-reached", "<polyline", "<rect", "it is not installed"):
        assert said in page
    assert "<script" not in page
    assert "100 mails/s | the <other> 50.0 (ours / it 2.00) | 3 x the other (0.67) | not reached" in summary
    assert figures["rows"][0]["figures"][0]["ours"]["values"] == [90.0, 110.0, 100.0]


def test_mails_are_the_same_on_each_run_and_no_two_alike() -> None:
    mails = [mail(number, 0, "a") for number in range(60)]

    assert mails == [mail(number, 0, "a") for number in range(60)]
    parsed = [message_from_bytes(each, policy=policy.default) for each in mails]
    bodies = {part.get_content() for each in parsed if (part := each.get_body(("plain",)))}
    assert len(bodies) == len({each["From"] for each in parsed}) == 60
    assert not any(each.defects for each in parsed)
    assert sum(bool(list(each.iter_attachments())) for each in parsed) == 12


def test_mails_need_no_dot_stuffing_and_have_about_the_size_asked_for() -> None:
    for number in range(60):
        for each, most_bytes in ((mail(number, 0, "a"), LARGEST * 1.2), (mail(number, SMALL, "a"), SMALL * 1.1)):
            assert b"\r\n." not in each
            assert b"\n" not in each.replace(b"\r\n", b"")
            assert SMALL / 4 < len(each) < most_bytes
