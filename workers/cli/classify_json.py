"""The JSON lines of `firstline classify`."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from classify import entities
from classify.model import Classification, Classifier, ReportText
from models.errors import Misconfigured
from models.values import Channel

BATCH = 200


def classify_lines(lines: Iterable[str], classifier: Classifier) -> Iterator[dict[str, Any]]:
    """One result a line, in the order of the input; empty lines are passed over.

    Raises:
        Misconfigured: a line is no such object; the message names the line.
    """
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while batch := list(islice(numbered, BATCH)):
        read = [_read(number, line) for number, line in batch]
        found = classifier.classify([text for _, text in read])
        for (report_id, text), result in zip(read, found, strict=True):
            yield _as_json(report_id, text, result)


def _read(number: int, line: str) -> tuple[Any, ReportText]:
    try:
        value = json.loads(line)
        channel = Channel(value.get("channel", "email"))
        return value["id"], ReportText(channel, str(value.get("subject") or ""), str(value.get("body") or ""))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Misconfigured(
            f"line {number}: expected an object with id, channel (email, phone or machine), subject and body: {error}"
        ) from error


def _as_json(report_id: Any, text: ReportText, found: Classification) -> dict[str, Any]:
    return {
        "id": report_id,
        "level": found.level,
        "category": found.category,
        "level_probs": {str(level): probability for level, probability in found.level_probs.items()},
        "category_probs": dict(found.category_probs),
        "needs_review": found.needs_review,
        "evidence": [{"text": e.text, "label": e.label, "weight": e.weight} for e in found.evidence],
        "entities": [
            {"label": entity.label, "value": entity.value} for entity in entities.find(f"{text.subject}\n{text.body}")
        ],
        "model": found.model,
    }
