"""Whether a machine's notice says that a fault is there, that it is over, or that somebody there has seen it."""

import re
from collections.abc import Mapping
from typing import Literal

from intake.mail import alarm_fields as fields
from intake.mail.alarm_clauses import names_a_fault, tells_a_fault
from intake.mail.alarm_condition import says_little

State = Literal["problem", "recovery", "acknowledged"]

# How the value of a state begins. What is neither is asked of the subject.
_OVER = re.compile(
    r"\W{0,4}(?:(?:(?:alarm|alert|problem|fault|error|failure|warning|event)\W{1,3}(?:is |was |has been |now ){0,2}"
    r"(?=cl|re(?!t)|over|end|gone|off\b))?(?:ok|up|normal|green|closed?|clear(?:ed)?|resolved|recover(?:y|ed|s)"
    r"|inactive"
    r"|de-?assert(?:ed|ion)?|returned|reset|went out|(?:going|gone|ended|over)(?=\W*$|\s?[(:,])|rtn"
    r"|success(?:ful|fully)?|succeeded|completed(?! with)|online|healthy|repaired|restored"
    r"|back to normal|flappingstop\b.{0,20}\bok)(?![a-z])"
    r"|(?:[告报報警]警|故障|异常|中[断斷]|[离離掉断斷][线線]|[断斷][网網]|[停宕][机機])?已?(?:恢[复復](?!中)|清除|消除|解除|消失|解[决決]|结束)"
    r"|正常|成功|绿色|绿灯|监控中|(?:已|重新)连接|正在运行|运行(?:中|正常)"
    r"|(?:已|重新)?(?:[上在][线線]|来电|开机|复位|復歸|复归)(?:成功|正常)?(?!\w))",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"\W{0,4}(?:problem|critical|crit|warning|warn|down|unreachable|unknown|alarm|alert|alerting|fail(?:ed"
    r"|ure)?|fault"
    r"|error|red|yellow|active|open(?:ed)?|new|raised|assert(?:ed|ion)?|in alarm|came in|on ?batt\w*"
    r"|off-?normal|firing"
    r"|fired"
    r"|triggered|degraded|offline|incoming|未恢[复復]|故障|告警|报警|异常|異常|严重|嚴重|紧急|失败|产生|红色|黄色|[离離掉断斷][线線]|断[网开]|失联"
    r"|[停宕]机|停电|中断|发生|未复位|已?停止)(?![a-z])",
    re.IGNORECASE,
)
# Behind a word for an end: it has ended no longer, or the word belonged to another one ("Normal power lost", 成功率).
_YET = re.compile(
    r"\W{0,3}(?:to|then|/)\W{0,3}(?:off|down|warn|crit|alarm|fault|fail|alert|error|problem)"
    r"|\W{1,3}(?:with (?:errors?|warnings?|faults?)|errors?: [1-9]|[1-9]\d{0,8}(?: \w{1,20})?,? (?:then|failed)"
    r"|(?:power|supply|loop|mode|button|operation|required|needed|failed|rate|error)\b)"
    r"|[率断斷转轉变變]|发生|備用|备用",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"[,;，；(（]")
_BECOME = re.compile(r"[-=]>|[→⇒➔]")
# Of an alarm's own state; of a device it would be a fault.
_ALARM = "alarmstatus alarmstate alertstatus alertstate 告警状态 报警状态"
_OFF = re.compile(r"\W{0,4}(?:off|0|false)\W*$", re.IGNORECASE)
_SEEN = re.compile(r"\back(?:ed|nowledged|nowledgement)\b|(?<!未)已确认", re.IGNORECASE)
_SEEN_BY = re.compile(r"\backnowledged (?:\w{1,20} ){0,3}problem at\b|\backnowledged by\b", re.IGNORECASE)
_SEEN_STATE = re.compile(r"\b(?<!not )ack$", re.IGNORECASE)
_UNSEEN = re.compile(r"\bun-?ack\w*|\bnot ack\w*|\backnowledged: no\b|未确认", re.IGNORECASE)
_CLEAR = re.compile(r"\W{0,4}(?:clear(?:ed)?|ok|resolved|已?清除)\s*$", re.IGNORECASE)
_QUIET = re.compile(r"\W{0,4}(?:ok|normal|info\w*|clear\w*|none|提示|信息|正常)\b", re.IGNORECASE)

