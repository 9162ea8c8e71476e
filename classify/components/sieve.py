"""A few ids among many: of words with a meaning, of signs that end a clause."""

from collections.abc import Iterable

import numpy as np

from classify.components.layout import Ids

_LEADING = np.uint64(48)


class Sieve:
    """Finds a few ids among many. Ids are hashes: their leading bits rule out nearly all others at once."""

    def __init__(self, ids: Iterable[int]) -> None:
        self._ids = frozenset(ids)
        self._may_be = np.zeros(1 << 16, np.bool_)
        self._may_be[np.array([*self._ids], np.uint64) >> _LEADING] = True

    def find(self, ids: Ids) -> list[tuple[int, int]]:
        """Where one of the few is, and which one."""
        places = np.flatnonzero(self._may_be[ids >> _LEADING])
        return [found for found in zip(places.tolist(), ids[places].tolist(), strict=True) if found[1] in self._ids]
