"""Trains one question's pipeline: which level, or which category."""

import random
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from spacy.language import Language
from spacy.pipeline import TextCategorizer
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import load_model_from_config, registry
from thinc.api import Config, fix_random_seed

from classify.components import concepts, features, tokenizer

CONFIG = Path(__file__).with_name("config.cfg")
COMPONENTS = (Path(tokenizer.__file__), Path(features.__file__), Path(concepts.__file__), concepts.TABLE)


def fit(texts: Sequence[str], answers: Sequence[str], labels: Sequence[str]) -> Language:
    """A pipeline that answers with one of `labels`, trained on prepared texts. The same input, the same weights."""
    training = _config()["training"]
    fix_random_seed(training["seed"])
    nlp = load_model_from_config(_config(), auto_fill=True)
    docs = [nlp.make_doc(text) for text in texts]
    examples = [_example(doc, answer, labels) for doc, answer in zip(docs, answers, strict=True)]
    textcat = cast(TextCategorizer, nlp.get_pipe("textcat"))
    features.learn_vocabulary(textcat.model, docs)
    textcat.initialize(lambda: examples, nlp=nlp, labels=labels)

    optimizer: Any = registry.resolve({"optimizer": training["optimizer"]})["optimizer"]
    shuffler = random.Random(training["seed"])
    for _ in range(training["epochs"]):
        shuffler.shuffle(examples)
        for start in range(0, len(examples), training["batch_size"]):
            textcat.update(examples[start : start + training["batch_size"]], sgd=optimizer)
            optimizer.step_schedules()
    return nlp


def _example(doc: Doc, answer: str, labels: Sequence[str]) -> Example:
    # The Doc of an Example is shared by all epochs, so that its features are extracted once.
    facts: dict[str, Any] = {"cats": {label: float(label == answer) for label in labels}}
    return Example.from_dict(doc, facts)


@lru_cache(maxsize=1)
def _config() -> Config:
    return Config().from_disk(CONFIG)