_RECOVERED = re.compile(
    r"\b(?:recover(?:ed|s)|resolved|cleared|back to normal|returned to normal|restored|repaired"
    r"|(?<!disaster )(?<!site )(?<!data )(?<!database )recovery"
    r"(?=\W*$|\s?[]:：)】|*-]|\s(?:service|host|alert|notice|notification|message|of|for|on|from)\b)"
    r"|de-?assert(?:ed|ion)?|resolve -"
    r"|reconnected|is (?:ok|up)|\[ok\]|succeeded|(?:is|was|completed) successful(?:ly)?|completed successfully"
    r"|backup successful|job success|stat(?:e|us)\s?[:：=]\s?(?:ok|up|green|normal))\b"
    r"|\[prtg\b[^\n]{0,200}\bup (?:\w{1,12} )?\(|\[prtg\b[^\n]{0,200}\bended \(now: up\b"
    r"|\[prtg\b[^\n]{0,200}\bup$|状态\s?[:：]\s?正常|->\s?(?:ok|up)\b"
    r"|^UPS \S{1,160} on line power\b|^communications with ups \S{1,160} established\b"
    r"|\balarm end(?:ed)?\b|[告报]警结束|\ball[- ]clear\b|\bend of (?:the )?(?:alarm|event|fault)\b"
    r"|\bmains (?:return(?:ed|s)?|restored|is back)\b|\bback in service\b"
    r"|\bis up at least\b|changed state to up\b|\bpower has returned\b|\[(?:✅ ?)?up\]|^(?:closed|reset):"
    r"| - (?:(?:fixed|successful)!|issue closed)$"
    r"|^(?:garbage collect|verif\w{1,9} job|sync job|remote sync|prune job)\b[^\n]{0,80} successful$"
    r"|^\W{0,4}(?:ok|up|success|normal)\b(?! (?:to|rate|power|supply|operation|voltage|\d+)\b)"
    r"(?!\W{0,3}\d{1,5}(?: \w{1,12})?\W{1,3}(?:crit|down|fail|warn|problem))"
    r"|\[(?:success|ok|resolved|recovered)\b|\(repaired\)"
    r"|^monit alert --\s{1,4}exists\b"
    r"|恢[复復](?!点|模式|出厂|任务|作业|演练|计划|超时)"
    r"|(?:告警|报警|预警|火警|警情|困人|超限|故障)(?:已)?(?:解除|消除|清除)|解除告警|消警|消除$|^已解决|已修复| 成功$",
    re.IGNORECASE,
)
# The other one of two words by which an event and its end are called, where it is the last that is said.
_BACK = re.compile(
    r"(?:[上在][线線]|联机|聯機|(?:市电|电网|机房|恢复|已)来电|上电|(?<!重)[开開][机機]|(?:[警障]|已)复位|恢[复復](?:正常|可[达達]|通[信讯訊]|[连連]接"
    r"|[供运運][电電行])?)(?:成功)?"
    r"(?=\s*(?:$|通知|提醒|\W))(?![^\n]*(?:[离離掉断斷][线線]|失败|故障|异常|超时|中断))"
    r"|\b(?:link|port|interface|node|host|device|server|line|protocol|tunnel|neighbou?r|session|site|sensor|circuit|camera|channel"
    r"|[a-z]{0,20}\d\S{0,30})\W{1,3}(?:(?:is|are|was|has|now|back|came) ){0,2}(?:up|online|reachable"
    r"|ok)(?: again)?\W*$"
    r"|\blink-?up\b|\blink on\W*$|\bcame (?:back )?(?:up|online)\b|\bback online\b"
    r"|\b(?:is|was|now) (?:re)?connected\W*$"
    r"|^\W*(?:device|host|node|camera|server|gateway|agent|station|controller|sensor|back) online\s?[:：]",
    re.IGNORECASE,
)
# With these it is no end: "failed to bring port 3 up", "unknown device was connected".
_BUT = re.compile(r"\b(?:fail\w*|unable|cannot|not|never|unknown|unauthori[sz]ed|rogue|new|usb|user)\b", re.IGNORECASE)
# What is not over, or only called so.
_NOT_RECOVERED = re.compile(
    r"\b(?:not|never|cannot|\w{2,6}n't|failed to)(?: be| been| yet| fully| come){0,2}[ -]?(?:recovered|resolved"
    r"|cleared"
    r"|restored|repaired|succeeded|reconnected|connected|(?:back )?(?:up|online|reachable|ok))\b"
    r"|\bun-?(?:recovered|resolved|cleared|restored|successful)"
    r"|\brecovery(?: \w{1,20}){0,4} (?:failed|failure|error|aborted|stopped|incomplete|pending)\b"
    r"|\bno longer (?:is )?(?:up|online|connected)\b"
    r"|[未没沒无無不难異异](?:能|法|有|得到|曾|及时|完全|常|正常)?(?:自动)?(?:恢[复復]|[上在][线線]|[开開][机機]|[来來][电電]|[连連]接)"
    r"|(?:请|請|尽快|盡快|等待|待|需要?|预计|正在|才能|数据|灾难|灾备)恢[复復]"
    r"|恢[复復](?:[^\s,，、:：]{0,4}(?:失败|出错|超时)|[^\s,，、:：]{0,4}后(?!通知|续)|中(?![断心]))",
    re.IGNORECASE,
)
# Some of it is over, and some is not: "PDU A restored; PDU B lost".
_IN_PART = re.compile(
    r"\bpartial(?:ly)? (?:recover\w*|restored|resolved)|\bstill (?:down|offline|failed|unreachable|active)\b"
    r"|\bre-?raised\b|\bwith data loss\b|仍[有然]"
    r"|[,;，；]\s?[\[【](?:告警|报警|故障|alarm|problem|critical|down|firing)[\]】]"
    r"|恢[复復][^\n；;]{0,20}[；;][^\n]{1,40}(?:告警|报警|[断斷离離掉][电電线線]|中[断斷]|故障)\W*$|部分(?:已)?恢[复復]"
    r"|(?:\b(?:restored|recovered|cleared|online|up)|恢[复復]|[来來][电電]|[上在][线線])\s?[,;，；][^\n]{1,40}"
    r"(?:\b(?:failed|lost|down|offline|unreachable|active)|[断斷离離掉][电電线線]|中[断斷]|故障)\W*$",
    re.IGNORECASE | re.MULTILINE,
)
_FIRING = re.compile(r"\[firing:\d", re.IGNORECASE)
# It comes and goes: with whatever state the notice says so.
_FLAPS = re.compile(r"\bflapping ?start|\bstart(?:ed|s) flapping\b", re.IGNORECASE)
# What a notice is, where its kind is named in a word.
_KIND = re.compile(r"(?:报警|告警|故障|产生|恢复|消除|解除|清除)(?:报警|告警|事件|通知)?$")
# Switches tell both by one event of one severity.
_LINK_UP = re.compile(
    r"\bchanged state to up\b|\bfrom \w{2,12} to full\b"
    r"|\b(?:ADJCHANGE|NBRCHANGE)\b(?![^\n]*\bdown\b)[^\n]{0,160}\bup\b"
    r"|\blink\b(?: status| state)?(?: is| was)?(?: now)? up\W*$"
    r"|\bifoperstatus (?:is )?up\b|状态变为\s?up\b",
    re.IGNORECASE,
)
# What management boards write of a part that is well again: under a quiet severity, beside another code.
_WELL = re.compile(
    r"\bno longer\b|\boperating normally\b|\bwithin (?:normal |the )?(?:range|limits?)\b|\b(?:is|are|now) redundant\b"
    r"|\breturned to\b|\b(?:is|are|was) (?:up|online|installed|restored|reconnected|cleared|present)\b|\brestored\b"
    r"|\bde-?asserted\b|\bnow turned on\b|\bback (?:online|to)\b|恢复|已清除",
    re.IGNORECASE,
)


