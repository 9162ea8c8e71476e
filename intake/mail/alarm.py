"""Which alarm of which device a machine's mail is about, so that repeats and recoveries find each other."""

import re
from dataclasses import dataclass
from typing import Literal

from intake.mail.model import ParsedMail
from intake.mail.subject import is_answer, is_forward

State = Literal["problem", "recovery", "acknowledged"]
_READ_CHARS = 20_000
_READ_LINES = 200

# What monitoring systems write into their subjects: Nagios and Icinga, Zabbix, Alertmanager, NetApp, backup jobs,
# mdadm and smartd. Each gives a device, a code, or both.
_SUBJECTS = (
    re.compile(r"\*\* \w+ Service Alert: (?P<device>[^/\n]{1,120})/(?P<code>[^\n]{1,120}?) is \w+ \*\*"),
    re.compile(r"\*\* \w+ Host Alert: (?P<device>[^\s]{1,120}) is (?P<code>)\w+ \*\*"),
    re.compile(r"^\[(?:FIRING|RESOLVED)(?::\d+)?\]\s*(?P<code>[\w.:-]{2,80})(?:\s+(?P<device>[^\s(]{1,80}))?", re.I),
    re.compile(r"^(?:Problem|Resolved)(?: in [\w ]{1,30})?: (?P<code>[^\n]{3,150})$", re.IGNORECASE),
    re.compile(r"HA Group Notification from (?P<device>[^\s(]{1,80}) \((?P<code>[^)\n]{1,80})\)", re.IGNORECASE),
    re.compile(r"^(?P<code>\w{4,40}) event on /dev/\w{1,20}:(?P<device>[\w.-]{1,80})", re.IGNORECASE),
    re.compile(r"^SMART error \((?P<code>\w{1,60})\) detected on host: (?P<device>[\w.-]{1,80})", re.IGNORECASE),
    re.compile(r"^\[VMware vCenter - Alarm (?P<code>[^\]\n]{2,120})\]", re.IGNORECASE),
    re.compile(r"^\[(?:Success|Failed|Warning|Error|OK)\]\s*(?P<code>[^\n(]{2,120})", re.IGNORECASE),
    re.compile(
        r"^\W{0,4}(?:PROBLEM|RECOVERY|RECOVERED|OK|ALERT|ALARM|DOWN|UP|CRITICAL|WARNING)\s*[:：-]\s*"
        r"(?P<code>[^\n]{3,120}?)(?:\s\((?P<device>[\w.-]{2,80})\))?$",
        re.IGNORECASE,
    ),
    re.compile(r"(?:告警|故障|恢复|恢復)\W{1,3}(?P<device>[A-Za-z0-9][\w.-]{2,60})\W{1,3}(?P<code>[^\n]{2,80})$"),
)
# Subjects that only machines write.
_MACHINE = (
    *_SUBJECTS[:8],
    re.compile(r"^\[(?:Success|Failed|Warning|Error|OK)\]\s*\S[^\n]{2,100}(?:\d|job|backup|备份|任务)", re.IGNORECASE),
    re.compile(
        r"^(?:PROBLEM|RECOVERY|RECOVERED|FIRING|RESOLVED)\s*[:：-]"
        r"|^\W{0,2}(?:NAGIOS|ZABBIX|ICINGA|PRTG|CHECKMK|UPTIME ?KUMA)\b"
        r"|^\[(?:[\w -]{1,20} )?(?:alert|alarm|call-?home)\]|^\[[^\]\n]{0,30}\balarm\b[^\]\n]{0,60}\]"
        r"|^(?:alert|alarm|warning|critical): [^\n]{2,80}\b(?:is|are|has|went) (?:now )?"
        r"(?:down|up|critical|warning|offline)\b"
        r"|^\[(?:alerting|no data|firing|triggered|recovered)[\]:]"
        r"|^call-?home\b[^\n]{0,40}\d|^cron <[^>\n]{3,60}>|^logwatch for\b|^\*\*\* security information for"
        r"|\bis (?:down|up|unreachable|critical|warning|ok)\W{0,4}$(?<=\*\*)",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:【[^】\n]{0,12}(?:告警|恢复|监控)[^】\n]{0,6}】|\[[^\]\n]{0,12}(?:告警|恢复|监控)[^\]\n]{0,6}\]"
        r"|[\w\u4e00-\u9fff]{0,8}(?:告警|恢复通知|告警恢复)\s*[:：|｜])"
    ),
)
_DEVICE_KEYS = (
    "serialnumber serialno serial s/n sn servicetag chassisserial systemserial"
    " 序列号 序列號 设备序列号 系统序列号 产品序列号",
    "hostname host devicename device node nodename systemname system server servername computer machine array"
    " instance"
    " objectname object systemhostname target nas nasname"
    " 设备名称 设备名 设备 主机名 主机名称 主机 服务器 节点 系统名称 存储"
    " 告警对象 对象",
    "ipaddress ip address hostaddress 设备ip ip地址 主机地址 地址",
)
_CODE_KEYS = (
    "eventcode errorcode alarmcode alertcode faultcode code eventid msgid messageid messagecode trap oid"
    " 告警码 告警代码 事件代码 错误码 故障码 告警id 告警编号 事件编号",
    "alertname alarmname service servicename check checkname trigger sensor event alarm alert problem rule"
    " ruletitle job"
    " jobname 告警名称 告警项 告警标题 告警类型 告警内容 事件 触发器 监控项 指标 任务 作业 故障名称",
)
_PAIR = re.compile(r"^[\s*#>-]{0,8}([^\n:：=|\t]{1,30}?)\s{0,10}[:：=|\t]\s{0,20}(\S[^\n]{0,200})$")
_FILLING = re.compile(r"[\s_.\-*]+")
_CALLHOME_SERIAL = re.compile(r"\b(?:S/?N|serial(?: (?:no|number))?)\W{0,3}([A-Z0-9][A-Z0-9-]{4,30})\b", re.I)

