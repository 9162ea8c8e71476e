"""Makes one question's spaCy pipeline: which level, or which category."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from spacy.language import Language
from spacy.pipeline import TextCategorizer
from spacy.training import Example
from spacy.util import load_model_from_config
from thinc.api import Config

from classify.components import concepts, features, grams, tokenizer
from classify.components.features import Vocabulary
from classify.training.linear import Layer

CONFIG = Path(__file__).with_name("config.cfg")
COMPONENTS = (
    *(Path(str(module.__file__)) for module in (tokenizer, grams, features, concepts)),
    concepts.TABLE,
)


def settings() -> dict[str, Any]:
    """The [training] section of config.cfg."""
    return dict(_config()["training"])


def assemble(layer: Layer, vocabulary: Vocabulary, digest: bytes, labels: Sequence[str]) -> Language:
    """A pipeline that answers with one of `labels` by a fitted layer."""
    nlp = load_model_from_config(_config(), auto_fill=True)
    textcat = cast(TextCategorizer, nlp.get_pipe("textcat"))
    blank: dict[str, Any] = {"cats": {label: float(label == labels[0]) for label in labels}}
    example = Example.from_dict(nlp.make_doc("x"), blank)
    textcat.initialize(lambda: [example], nlp=nlp, labels=labels)
    features.install(textcat.model, vocabulary, digest, layer.weights, layer.bias)
    return nlp


@lru_cache(maxsize=1)
def _config() -> Config:
    return Config().from_disk(CONFIG)