def state_of(subject: str, text: str, pairs: Mapping[str, str], message: str) -> State:
    """By what the mail names its state; where it names none, by the subject, and by the message of a quiet severity."""
    said = " ".join(value for key in ("notificationtype", "event") if (value := pairs.get(key)))
    stated = _stated(pairs)
    if _FIRING.search(subject) or _FLAPS.search(f"{subject}\n{said}") or _NOT_RECOVERED.search(stated):
        return "problem"
    marked = f"{subject}\n{said}\n{stated}\n{pairs.get('ackstate', '')}"
    if tells_a_fault(subject, _is_said_over):
        return "problem"
    if (
        (is_end(stated) and not _is_of_device(stated, subject, pairs, message))
        or _OFF.match(fields.first(pairs, _ALARM) or "")
        or _CLEAR.match(fields.first(pairs, fields.SEVERITIES) or "")
    ):
        return "recovery"
    if (_SEEN.search(marked) or _SEEN_STATE.search(stated) or _SEEN_BY.search(text[:300])) and not _UNSEEN.search(
        marked
    ):
        return "acknowledged"
    if _THERE.match(stated):
        return "problem"
    return "recovery" if _is_over(subject, said, pairs, message) else "problem"


def _is_over(subject: str, said: str, pairs: Mapping[str, str], message: str) -> bool:
    """By words, where no field says it: what is denied does not count."""
    names = fields.first(pairs, fields.NAMED) or ""
    if any(_IN_PART.search(one) or tells_a_fault(one, _is_said_over) for one in (subject, names, message)):
        return False
    told = _NOT_RECOVERED.sub(" ", f"{subject}\n{said}")
    return (
        _RECOVERED.search(told) is not None
        or any(_is_back(_NOT_RECOVERED.sub(" ", one)) for one in (subject, names))
        or any(_LINK_UP.search(one) for one in (names, message))
        or (_is_quiet(pairs, message) and _WELL.search(message) is not None)
    )


