"""Champion against challenger: what changed, what forbids a promotion, and the page that shows it."""

from html.parser import HTMLParser

import pytest

from classify.decide import Calibration, choose
from classify.model import Classification, ReportText
from classify.training import compare, report
from classify.training.compare import Contest
from classify.training.corpus import Row
from classify.training.scores import score
from models.values import CATEGORIES, LEVELS, Channel, Language


def row(number: int, level: int, category: str = "data") -> Row:
    text = ReportText(Channel.EMAIL, "", f"report {number}")
    return Row(f"r{number}", "w", f"t{number}", Language.ENGLISH, text, level, category)


def answer(level: int, category: str = "data", sure: float = 0.9) -> Classification:
    level_probs = {one: sure if one == level else (1 - sure) / 3 for one in LEVELS}
    category_probs = {one: sure if one == category else (1 - sure) / 11 for one in CATEGORIES}
    choice = choose(level_probs, category_probs, (), Calibration(0.3))
    return Classification(
        level, category, level_probs, category_probs, choice.needs_review, choice.because, (), "model"
    )


ROWS = tuple(row(number, LEVELS[number % 4]) for number in range(80))
RIGHT = tuple(answer(one.level) for one in ROWS)
WRONG_ON_2 = tuple(answer(3 if one.level == 2 else one.level) for one in ROWS)
BLIND_TO_1 = tuple(answer(2 if one.level == 1 else one.level, sure=0.6) for one in ROWS)


def test_a_gain_is_found_where_it_is() -> None:
    found = {(d.slice, d.question): d for d in compare.differences(Contest("the test", ROWS, WRONG_ON_2, RIGHT))}

    assert found["all", "level"].verdict == "better"
    assert (found["level 2", "level"].champion, found["level 2", "level"].challenger) == (0.0, 1.0)
    assert found["level 1", "level"].verdict == "even"
    assert found["all", "category"].verdict == "even"
    assert ("network", "level") not in found  # no such report


def test_a_loss_is_called_worse_with_its_interval() -> None:
    found = compare.differences(Contest("the test", ROWS, RIGHT, WRONG_ON_2))[0]

    assert found.verdict == "worse"
    assert found.low < -0.25 < found.high < 0


def test_fewer_level_1_found_forbids_a_promotion() -> None:
    refused = compare.refusal([Contest("the test", ROWS, WRONG_ON_2, BLIND_TO_1)])

    assert refused is not None
    assert "level-1 recall on the test fell from 100.0% to 0.0%" in refused


def test_a_loss_of_more_than_chance_forbids_a_promotion_though_level_1_is_found() -> None:
    all_critical = tuple(answer(1) for _ in ROWS)

    assert "level on the test fell from 100.0% to 75.0%" in str(
        compare.refusal([Contest("the test", ROWS, RIGHT, WRONG_ON_2)])
    )
    assert "level on the test fell from 75.0% to 25.0%" in str(
        compare.refusal([Contest("the test", ROWS, WRONG_ON_2, all_critical)])
    )
    assert "category on the test fell from 100.0% to 0.0%" in str(
        compare.refusal([Contest("the test", ROWS, RIGHT, tuple(answer(one.level, "network") for one in ROWS))])
    )


def test_as_many_level_1_found_and_no_loss_beyond_chance_forbid_nothing() -> None:
    two_wrong = (*WRONG_ON_2[:3], *RIGHT[3:])
    assert compare.refusal([Contest("the test", ROWS, RIGHT, two_wrong)]) is None
    assert compare.refusal([Contest("the test", ROWS, WRONG_ON_2, RIGHT)]) is None
    assert compare.refusal([Contest("what people confirmed", ROWS, RIGHT, WRONG_ON_2, by_champion=True)]) is None
    assert compare.refusal([Contest("the test", ROWS, RIGHT, None)]) is None
    assert compare.refusal([Contest("no level 1", ROWS[1:4], RIGHT[1:4], BLIND_TO_1[1:4])]) is None


class Texts(HTMLParser):
    """The words of a page, and its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def test_the_page_says_whether_to_promote_and_shows_both_sides() -> None:
    page = Texts(report.render([Contest("the test", ROWS, WRONG_ON_2, BLIND_TO_1)], "old1", "new2"))

    assert {"old1", "new2", "recall"} <= set(page.words)
    assert "Not to be promoted" in " ".join(page.words)
    assert (page.tags.count("polyline"), page.tags.count("circle")) == (2, 2)
    assert page.tags.count("caption") == 5  # two matrices a side, and what changes


def test_a_page_of_one_model_says_that_there_is_no_other() -> None:
    page = Texts(report.render([Contest("the test", ROWS, RIGHT, None)], "old1", None))

    assert "no other model" in " ".join(page.words)
    assert page.tags.count("polyline") == 1


def test_scores_know_how_far_off_and_how_sure_answers_are() -> None:
    answers = [answer(4 if one.level == 1 else one.level, sure=0.6) for one in ROWS]

    found = score(ROWS, answers)

    assert found.far_off == pytest.approx(0.25)
    assert found.kappa == pytest.approx(0.1, abs=0.15)
    assert found.level_calibration == pytest.approx(0.15, abs=0.001)  # 60 % sure, 75 % right
    assert found.unseen_critical == 0.0  # so unsure that a person looks
    assert score(ROWS, RIGHT).kappa == 1.0
