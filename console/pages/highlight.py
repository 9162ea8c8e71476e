"""Where the evidence stands in a text. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `label` is what it spoke for (`level:1`, `category:data`), empty for the rest."""

    text: str
    label: str = ""
    weight: float = 0.0

    @property
    def kind(self) -> str:
        return self.label.partition(":")[0]


def pieces(text: str, evidence: Sequence[Mapping[str, object]]) -> tuple[list[Piece], list[Piece]]:
    """The text in pieces, in order, and the evidence that is not found in it, such as what stands in the subject.

    Of two that overlap the weightier is marked."""
    found: list[tuple[int, int, Piece]] = []
    absent: list[Piece] = []
    folded = text.lower() if len(text.lower()) == len(text) else text
    for entry in sorted(evidence, key=_weight, reverse=True):
        piece = Piece(str(entry.get("text", "")).strip(), str(entry.get("label", "")), _weight(entry))
        start = _free(folded, piece.text, found)
        if start is None:
            absent.append(piece)
        else:
            found.append((start, start + len(piece.text), piece))
    return list(_cut(text, sorted(found, key=lambda each: each[0]))), absent


def _weight(entry: Mapping[str, object]) -> float:
    weight = entry.get("weight")
    return float(weight) if isinstance(weight, int | float) else 0.0


def _free(folded: str, wanted: str, taken: Sequence[tuple[int, int, Piece]]) -> int | None:
    """Where `wanted` stands first without touching what is taken."""
    wanted = wanted.lower() if len(wanted.lower()) == len(wanted) else wanted
    start = folded.find(wanted) if wanted else -1
    while start >= 0:
        end = start + len(wanted)
        if all(end <= other_start or start >= other_end for other_start, other_end, _ in taken):
            return start
        start = folded.find(wanted, start + 1)
    return None


def _cut(text: str, found: Sequence[tuple[int, int, Piece]]) -> list[Piece]:
    cut: list[Piece] = []
    position = 0
    for start, end, piece in found:
        cut += [Piece(text[position:start]), Piece(text[start:end], piece.label, piece.weight)]
        position = end
    return [piece for piece in (*cut, Piece(text[position:])) if piece.text]
