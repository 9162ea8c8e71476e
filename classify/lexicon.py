"""How the safety lexicon is written. `dangers` and `harm` hold its rules, `caution` applies them."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """What is said where there is danger, and where the same words mean none."""

    danger: str
    level: int
    hints: tuple[str, ...]  # where `words` find something, one of these stands in lower case
    words: re.Pattern[str]
    excuses: re.Pattern[str] | None = None  # in the same clause: then the rule stays silent
    settled: re.Pattern[str] | None = None  # anywhere in the report: the same
    aside: re.Pattern[str] | None = None  # near, or at the beginning: the same, unless the sentence says it is here
    beside: re.Pattern[str] | None = None  # has to stand somewhere in the report, else the words mean nothing
    mended: re.Pattern[str] | None = None  # anywhere in the report: then the level is one step less urgent


def any_of(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


# "The lift that you repaired last week" is stuck today.
_SERVICED = "".join(
    f"(?<!{verb} )"
    for verb in ("repaired", "serviced", "inspected", "replaced", "installed", "mended", "fixed", "tested")
)
OVER = any_of(
    rf"\b(?:restored|recovered|resolved|back to normal|running again|works? again"
    rf"|{_SERVICED}last (?:week|month|year))\b",
    "已恢复|恢复了|恢复正常|已经恢复|恢复生产|已解除|(?:上周|上个月|去年)(?!刚?(?:修|换|装|保养|维|检|更换|安装|也|才))",
)
