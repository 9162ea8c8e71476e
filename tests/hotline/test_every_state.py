"""Whatever a caller does, what he hears next is TwiML as documented, short enough to be heard, in his language."""

import re
import string
from dataclasses import replace

import pytest

from intake.hotline import spoken, words_en, words_zh
from intake.hotline.call import LOOKED_UP, Call, Step, from_json
from intake.hotline.events import Silence
from intake.hotline.menu import HANDLERS, advance
from intake.hotline.prompts import LIMIT_SAY_CHARS, TABLES, prompt
from intake.hotline.twiml import Urls, render, whisper
from models.values import Language
from tests.fakes.twilio.grammar import read
from tests.hotline.walk import walk

URLS = Urls("https://desk.example")
REACHED = [after for _, _, after in walk()] + [after for _, _, after in walk("")]


def test_every_step_is_reached_by_the_walk() -> None:
    assert {call.step for call in REACHED} | {Step.CALLER} == set(Step)
    assert set(HANDLERS) == set(Step) - {Step.OVER}


def test_every_state_is_said_in_documented_twiml_with_sentences_of_at_most_300_characters() -> None:
    documents = {render(call, prompt(call), URLS) for call in REACHED if call.step not in LOOKED_UP}

    assert len(documents) > 100
    for document in documents:
        root = read(document)
        says = list(root.iter("Say"))
        assert says
        assert all(len(say.text or "") <= LIMIT_SAY_CHARS for say in says)
        for gather in root.iter("Gather"):
            assert gather.find("Say") is not None  # it can be interrupted
            assert gather.get("actionOnEmptyResult") == "true"


def test_every_state_ends_in_something_that_the_call_goes_on_by() -> None:
    for call in REACHED:
        if call.step not in LOOKED_UP:
            root = read(render(call, prompt(call), URLS))
            assert root[-1].tag in ("Redirect", "Dial", "Hangup"), call.step


def test_nobody_is_kept_for_ever() -> None:
    """Silence alone leads from every state to the end of the call."""
    for call in {replace(call, turn=0) for call in REACHED if call.step not in LOOKED_UP}:
        left = 40
        while call.step is not Step.OVER and left:
            call = advance(call, Silence())
            left -= 1
        assert left, call


def test_every_state_survives_being_stored() -> None:
    for call in REACHED:
        assert from_json(call.to_json()) == call


def test_every_state_makes_a_report() -> None:
    for call in REACHED:
        said = spoken.read(spoken.of_call(call))
        assert said.language in (Language.ENGLISH, Language.SIMPLIFIED)
        assert said.words or said.case_id is not None


def test_a_document_of_ours_never_asks_in_two_languages_but_at_the_first_question() -> None:
    for call in REACHED:
        if call.step in LOOKED_UP | {Step.LANGUAGE}:
            continue
        languages = {say.get("language") for say in read(render(call, prompt(call), URLS)).iter("Say")}
        assert languages == {"en-US" if call.is_english else "zh-CN"}


def test_who_is_put_through_hears_documented_twiml() -> None:
    through = [call for call in REACHED if call.step is Step.CONNECT]

    assert through
    for call in through:
        assert read(whisper(call, URLS), is_screening=True) is not None


def test_both_languages_have_every_sentence_with_the_same_blanks() -> None:
    assert words_en.WORDS.keys() == words_zh.WORDS.keys()
    for name in words_en.WORDS:
        blanks = [
            {field for _, field, _, _ in string.Formatter().parse(table[name]) if field} for table in TABLES.values()
        ]
        assert blanks[0] == blanks[1], name


@pytest.mark.parametrize("language", list(TABLES))
def test_no_sentence_is_longer_than_it_can_be_listened_to(language: Language) -> None:
    for name, text in TABLES[language].items():
        assert 0 < len(text) <= LIMIT_SAY_CHARS, name


def test_the_chinese_sentences_are_chinese_and_the_english_ones_are_not() -> None:
    for name, text in words_zh.WORDS.items():
        assert re.search(r"[\u4e00-\u9fff]", text), name
    assert not any(re.search(r"[\u4e00-\u9fff]", text) for text in words_en.WORDS.values())


def test_an_unknown_field_of_a_later_version_is_left_out() -> None:
    stored = Call("CA1").to_json().replace(b'{"sid"', b'{"new_in_later_version": 1, "sid"')

    assert from_json(stored) == Call("CA1")
