"""How a text lies: its tokens and characters as arrays, found once for all who read them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.attrs import LENGTH, NORM, SPACY
from spacy.tokens import Doc

from classify.components.tokenizer import joined, norm_id, text_of, tokens

Ids = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_LAYOUT = "firstline_layout"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in place of its Doc, where no other component of spaCy looks at it: to make the Doc takes as long as to
    find all pieces in it. `user_data` is what has been found."""

    text: str
    user_data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layout:
    """Of each token the id of its NORM, where it begins and ends in the text, and whether a blank is behind it.
    `text` is in lower case, character for character, and `chars` are its code points."""

    norms: Ids
    starts: Places
    ends: Places
    is_apart: Flags
    text: str
    chars: npt.NDArray[np.uint32]

    def tokens_at(self, places: Places) -> Places:
        """The tokens at these places of the text; a blank is of the token before it."""
        return np.searchsorted(self.starts, places, side="right") - 1


def layout(doc: Doc | Text) -> Layout:
    """The layout of a Doc or a text, kept with it."""
    known: Layout | None = doc.user_data.get(_LAYOUT)
    if known is None:
        known = doc.user_data[_LAYOUT] = _of_text(doc.text) if isinstance(doc, Text) else _of_doc(doc)
    return known


def _of_doc(doc: Doc) -> Layout:
    columns = doc.to_array([NORM, LENGTH, SPACY]).reshape(len(doc), 3)
    return _laid_out(columns[:, 0].astype(np.uint64), columns[:, 1], columns[:, 2].astype(np.bool_), text_of(doc))


def _of_text(text: str) -> Layout:
    found = tokens(text)
    words = [word for word, _, _ in found]
    spaces = [blanks != "" for _, _, blanks in found]
    norms = np.fromiter(map(norm_id, words), np.uint64, len(words))
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    return _laid_out(norms, lengths, np.array(spaces, np.bool_), joined(words, spaces))


def _laid_out(norms: Ids, lengths: npt.NDArray[Any], is_apart: Flags, text: str) -> Layout:
    lengths = lengths.astype(np.int64)
    ends = np.cumsum(lengths + is_apart) - is_apart
    lowered = _lower(text)
    return Layout(norms, ends - lengths, ends, is_apart, lowered, _code_points(lowered))


def changes(values: npt.NDArray[np.generic]) -> Places:
    """Where a value differs from the one before it, and the beginning."""
    differs = np.empty(len(values), np.bool_)
    differs[:1] = True
    np.not_equal(values[1:], values[:-1], out=differs[1:])
    return np.flatnonzero(differs)


def _lower(text: str) -> str:
    lower = text.lower()
    if len(lower) != len(text):  # İ becomes two characters
        return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return lower


def _code_points(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
