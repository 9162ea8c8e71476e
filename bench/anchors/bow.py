"""A bag of words, as a first classifier of one's own: scikit-learn's defaults, trained on our corpus."""

from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import Pipeline, make_pipeline

from classify.training import corpus
from workers import modelstore


def train() -> Pipeline:
    """One that says the category; a few seconds."""
    rows = corpus.read(modelstore.CORPUS)
    pipeline = make_pipeline(TfidfVectorizer(max_features=20_000), SGDClassifier(loss="log_loss", random_state=1))
    return pipeline.fit([f"{row.text.subject}\n{row.text.body}" for row in rows], [row.category for row in rows])


def classify(pipeline: Pipeline, texts: Sequence[str]) -> list[str]:
    return [str(label) for label in pipeline.predict(texts)]
