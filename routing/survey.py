"""The number with which a customer answers the survey letter: 1 (bad) to 5 (good), as figures or in words."""

import re

from routing.answers import own_lines

_FIGURES = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_STARS = re.compile(r"(?:[★⭐🌟]\s?){1,5}(?:☆\s?){0,4}")

# A word before the number that says it is the score.
_LABEL = r"""
(?:(?:my|our|the|i|we|i'd|we'd|overall|final|of)\ |(?:我们|我|本次|这次|此次|总体|整体|服务|您|你|的|对)){0,6}
(?:(?:score|rating|rate|grade|mark|vote|answer|satisfaction|give(?:\ you)?|would\ (?:say|give(?:\ you)?|rate(?:\ it)?))
  |(?:评分|打分|评价|评级|分数|得分|满意度|满意程度|服务|回复|答复|答|打|给|评)(?:你们|您们|您|你|个)?)?
\s?(?:is|are|was|a|an|as|是|为|:|=|-)*\s?(?:a\ )?
"""
_UNIT = r"""
\s?(?:/\s?5(?!\d)|(?:out\ of|of)\ (?:5|five)|(?:points?|stars?)\b(?:\ out\ of\ (?:5|five))?
  |(?:颗星|个星|星(?!期)|分(?!钟|之|区|机|店|公司|部|支|别|析|布))(?:好评|满分)?)?
"""
# What may stand behind it: nothing, or a remark that is set off. A comma and one more number make a list.
_REMARK = r"\s*(?:[!.。~]*|\([^()?]{0,60}\)[!.。]*|(?:[,!;。~]+|\s-+\s|\s*—+|\.\s)(?!\s*[\d.])[^?]{1,1000})"
_NUMBER = re.compile(
    rf"(?:{_LABEL})(?P<score>[1-5](?![\d]|[.:]\d)|[一二两三四五](?![一-鿿])|[一二两三四五](?=分|星|颗星)|one|two|three|four|five)"
    rf"(?:{_UNIT})(?P<remark>{_REMARK.replace(' ', chr(92) + ' ')})",
    re.VERBOSE,
)
_ENUMERATION = re.compile(r"[1-5一二三四五]\s?(?:[.)、:]|\.\s)\s*\S")

# From the worst words to the best: "not satisfied" holds "satisfied". Each must be the whole of the answer.
_VERY = r"(?:非常|十分|很|特别|极其|极|相当|超级|超|完全|太|挺)"
_WORDS = (
    (1, rf"{_VERY}(?:的)?(?:不满意|差劲|差|糟糕|失望)了?|(?:一点也?|根本|完全|毫)不满意|差评?|极差|糟糕透了|坏"),
    (
        1,
        r"(?:very|extremely|completely|totally|highly|really)"
        r" (?:dissatisfied|unsatisfied|unhappy|disappointed|bad|poor)",
    ),
    (1, r"not (?:at all satisfied|satisfied at all)|terrible|awful|horrible|very bad|bad"),
    (2, r"(?:有点|有些|比较|还是)?不满意|不太满意|不是很满意|不是太满意|不怎么满意|不够满意|较差|比较差|失望"),
    (2, r"dissatisfied|unsatisfied|unhappy|disappointed|poor"),
    (2, r"not (?:very |really |so |that |too |quite |fully )?(?:satisfied|happy)"),
    (3, r"一般般?|普通|中等|还行|还可以|尚可|凑合|过得去|马马虎虎|中规中矩"),
    (3, r"neutral|average|so[- ]so|fair|mediocre|neither satisfied nor dissatisfied"),
    (5, rf"{_VERY}(?:的)?(?:满意|好|棒|赞)了?|满分|好评|好|太好了|完美|优秀|棒极了|最满意"),
    (
        5,
        r"(?:very|extremely|completely|totally|highly|really|fully|most) (?:satisfied|happy|pleased|good)"
        r"|excellent|perfect|outstanding|great|good",
    ),
    (4, r"(?:比较|基本|还算|较|还|总体|整体|大体|较为)?(?:上|是)?满意的?"),
    (4, r"(?:quite |rather |mostly |fairly |generally |pretty |somewhat )?(?:satisfied|happy|pleased)"),
)
_BEFORE_WORDS = (
    r"(?:(?:我们?|对此?|本次|这次|此次|总体|整体|你们的|您的|贵司的?|服务|评价|满意度|评分|结果|感觉|表示|是|为|:|=|\s){0,8}"
    r"|(?:(?:i am|i'm|i was|we are|we're|we were|overall|my answer|rating|score|feeling|is|:|=)\s?){0,6})"
)
_AS_WORDS = [(score, re.compile(rf"{_BEFORE_WORDS}(?:{words})(?P<remark>{_REMARK})")) for score, words in _WORDS]
_WORD_THEN_NUMBER = re.compile(
    r"([^\d\s,(:!。]{1,30})[\s,(:!。]*([1-5])\s?(?:分|星|stars?|points?|/\s?5)?\s?\)?[!.。]*"
)
_DECORATION = " *_\"'~·•\t"


def read_score(text: str) -> int | None:
    """The score on the first line that the customer wrote himself; None where that line is anything else: a question,
    a list, a report that begins with a number."""
    line = next(own_lines(text), "").strip(_DECORATION)
    line = re.sub(r"^(?:(?:hi|hello)\b|(?:您|你)好)[\s,!。]*", "", line)
    if not line or line[0] in "-+=:" or "?" in line or re.search(r"[吗么呢]\W*$", line):
        return None
    if _STARS.fullmatch(line):
        return sum(char in "★⭐🌟" for char in line)
    return _in_figures(line) or _in_words(line)


def _in_figures(line: str) -> int | None:
    match = _NUMBER.fullmatch(line)
    if match is None or _ENUMERATION.match(line):
        return None
    figure = match["score"]
    return int(figure) if figure.isdecimal() else _FIGURES[figure]


def _in_words(line: str) -> int | None:
    line = line.removesuffix("的") if line.endswith("满意的") else line
    for score, pattern in _AS_WORDS:
        if pattern.fullmatch(line):
            return score
    if match := _WORD_THEN_NUMBER.fullmatch(line):
        in_words, figure = _in_words(match[1]), int(match[2])
        # "satisfied, 5" is a score; "very dissatisfied 5" has read the scale the other way round.
        return figure if in_words is not None and abs(in_words - figure) <= 1 else None
    return None