_RECOVERY = re.compile(
    r"\b(?:recover(?:y|ed)|resolved|cleared|back to normal|returned to normal|restored|is (?:ok|up)|\[ok\]"
    r"|stat(?:e|us)\s?[:：=]\s?(?:ok|up|green|normal))\b"
    r"|\[prtg\b[^\]\n]{0,60}\][^\n]{0,150}\) up\b|状态\s?[:：]\s?正常"
    r"|^\W{0,4}(?:ok|up|success|normal)\b|\[(?:success|ok|resolved)\b|(?<![未没])(?:已)?恢复|恢復|告警(?:解除"
    r"|消除|清除)|解除告警|消警",
    re.IGNORECASE,
)
_NOT_RECOVERED = re.compile(
    r"\[firing:\d|\b(?:not|un|never)[ -]?(?:recovered|resolved|cleared|restored)|未恢复|没有恢复|无法恢复|恢复失败",
    re.IGNORECASE,
)
_ACKNOWLEDGED = re.compile(r"\back(?:nowledge(?:d|ment)?)?\b|已确认", re.IGNORECASE)

# What changes from one notice of an alarm to the next.
_CHANGING = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\b\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?|\d+(?:\.\d+)?\s?(?:[%％℃]|(?:°c|ms"
    r"|sec|min|[kmgt]i?b|s|m|h|d)\b)"
    r"|\b(?:problem|recovery|recovered|resolved|firing|critical|warning|error|failed|failure|success|ok|up|down"
    r"|alert|alarm|cleared"
    r"|unknown|unreachable|major|minor|info|notice|severity|state|is|are)\b"
    r"|告警|恢复|恢復|产生|解除|消除|清除|严重|紧急|重要|次要|一般|提示|正常|异常|已|【|】",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[\s\W_]+")


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: `device` and `code` are the same in each repeat of it and in its recovery notice."""

    device: str
    code: str
    state: State
    because: str


def read(mail: ParsedMail) -> Alarm | None:
    """The alarm that a machine's mail reports; None where device or code cannot be told."""
    pairs = _pairs(mail.text)
    device, code = _from_subject(mail.subject)
    device = _first(pairs, _DEVICE_KEYS) or device or _serial(mail)
    stated = _first(pairs, _CODE_KEYS[:1])
    code = stated or code or _first(pairs, _CODE_KEYS[1:])
    key = _stable(code if code is not None else "")
    if not device or code is None or not (key or code == ""):
        return None
    state = _state(mail)
    return Alarm(
        device=_plain(device),
        code=key or "host",
        state=state,
        because=f"{state} notice of {(code or 'host').strip()[:80]} on {device.strip()[:80]}",
    )


def is_subject(subject: str) -> bool:
    """True for subjects that monitoring systems, devices and jobs write; not for people's answers to them."""
    if is_answer(subject) or is_forward(subject):
        return False
    return any(pattern.search(subject) for pattern in _MACHINE)


def _from_subject(subject: str) -> tuple[str | None, str | None]:
    for pattern in _SUBJECTS:
        if found := pattern.search(subject):
            groups = found.groupdict()
            return groups.get("device"), groups.get("code")
    return None, None


def _pairs(text: str) -> dict[str, str]:
    """What the mail says line by line as `key: value`, the first of each key."""
    pairs: dict[str, str] = {}
    for line in text[:_READ_CHARS].split("\n")[:_READ_LINES]:
        if found := _PAIR.match(line):
            pairs.setdefault(_FILLING.sub("", found[1]).casefold(), found[2].strip(" |\t"))
    return pairs


def _first(pairs: dict[str, str], groups: tuple[str, ...]) -> str | None:
    return next((pairs[key] for group in groups for key in group.split() if key in pairs), None)


def _serial(mail: ParsedMail) -> str | None:
    found = _CALLHOME_SERIAL.search(f"{mail.subject}\n{mail.text[:_READ_CHARS]}")
    return found[1] if found else None


def _state(mail: ParsedMail) -> State:
    """By the subject, and where that says nothing, by the line of the body that names the state."""
    lines = mail.text[:_READ_CHARS].split("\n")[:_READ_LINES]
    stated = next(
        (
            line
            for line in lines
            if re.match(
                r"\W{0,4}(?:notification type|(?:new |current )?(?:state|status)|状态|告警状态)\b",
                line,
                re.I,
            )
        ),
        "",
    )
    said = f"{mail.subject}\n{stated}"
    if _NOT_RECOVERED.search(said):
        return "problem"
    if _RECOVERY.search(mail.subject) or _RECOVERY.search(stated):
        return "recovery"
    return "acknowledged" if _ACKNOWLEDGED.search(mail.subject) else "problem"


def _stable(code: str) -> str:
    """The code without times, readings and words for the state."""
    return _SIGNS.sub(" ", _CHANGING.sub(" ", code)).strip().casefold()


def _plain(device: str) -> str:
    return " ".join(device.split()).casefold()[:120]
