"""What changes from one notice of an alarm to the next: times, readings, counts and the words for its state."""

import re

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
# 0:1:12 is a disk, 1/0/24 a port, and 202811280001 the number of a device.
_CLOCK = r"(?<!\d)(?<!\d[:/])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:[.,]\d{1,9})?(?:\s?[ap]m\b)?(?!:?\d)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DATES = (
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
    rf"|\b{_DAY}(?P<mark>[/.-]){_DAY}(?P=mark)(?:\d{{4}}\b|\d{{2}}(?=,? \d{{1,2}}:\d{{2}}))"
    rf"|\b(?:(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]{{0,5}}day)?,? )?(?:\d{{1,2}}[- ]{_MONTH}[-, ]{{1,2}}\d{{2,4}}\b"
    rf"|{_MONTH} \d{{1,2}}\b(?:st|nd|rd|th)?(?:,? \d{{4}}\b)?)"
    r"|\d{1,2}月\d{1,2}[日号號]|\d{1,2}[时時点點]\d{1,2}分?|[上下]午"
    r"|(?<!\d)20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:[ _T-]\d{4}(?:\d\d)?|\d{6})(?!\d)"
)
READINGS = (
    rf"{_DATES}|{_CLOCK}"
    r"|(?<!\d)\d{1,12}(?:\.\d{1,6})?\s?(?:[%％℃度]|[转轉](?![发發换換移接储儲])|(?:°\s?[cf]|ms|sec(?:ond)?s?|min(?:ute)?s?"
    r"|hours?|hrs?|days?|weeks?"
    r"|rpm|percent|[kmgt]i?b|s|m|h|d)\b|分(?:钟|鐘|(?=\d|\W|$))|小[时時]|秒|天(?![线線])|次(?![级級]))"
    r"|(?<![\d.])(?:\d{1,3}\.\d{1,3}\s?|\d{2,3}\s)[cf]\b"
    r"|(?:\boccurrences?|\b(?:repeat|alarm|alert|event)?[ _]?count|次[数數])\s?[:：=]\s?\d{1,9}"
    r"|(?:\bvalue|当前值|當前值)\s?(?:is |[:：=为為]\s?)?-?\d{1,12}(?:\.\d{1,6})?"
)
_CHANGING = re.compile(
    rf"{READINGS}"
    r"|(?a:\b)(?:problem|recovery|recovered|resolved|firing|fired|critical|warning|error|failed|failure|success"
    r"|succeeded"
    r"|successful|ok|up|down|alert|alarm|clear(?:ed)?|closed|opened|raised|reset|inactive|active|normal"
    r"|offnormal|online"
    r"|offline|repaired|degraded|restored|lost|regained|(?:dis|re)?connected|unknown|unreachable|major|minor"
    r"|info|information(?:al)?|notice"
    r"|severity|state"
    r"|is|are|has|was|been|become|no longer|returned to|returned|matched|does not exist|exists"
    r"|resolved?|came in|went out|came|went|in|acked"
    r"|stopped|running|end of (?:alarm|event|fault)|all[- ]clear|(?<=\bmains )return(?:ed)?|completed"
    r"|triggered|(?<=alarm )end(?:ed)?"
    r"|back(?= (?:online|up|to)\b)|unacked)(?a:\b)|(?<=\blink)(?:up|down)\b|(?<=\blink )(?:on|off)\b"
    r"|(?:\breminder|\bescalation(?: level)?)\W{0,3}\d{1,4}"
    r"|\b(?:disaster|high|average)(?=\s?:)"
    r"|告警|报警|恢复|恢復|产生|解除|消除|清除|严重|紧急|重要|次要|一般|提示|正常|异常|成功|失败|完成|(?<=警)结束|已|【|】",
    re.IGNORECASE,
)
# An event and its end are called by two words: each pair is one to the key. What only ends is without any.
_ONLINE = re.compile(
    r"(?:网络|網絡)?(?:断网|斷網)|(?:网络|網絡)已?(?:恢[复復]|中断|断开|不通)"
    r"|不可[达達]|(?:重新|恢[复復])可[达達]"
    r"|(?:重新|恢[复復])?(?:[离離上在][线線]|(?<![端接网網]口)(?<![链鏈线線]路)(?<!連接埠)[掉断斷][线線]|失联|失聯)"
)
_HOST = re.compile(
    r"(主机|主機|服务器|伺服器|节点)已?(?:[宕死当停][机機]|[离離掉][线線]|失联|不可达|恢[复復](?:正常|在线|运行|可达)?|上[线線])"
    r"(?=告警|报警|通知|提醒|\W|$)"
)
_RUNNING = re.compile(r"[停开死宕][机機]|(?:恢[复復]|正在|停止)[运運]行|[运運]行中|已停止")
_POWER = re.compile(r"(?<!市[电電])[停断斷掉来來上复復][电電](?!压|池|流|源|機|机|阻)")
_GONE = re.compile(
    r"(?<=市[电電])[停断斷掉来來上复復][电電]|中[断斷]|[断斷][开開]|[已重]连接|[掉断斷][线線]|[丢丟]失"
    r"|(?<=[警障])[复復]位|故障"
)
# Routers say of a neighbour from what to what it has changed, and why.
_NEIGHBOUR = re.compile(
    r"(?P<which>(?:\b|_)(?:ADJ_?CH(?:G|ANGE)|NBR_?CH(?:G|ANGE)|NEIGHBOR_?CHANGE)\b[^\n]{0,160}?)"
    r"\b(?:(?:changed )?from \w{2,12} to \w{2,12}\b|(?:is )?(?:up|down)\b)[^\n]*",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[\s\W_]+")


def stable(code: str) -> str:
    """The code without times, readings and words for the state."""
    of_one = _NEIGHBOUR.sub(r"\g<which>", code)
    paired = _RUNNING.sub("运行", _ONLINE.sub("在线", _POWER.sub("供电", _HOST.sub(r"\1在线", of_one))))
    return _SIGNS.sub(" ", _CHANGING.sub(" ", _GONE.sub(" ", paired))).strip().casefold()
