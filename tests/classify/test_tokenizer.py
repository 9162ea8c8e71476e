"""Chinese by the character, English by the word, in one text."""

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from classify.components.tokenizer import MixedTokenizer, norms


@pytest.fixture(scope="module")
def tokenizer() -> MixedTokenizer:
    return MixedTokenizer(spacy.blank("xx").vocab)


def test_ideographs_stand_alone_and_latin_words_stay_whole(tokenizer: MixedTokenizer) -> None:
    doc = tokenizer("办公室Wi-Fi连不上 Exchange")

    assert [token.text for token in doc] == [*"办公室", "Wi", "-", "Fi", *"连不上", "Exchange"]


def test_a_doc_gives_its_text_back(tokenizer: MixedTokenizer) -> None:
    text = "SAP down!!!\n全厂停线 since 06:40, can't ship"

    assert tokenizer(text).text == text


def test_inflections_count_as_one_word() -> None:
    assert len({*norms("crash"), *norms("Crashes"), *norms("crashed"), *norms("CRASHING")}) == 1
    assert norms("status ups class") == ["status", "ups", "class"]


def test_numbers_count_by_their_shape() -> None:
    assert norms("port 443, CNC-88213") == ["port", "000", ",", "cnc", "-", "0000"]


def test_an_empty_text_has_no_tokens(tokenizer: MixedTokenizer) -> None:
    assert len(tokenizer("")) == 0


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_taken_apart_as_it_is_beside_other_signs(text: str) -> None:
    assert norms(text) == norms(f"{text}\n\u00fc")[:-2]
