"""Lengths of time as a service scheme writes them: minutes, hours, days that are counted."""

import re
from dataclasses import dataclass
from datetime import time, timedelta

_DURATION = re.compile(r"([1-9]\d{0,3}) (minutes?|hours?|working days?)", re.ASCII)
_BY_TIME = re.compile(r"([1-9]\d?) (calendar|working) days? by ([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_SAME_DAY = re.compile(r"same day by ([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: `elapsed` runs on, or `working_days` or `calendar_days` are counted; one of them is set, or
    none: at once. Days may end at a time of day, `by`, in the profile's zone; `by` alone is a time of the working day
    in which it starts."""

    elapsed: timedelta = timedelta()
    working_days: int = 0
    calendar_days: int = 0
    by: time | None = None
    words: str = ""


def read_span(value: object) -> object:
    if isinstance(value, int | float):
        value = str(value)  # a number without a unit
    if not isinstance(value, str):
        return value
    if ends := _BY_TIME.fullmatch(value):
        by, kind = time(int(ends[3]), int(ends[4])), f"{ends[2]}_days"
        return Span(**{kind: int(ends[1])}, by=by, words=value)  # type: ignore[arg-type]
    if ends := _SAME_DAY.fullmatch(value):
        return Span(by=time(int(ends[1]), int(ends[2])), words=value)
    if value == "at once":
        return Span(words=value)
    match = _DURATION.fullmatch(value)
    if match is None:
        raise ValueError(
            f"{value!r} is no duration; write for example '30 minutes', '4 hours', '3 working days', "
            "'1 calendar day by 18:00', 'same day by 18:00' or 'at once'"
        )
    number, unit = int(match[1]), match[2].rstrip("s")
    if unit == "working day":
        return Span(working_days=number, words=value)
    return Span(elapsed=timedelta(**{f"{unit}s": number}), words=value)