def _is_back(text: str) -> bool:
    return _BACK.search(text) is not None and not _BUT.search(text)


def _is_said_over(clause: str) -> bool:
    """True for a clause with a word for an end that is not denied."""
    told = _NOT_RECOVERED.sub(" ", clause)
    return _RECOVERED.search(told) is not None or _is_back(told)


def is_end(stated: str) -> bool:
    """True for the value of a state by which an alarm is over."""
    found = _OVER.match(stated)
    if found is None or _YET.match(stated, found.end()):
        return False
    return not any(map(names_a_fault, _BESIDE.split(stated[found.end() :])[1:]))


def _is_of_device(stated: str, subject: str, pairs: Mapping[str, str], message: str) -> bool:
    names = fields.first(pairs, fields.NAMED) or ""
    is_told = _is_said_over(subject) or _is_said_over(names)
    named = f"{subject}\n{names}"
    return says_little(stated, f"{named}\n{fields.first(pairs, fields.HOST) or ''}", f"{named}\n{message}", is_told)


def _stated(pairs: Mapping[str, str]) -> str:
    """The state itself; of a change, what it has become."""
    event = pairs.get("event", "")
    stated = fields.first(pairs, fields.STATES) or (event if _BECOME.search(event) else "")
    stated = stated or next(
        (kind for key in ("事件类型", "报警状态类型") if _KIND.match(kind := pairs.get(key, ""))), ""
    )
    return _BECOME.split(stated)[-1].strip()


def _is_quiet(pairs: Mapping[str, str], message: str) -> bool:
    severity = fields.first(pairs, fields.SEVERITIES)
    return bool(_QUIET.match(severity if severity is not None else message))
