"""Arithmetic of reports: percentiles, and how sure a share is."""

import math
from collections.abc import Sequence
from datetime import timedelta
from statistics import NormalDist

_CONFIDENCE = 0.95


def percentile(values: Sequence[timedelta], share: float) -> timedelta | None:
    """The value that `share` of the values do not exceed, between two of them on the straight line (the definition 7
    of Hyndman and Fan 1996); None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """The 95 % score interval of a share (Wilson 1927), which holds for few cases too; None of nothing."""
    if not whole:
        return None
    z = NormalDist().inv_cdf((1 + _CONFIDENCE) / 2)
    share = part / whole
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    reach = z / (1 + z * z / whole) * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    # At 0 and 1 the ends are exact; the arithmetic misses them by its last digits.
    return 0.0 if part == 0 else max(0.0, middle - reach), 1.0 if part == whole else min(1.0, middle + reach)
