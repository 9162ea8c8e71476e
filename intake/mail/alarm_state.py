"""Whether a machine's notice says that a fault is there, that it is over, or that somebody there has seen it."""

import re
from collections.abc import Mapping
from typing import Literal

from intake.mail import alarm_fields as fields

State = Literal["problem", "recovery", "acknowledged"]

# How the value of a state begins. What is neither is asked of the subject.
_OVER = re.compile(
    r"\W{0,4}(?:ok|up|normal|green|closed?|clear(?:ed)?|resolved|recover(?:y|ed|s)|inactive|de-?assert(?:ed|ion)?"
    r"|returned|reset|went out|success(?:ful|fully)?|succeeded|completed(?! with)|online|healthy|repaired|restored"
    r"|back to normal|flappingstop\b.{0,20}\bok|正常|已?恢[复復]|已?清除|已?消除|已?解除|已?解[决決]|成功"
    r"|绿色)(?![a-z])",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"\W{0,4}(?:problem|critical|crit|warning|warn|down|unreachable|unknown|alarm|alert|alerting|fail(?:ed|ure)?|fault"
    r"|error|red|yellow|active|open(?:ed)?|new|raised|assert(?:ed|ion)?|in alarm|came in|on ?batt\w*|off-?normal|firing"
    r"|fired"
    r"|triggered|degraded|offline|incoming|未恢[复復]|故障|告警|报警|异常|異常|严重|嚴重|紧急|失败|产生|红色|黄色|离线)(?![a-z])",
    re.IGNORECASE,
)
_SEEN = re.compile(r"\back(?:ed|nowledged|nowledgement)\b|(?<!未)已确认", re.IGNORECASE)
_SEEN_BY = re.compile(r"\backnowledged (?:\w{1,20} ){0,3}problem at\b|\backnowledged by\b", re.IGNORECASE)
_UNSEEN = re.compile(r"\bun-?ack\w*|\bnot ack\w*|\backnowledged: no\b|未确认", re.IGNORECASE)
_CLEAR = re.compile(r"\W{0,4}(?:clear(?:ed)?|ok|resolved|已?清除)\s*$", re.IGNORECASE)
_QUIET = re.compile(r"\W{0,4}(?:ok|normal|info\w*|clear\w*|none|提示|信息|正常)\b", re.IGNORECASE)

_RECOVERED = re.compile(
    r"\b(?:recover(?:y|ed|s)|resolved|cleared|back to normal|returned to normal|restored|repaired|reset:"
    r"|de-?assert(?:ed|ion)?|resolve -"
    r"|reconnected|is (?:ok|up)|\[ok\]|succeeded|(?:is|was|completed) successful(?:ly)?|completed successfully"
    r"|backup successful|job success|stat(?:e|us)\s?[:：=]\s?(?:ok|up|green|normal))\b"
    r"|\[prtg\b[^\n]{0,200}\bup (?:\w{1,12} )?\(|\[prtg\b[^\n]{0,200}\bup$|状态\s?[:：]\s?正常|->\s?(?:ok|up)\b"
    r"|\bis up at least\b|changed state to up\b|\bpower has returned\b|\[(?:✅ ?)?up\]|^closed:"
    r"|^\W{0,4}(?:ok|up|success|normal)\b|\[(?:success|ok|resolved|recovered)\b|\(repaired\)|(?<![未没])(?:已)?恢复"
    r"|恢復|(?:告警|报警)(?:解除|消除|清除)|解除告警|消警|消除$|^已解决|已修复| 成功$",
    re.IGNORECASE,
)
_NOT_RECOVERED = re.compile(
    r"\[firing:\d|\b(?:not|un|never)[ -]?(?:recovered|resolved|cleared|restored)|\bunsuccessful|未恢复"
    r"|没有恢复|无法恢复|恢复失败",
    re.IGNORECASE,
)
# What management boards write of a part that is well again: under a quiet severity, beside another code.
_WELL = re.compile(
    r"\bno longer\b|\boperating normally\b|\bwithin (?:normal |the )?(?:range|limits?)\b|\b(?:is|are|now) redundant\b"
    r"|\breturned to\b|\b(?:is|was) (?:installed|restored|reconnected|cleared|present)\b|\brestored\b"
    r"|\bnow turned on\b|\bback (?:online|to)\b|恢复|已清除",
    re.IGNORECASE,
)


def state_of(subject: str, text: str, pairs: Mapping[str, str], message: str) -> State:
    """By what the mail names its state; where it names none, by the subject, and by the message of a quiet severity."""
    said = " ".join(value for key in ("notificationtype", "event") if (value := pairs.get(key)))
    stated = _stated(pairs)
    if _NOT_RECOVERED.search(f"{subject}\n{stated}"):
        return "problem"
    marked = f"{subject}\n{said}\n{stated}\n{pairs.get('ackstate', '')}"
    if _OVER.match(stated) or _CLEAR.match(fields.first(pairs, fields.SEVERITIES) or ""):
        return "recovery"
    if (_SEEN.search(marked) or _SEEN_BY.search(text[:300])) and not _UNSEEN.search(marked):
        return "acknowledged"
    if _THERE.match(stated):
        return "problem"
    is_over = (
        _RECOVERED.search(subject) or _RECOVERED.search(said) or (_is_quiet(pairs, message) and _WELL.search(message))
    )
    return "recovery" if is_over else "problem"


def _stated(pairs: Mapping[str, str]) -> str:
    """The state itself; of a change, what it has become."""
    event = pairs.get("event", "")
    stated = fields.first(pairs, fields.STATES) or (event if "->" in event else "")
    return stated.rpartition("->")[2].strip()


def _is_quiet(pairs: Mapping[str, str], message: str) -> bool:
    severity = fields.first(pairs, fields.SEVERITIES)
    return bool(_QUIET.match(severity if severity is not None else message))
