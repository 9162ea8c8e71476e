"""The pieces of a report, and that training sees the same of it as the model in use."""

import re
from collections import Counter

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.strings import get_string_id
from spacy.tokens import Doc
from spacy.vocab import Vocab

from classify.components import features
from classify.components.concepts import CONCEPTS as TABLE
from classify.components.grams import KINDS, LONGEST, NEAR, SHORTEST, Grams, grams_of
from classify.components.tokenizer import MixedTokenizer
from classify.model import ReportText
from classify.text import prepare
from classify.training import reading
from models.values import Channel

WORDS, NEIGHBOURS, NEAR_PAIRS, RUNS, CONCEPTS, CODES = range(len(KINDS))
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
TEXTS = ["the disk is dead", "no disk is dead", "数据没有丢失 disk 4711", "two lines\nof text", "a", "", "!!! ..."]


@pytest.fixture(scope="module")
def tokenize() -> MixedTokenizer:
    return MixedTokenizer(spacy.blank("xx").vocab)


def pieces(tokenize: MixedTokenizer, text: str) -> tuple[Grams, ...]:
    return grams_of(tokenize(text))


def runs_of(text: str) -> int:
    """How many runs of characters a text has, counted the slow way."""
    stretches = [f" {found} " for found in re.findall(rf"[{HAN}]+|[^\s{HAN}]+", text)]
    return sum(max(0, len(one) - size + 1) for one in stretches for size in range(SHORTEST, LONGEST + 1))


def test_every_word_is_a_piece_and_begins_where_it_stands(tokenize: MixedTokenizer) -> None:
    found = pieces(tokenize, "disk down\ndisk")

    assert found[WORDS].starts.tolist() == [0, 1, 3]
    assert found[WORDS].ids[0] == found[WORDS].ids[2]


def test_neighbours_do_not_reach_over_a_line_end_but_near_pairs_do(tokenize: MixedTokenizer) -> None:
    found = pieces(tokenize, "disk down\nplease help")

    assert found[NEIGHBOURS].starts.tolist() == [0, 3]
    assert len(found[NEAR_PAIRS].ids) == 6


def test_near_pairs_forget_the_distance_but_not_the_order(tokenize: MixedTokenizer) -> None:
    (close, far, turned) = (
        set(pieces(tokenize, text)[NEAR_PAIRS].ids.tolist())
        for text in ("disk failed", "disk has again failed", "failed disk")
    )

    assert close <= far
    assert not close & turned


def test_pairs_further_apart_than_near_are_none(tokenize: MixedTokenizer) -> None:
    middle = " x" * NEAR
    apart = pieces(tokenize, f"disk{middle} failed")[NEAR_PAIRS].ids

    assert not set(pieces(tokenize, "disk failed")[NEAR_PAIRS].ids.tolist()) & set(apart.tolist())


@given(st.text(alphabet="abz 09宕机磁盘.-\nIÉ", max_size=40))
def test_runs_stay_inside_words_and_stretches_of_ideographs(text: str) -> None:
    tokenize = MixedTokenizer(spacy.blank("xx").vocab)
    prepared = prepare(ReportText(Channel.EMAIL, "", text)).text

    assert len(pieces(tokenize, prepared)[RUNS].ids) == runs_of(prepared)


def test_runs_know_digits_and_words_their_number_alone(tokenize: MixedTokenizer) -> None:
    one, other = pieces(tokenize, "Code E17"), pieces(tokenize, "code e71")

    assert one[WORDS].ids.tolist() == other[WORDS].ids.tolist()
    assert one[RUNS].ids.tolist() != other[RUNS].ids.tolist()
    assert one[RUNS].ids.tolist() == pieces(tokenize, "CODE E17")[RUNS].ids.tolist()


def test_a_code_is_a_piece_of_its_own(tokenize: MixedTokenizer) -> None:
    found = pieces(tokenize, "泵站报E17，请看 ORA-00600 again e17 x 4711")[CODES]

    assert found.starts.tolist() == [3, 8, 12]
    assert found.ids[0] == found.ids[2] != found.ids[1]


@pytest.mark.parametrize("name", TABLE)
def test_each_phrase_of_a_concept_means_it(name: str) -> None:
    tokenize, meaning = MixedTokenizer(Vocab()), get_string_id(f"concept:{name}")

    for phrase in TABLE[name]:
        found = pieces(tokenize, phrase)[CONCEPTS]

        assert (meaning, 0) in zip(found.ids.tolist(), found.starts.tolist(), strict=True)


def test_a_denied_concept_is_another_one(tokenize: MixedTokenizer) -> None:
    said, denied = (
        set(pieces(tokenize, text)[CONCEPTS].ids.tolist()) for text in ("data was lost", "no data was lost")
    )

    assert said
    assert not said & denied


@pytest.mark.parametrize("text", ["", "\n", "x", "İstanbul", "😀😀", "a" * 5000])
def test_no_text_is_too_odd(tokenize: MixedTokenizer, text: str) -> None:
    for grams in pieces(tokenize, text):
        assert len(grams.ids) == len(grams.starts)
        assert not len(grams.starts) or 0 <= grams.starts.min() <= grams.starts.max() < max(1, len(tokenize(text)))


def test_training_sees_what_the_model_in_use_sees(tokenize: MixedTokenizer) -> None:
    texts = [f"{text} {other}" for text in TEXTS for other in TEXTS]
    read = reading.read(texts)
    everything = np.arange(len(texts))
    vocabulary, digest = reading.vocabulary_of(read, everything)
    trained_on = reading.values_of(read, everything, vocabulary).toarray()
    model = features.build(nO=2)
    features.install(model, vocabulary, digest, np.zeros((len(vocabulary.keys), 2)), np.zeros(2))

    for text, row in zip(texts, trained_on, strict=True):
        assert in_use(model, tokenize(text), len(row)) == pytest.approx(row, abs=1e-5)


def in_use(model: features.LinearModel, doc: Doc, columns: int) -> np.ndarray:
    seen = features.weigh(model, doc)
    return np.bincount(seen.rows, seen.values, minlength=columns)


def test_a_piece_counts_when_three_reports_have_it() -> None:
    read = reading.read(["disk alpha", "disk beta", "disk alpha", "beta"])
    vocabulary, _ = reading.vocabulary_of(read, np.arange(4))
    tokenize = MixedTokenizer(spacy.blank("xx").vocab)

    known = Counter(vocabulary.find(pieces(tokenize, "disk alpha beta")[WORDS].ids)[1].tolist())

    assert known == {True: 1, False: 2}
