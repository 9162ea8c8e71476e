"""Which groups of words have one that stands in a text. Pure.

To look for some hundreds of words one after the other takes longer than to read the rest of the lexicon.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_Codes = npt.NDArray[np.uint32]
_SLOTS = 1 << 16
_LONGEST = 3
_SPREAD = np.uint32(0x9E3779B1)  # golden ratio


class Hints:
    """Words in groups. The runs of up to three characters that a text holds rule out nearly all words at once."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._words = [(number, word) for number, words in enumerate(groups) for word in words]
        self._keys = np.array([_key(word) for _, word in self._words], np.int64).reshape(-1, _LONGEST)

    def groups(self, text: str) -> list[int]:
        """The numbers of the groups of which a word stands in the text, in order."""
        seen = np.zeros(_SLOTS, np.bool_)
        for runs in _runs(text):
            seen[runs] = True
        found: list[int] = []
        for place in np.flatnonzero(seen[self._keys].all(axis=1)).tolist():
            number, word = self._words[place]
            if number not in found[-1:] and word in text:
                found.append(number)
        return found


def _key(word: str) -> list[np.uint32]:
    """Slots of the first, a middle and the last run of a word, of three characters where it has as many."""
    longest = _runs(word)[min(len(word), _LONGEST) - 1]
    return [longest[0], longest[len(longest) // 2], longest[-1]]


def _runs(text: str) -> list[_Codes]:
    """The slots of all runs of one character, of two, and of three."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    rolled, slots = codes, []
    for length in range(1, _LONGEST + 1):
        if length > 1:
            rolled = rolled[:-1] * _SPREAD + codes[length - 1 :]
        slots.append((rolled * _SPREAD) >> np.uint32(16))
    return slots
