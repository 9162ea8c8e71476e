"""What classifying a report means: the objects that go in and come out, and the seam between them.

Importing this module costs nothing: spaCy is loaded by `classify.spacy_classifier` alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from models.values import Channel


@dataclass(frozen=True, slots=True)
class Keyed:
    """What a caller answered by a key to the question whether his business is stopped; `words` say it in the report."""

    is_stopped: bool
    words: str


@dataclass(frozen=True, slots=True)
class ReportText:
    """What a customer, or a machine of theirs, said: quotes and signature already taken off."""

    channel: Channel
    subject: str
    body: str
    keyed: Keyed | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of the report that spoke for a label.

    `label` reads `level:1` or `category:data`. `weight` is the probability that the label owes to the
    piece, 0 to 1; a rule that is certain of itself has the weight 1.
    """

    text: str
    label: str
    weight: float


@dataclass(frozen=True, slots=True)
class Classification:
    """Level and category of one report, how sure that is, and why.

    `because` is one sentence: what a person should look at where `needs_review` is true, else what decided.
    """

    level: int
    category: str
    level_probs: Mapping[int, float]
    category_probs: Mapping[str, float]
    needs_review: bool
    because: str
    evidence: tuple[Evidence, ...]
    model: str

    @property
    def confidence(self) -> float:
        """The smaller of the two winning probabilities."""
        return min(self.level_probs[self.level], self.category_probs[self.category])


class Classifier(Protocol):
    """Anything that can label reports."""

    @property
    def version(self) -> str:
        """Names the model in every classification it makes."""
        ...

    def classify(self, reports: Sequence[ReportText]) -> list[Classification]:
        """One classification a report, in the order given. Never raises on a text, however odd."""
        ...
