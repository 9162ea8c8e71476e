"""Whether a fault is told beside an end: "pump 1 tripped, pump 2 is up" is no end, "link down - recovered" is."""

import re
from collections.abc import Callable

from intake.mail.alarm_words import READINGS

_CLAUSES = re.compile(
    r"([,;，；。|]|\s[-–—]+\s|[:：](?=\s|[^\x00-\x7f])|(?<!\d)：|[\[\]【】()（）]|(?<=[a-z\d])\.\s|\b(?:but|while|although"
    r"|however)\b|但是?)",
    re.IGNORECASE,
)
# Behind these stands what the words before them are about.
_TOPIC = re.compile(r"[:：\]】)）]|\s[-–—]+\s")
_LONGEST = 400
_FAULT = re.compile(
    r"\b(?:fail(?:ed|s|ure|ing)?|down|lost|tripped|offline|unreachable|crash(?:ed)?|aborted|missing|dead|disconnected"
    r"|stopped|degraded|corrupt\w*|overload\w*|active|stuck|leak\w*|jammed|fault(?:y|ed)?|in alarm"
    r"|without power|(?:battery|fuel|oil|water)(?: level)?(?: is)? (?:too )?low|low battery"
    r"|discharged|(?:output|supply|load) (?:is )?off|remains (?!up|online|ok|stable|normal)"
    r"|not (?:running|responding|available)|0 of [1-9]\d{0,4})\b"
    r"|仍(?!正常)"
    r"|故障|中[断斷]|[离離掉断斷][线線]|[断斷停][电電]|[断斷][网網]|跳[闸閘]|[停宕死][机機]|异常|異常|失败|失敗|失联|[泄漏]漏",
    re.IGNORECASE,
)
# What was, what an end is measured by, and what there is none of.
_PAST = re.compile(
    r"\b(?:was|were|been|being|from|after|previously)(?: \w{1,20}){0,3}? (?:down|offline|unreachable|fail\w*|outage)"
    r"|\b(?:0|no|none) (?:\w{1,20} )?(?:fail\w*|down|offline|errors?|faults?|active)\b"
    r"|[无無没]有?(?:故障|异常|離線|离线)"
    r"|\bdown (?:for|since|time|duration)\b|(?:故障|中断|离线|停机|断线|宕机)(?:持续)?(?:时间|时长|后|了)",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:down|failed|lost|offline|tripped|unreachable) again\b|\bnow (?:failed|down|lost|offline)\b"
    r"|再次\w{0,4}(?:中[断斷]|[断斷离離掉][线線]|故障|告警|报警|异常|停机|跳闸|宕机)|倒计时",
    re.IGNORECASE,
)
# What says only that it is over, and not what.
_BARE = re.compile(
    r"\b(?:problems?|alerts?|alarms?|incidents?|events?|issues?|services?|hosts?|devices?|nodes?|monitor|notification"
    r"|resolved?|recover(?:ed|y|s)?|clear(?:ed)?|closed|ok|up|online|reset|restored|repaired|fixed|normal"
    r"|reachable|back"
    r"|established|reconnected|connected|success(?:ful(?:ly)?)?|succeeded|all|now|again|is|are|has|have|was"
    r"|been|to|in|at"
    r"|on|of|the|it|after|re|fw|fwd|status|state|p\d|sev\d|critical|warning|high|info)\b"
    r"|告警|报警|警报|通知|提醒|消息|故障|恢[复復]|解除|消除|清除|解[决決]|正常|上线|在线|来电|成功|重新|现|目前|已经?|于|了|并|均|全部|运行",
    re.IGNORECASE | re.ASCII,
)
_CONDITION = re.compile(r"\W{0,4}(?:up|normal|success)\W*$", re.IGNORECASE)
# Of whichever product: what it is that is over stands behind it.
_TITLE = re.compile(
    r"(?:告警|报警|警报|警報|预警)(?:已)?(?:恢复|恢復|解除|消除|清除)(?:通知|提醒|消息)?\s*$"
    r"|\b(?:alarm|alert) (?:cleared|resolved|recovered|closed|ended|end|reset)\s*$",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[a-z0-9][\w.-]*|[\u4e00-\u9fff]", re.IGNORECASE)


def tells_a_fault(text: str, is_end: Callable[[str], bool]) -> bool:
    """True where `text`, which has a word for an end in it, says of something else that it is faulty. What stands
    behind the mere word "resolved" is but the name of what is resolved."""
    pieces = _CLAUSES.split(text[:_LONGEST])
    said = [(clause, mark) for clause, mark in zip(pieces[::2], ["", *pieces[1::2]], strict=True) if clause.strip()]
    ends = [number for number, (clause, _) in enumerate(said) if is_end(clause.strip())]
    faults = [number for number, (clause, _) in enumerate(said) if number not in ends and names_a_fault(clause)]
    if not faults or not ends:
        return _AGAIN.search(text) is not None
    named = [number for number in ends if _names_what(said, number)]
    if len(named) < len(ends) and (ends[0] not in named or ends[-1] > faults[-1]):
        return bool(named) and named[-1] < faults[-1]
    if ends[-1] < faults[-1]:
        return True
    earlier = {word for clause, _ in said[: ends[-1]] for word in _WORDS.findall(clause.casefold())}
    return not _TOPIC.search(said[ends[-1]][1]) and not _own(said[ends[-1]][0]) <= earlier


def _names_what(said: list[tuple[str, str]], number: int) -> bool:
    """True for an end that says itself what is well, unlike "[resolved]", behind which stands what it is. Behind "Up: "
    and "Normal: " stands how it is."""
    clause = said[number][0]
    mark = said[number + 1][1] if number + 1 < len(said) else ""
    if mark in ("]", "】") or (mark in (":", "：") and _TITLE.search(clause) is not None):
        return False
    return bool(_own(clause)) or (mark in (":", "：") and _CONDITION.match(clause) is not None)


def names_a_fault(clause: str) -> bool:
    """True for a clause that says that something is faulty now."""
    return _FAULT.search(_PAST.sub(" ", clause)) is not None


def _own(clause: str) -> set[str]:
    """The words of a clause by which it says what is over."""
    return set(_WORDS.findall(_BARE.sub(" ", re.sub(READINGS, " ", clause, flags=re.IGNORECASE)).casefold()))
