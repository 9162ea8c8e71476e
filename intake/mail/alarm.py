"""Which alarm of which device a machine's mail is about, so that repeats and recoveries find each other."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from intake.mail import alarm_fields as fields
from intake.mail import alarm_groups as groups
from intake.mail.alarm_parts import is_numbered, one_of_several, parts_of
from intake.mail.alarm_state import State, state_of
from intake.mail.alarm_subjects import device_and_code, first_subject, is_subject, names_all, tells_apart
from intake.mail.alarm_words import stable
from intake.mail.model import ParsedMail

_READ_CHARS = 20_000
_TOGETHER = "several"
# A number, which "snapshot" and "serial console" are not.
_CALLHOME_SERIAL = re.compile(
    r"(?a:\b)(?:(?:S/?N|serial(?: (?:no|number))?)\W{1,3}|(?-i:S/?N)(?=\d))"
    r"(?=[A-Z-]{0,12}\d)([A-Z0-9][A-Z0-9-]{4,30})\b",
    re.IGNORECASE,
)

# What a subject says that is the same for every alarm of a product.
_EMPTY = re.compile(
    r"\b(?:message|notification|notify|event|system|device|server|status|mail|e?mail|from|your|meets|condition"
    r"|monitoring"
    r"|ipmi|bmc|ome|ups|nas|syslog|trap|new|the|a|an|of|on|for|digest)\b|通知|系统|设备|邮件|监控|[：:]",
    re.IGNORECASE,
)
# What an event is called where only what is said of it tells which one it is.
_ANY = re.compile(
    r"(?:(?:hardware|device|equipment|system|server|general|common|fault|event|health|sensor)\s?){1,3}"
    r"|(?:设备|硬件|系统|综合|服务器|故障|其他|其它|通用|事件|普通|重大){1,3}",
)
# Dell numbers what can befall one kind of part: PSU0001 has failed, PSU0000 works again. APC and others use hexadecimal
# numbers in pairs, the end of an event after its beginning; of these two it is the other way round.
_FAMILY = re.compile(r"(psu|fan|rdu|tmp|vlt|amp|pdr|vdr|bat|cpu|mem|nic)\d{1,4}", re.IGNORECASE)
_GRADED = re.compile(r"(?:informational|warning|critical|severe) - \w", re.IGNORECASE)
_NUMBER = re.compile(r"0x([0-9a-f]{4})", re.IGNORECASE)
# A severity or a state by which a field of its own says that something is wrong, and where that is but a trial.
_GRAVE = re.compile(
    r"\W{0,4}(?:critical|crit|caution|major|error|emergency|disaster|high|fatal|severe|warn(?:ing)?|problem|down|unreachable"
    r"|fail(?:ed|ure)?|fault(?:ed)?|red|firing|degraded|offline|alarm|alerting|triggered|tripped|stopped|halted|lost"
    r"|disconnected|严重|嚴重|紧急|緊急|重要|主要|警告|未恢[复復]|故障|失败|失敗|异常|異常|产生|[告报]警|急停"
    r"|[离離断斷][线線]|失联|中[断斷]|[停宕死][机機]|[停断斷][电電]|已?停止|跳[闸閘])(?![a-z])",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[\[(【]([^\])】\n]{2,30})[\])】]")
_FAULTY = re.compile(
    r"(?<![a-z])(?<!no )(?<!0 )(?:fail(?:ed|ure|s)?(?![a-z])|errors?(?![a-z])|fault(?:ed|y)?(?![a-z])|degraded"
    r"|entrapment|tripped|out of service|smoke|fire alarm|gas leak|crashed)"
    r"|降级|损[毁坏]|火警|火灾|困人|[高低]报|(?<![无無])(?:故障|异常|異常|失败|失敗|离线|離線)",
    re.IGNORECASE,
)
_NO_FAULT = re.compile(
    r"(?:no(?:ne)?|no faults?|nil|n/?a|ok|normal|false|cleared|[0-]|无|没有|正常|已恢复)?\.?", re.IGNORECASE
)
_CALLED_ALARM = re.compile(r"(?:告警|报警|警报|警報)\s*$")
# So a mail is titled that is one, and not a list, a test or the end of some.
_TITLED_ALARM = re.compile(
    r"^[^:：\n]{0,60}(?:告警|报警|警报|警報)(?:触发|产生|通知|信息|消息|提醒)?\s*(?:$|[:：|｜—-])"
    r"|^\W{0,3}(?:[\w-]{1,20} ){0,3}alarm(?: (?:block|message|notification))?\s*(?:$|[:：!—-])",
    re.IGNORECASE,
)
_QUIET = re.compile(r"\W{0,4}(?:ok|normal|info\w*|notice|none|low|提示|信息|通知|正常|低)\b", re.IGNORECASE)
_TRIAL = re.compile(r"\btest(?:ing)?\b|测试|測試|演练|演練", re.IGNORECASE)
# Zabbix and others number each occurrence, and call the number an event's or an alarm's, too.
_RUNNING = re.compile(r"\d{6,}")
_AFTER = {0x0101: 0x0102, 0x0113: 0x0114}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: `device` and `code` are the same in each repeat of it and in its recovery notice; where the end of an
    event has another code, `ends` is that of the event. An empty device: whatever its sender watches. `about` is the
    subject of the first notice, where a later one names nothing else of it. `is_grave`: its severity, its
    state or what its event is called says that something is wrong. `of`: where it is a group of alarms, those that are
    there, or where none is, those that are over."""

    device: str
    code: str
    state: State
    because: str
    ends: str | None = None
    about: str | None = None
    is_grave: bool = False
    of: frozenset[str] = frozenset()


def read(mail: ParsedMail) -> Alarm | None:
    """The alarm that a machine's mail reports; None where it says nothing to know it by."""
    mail = _titled(mail)
    pairs = fields.pairs_of(mail.text)
    message = _message(mail.text, pairs)
    device = _device(mail, pairs)
    code, ends = _code(mail.subject, device, pairs, message)
    group = groups.read(mail.text)
    if group is not None and (together := groups.code(mail.subject)):
        device, code, ends = _TOGETHER, together, None
    elif not code or (not device and not names_all(mail.subject)) or _is_request(mail.subject, pairs):
        device, code = "", _digest(mail)
    is_firing = group is not None and group.firing and group.resolved
    state = "problem" if is_firing else state_of(mail.subject, mail.text, pairs, message)
    named = f"{code[:80]} on {device.strip()[:80]}" if device else code[:80]
    return Alarm(
        device=" ".join(device.split()).casefold()[:120],
        code=code,
        state=state,
        because=f"{state} notice of {named}",
        ends=ends if state == "recovery" else None,
        about=first_subject(mail.subject),
        is_grave=state == "problem" and _is_grave(mail.subject, pairs) and not _TRIAL.search(mail.subject),
        of=(group.firing or group.resolved) if group is not None else frozenset(),
    )


def _titled(mail: ParsedMail) -> ParsedMail:
    """The mail under its only line, where that names an alarm and the subject none: scripts call all alike."""
    lines = [line.strip() for line in mail.text[:_READ_CHARS].splitlines() if line.strip()]
    is_titled = len(lines) != 1 or device_and_code(mail.subject)[1] is not None or not any(device_and_code(lines[0]))
    return mail if is_titled else replace(mail, subject=lines[0])


def _is_grave(subject: str, pairs: Mapping[str, str]) -> bool:
    """By a severity or a state in a field of its own, or in brackets of the subject, by what its event is called, or
    by its title, unless its severity is a quiet one."""
    stated = [fields.first(pairs, keys) or "" for keys in (fields.SEVERITIES, fields.STATES, fields.RESULTS)]
    fault = fields.first(pairs, fields.FAULTS)
    if fault is not None and not _NO_FAULT.fullmatch(fault.strip()):
        return True
    bracketed = _BRACKETED.findall(subject)
    is_coded = device_and_code(subject)[1] is not None
    called = [subject if is_coded else "", fields.first(pairs, fields.NAMED) or ""]
    if any(map(_GRAVE.match, [*stated, *bracketed])) or any(map(_CALLED_ALARM.search, bracketed)):
        return True
    return any(map(_FAULTY.search, called)) or (
        _TITLED_ALARM.match(subject) is not None and not _QUIET.match(stated[0])
    )


def _is_request(subject: str, pairs: Mapping[str, str]) -> bool:
    """True for what looks like somebody's request that a web site mails: those of two customers are never one alarm."""
    is_coded = fields.first(pairs, fields.STATED) is not None or device_and_code(subject)[1] is not None
    return not is_coded and fields.contact(pairs) is not None


def _device(mail: ParsedMail, pairs: Mapping[str, str]) -> str:
    named = {key: value for key, value in pairs.items() if not value.startswith("/")}  # a part of it: /dev/sda, /var
    own = [fields.first(named, keys) for keys in (fields.SERIAL, fields.HOST)]
    own += [fields.numbered(named), fields.first(named, fields.ADDRESS)]
    in_subject, _ = device_and_code(mail.subject)
    return next((one for one in (*own, in_subject, _serial(mail), fields.first(named, fields.PLACE)) if one), "")


def _code(subject: str, device: str, pairs: Mapping[str, str], message: str) -> tuple[str, str | None]:
    """The code, and that of the event of which it is the end; empty where the mail shows none."""
    stated = fields.first(pairs, fields.STATED)
    _, in_subject = device_and_code(subject)
    if stated and _RUNNING.fullmatch(stated) and fields.first(pairs, fields.NAMED) is not None:
        stated = None
    if stated and _GRADED.match(message):
        return stated.strip().casefold(), _before(stated)
    if stated:
        return _stated(stated, parts_of(pairs, message)), None
    named = in_subject if in_subject is not None else fields.first(pairs, fields.NAMED) or ""
    named = named.casefold().removesuffix(f" on {device.casefold()}")
    if in_subject is None and message and _ANY.fullmatch(stable(named)):
        return _joined(stable(named), stable(message), parts_of(pairs, "")), None
    if key := stable(named) or ("host" if in_subject == "" else ""):
        is_told = tells_apart(subject) or is_numbered(named)
        which = [] if is_told else one_of_several(message, subject if in_subject is None else "")
        is_named = is_told or fields.first(pairs, fields.PARTS) is not None
        return _joined(key, parts_of(pairs, ""), [] if is_named else which), None
    if all(fields.first(pairs, keys) is None for keys in (fields.STATES, fields.SEVERITIES, fields.TIMES)):
        return "", None
    bare = _EMPTY.sub(" ", stable(subject.casefold().replace(device.casefold(), " ") if device else subject))
    return _joined(" ".join(bare.split()), stable(message), *parts_of(pairs, "")), None


def _stated(code: str, parts: list[str]) -> str:
    family = _FAMILY.fullmatch(code.strip())
    return _joined(stable(family[1] if family and parts else code) or code.strip().casefold(), parts)


def _before(code: str) -> str | None:
    found = _NUMBER.fullmatch(code.strip())
    if found is None:
        return None
    number = int(found[1], 16)
    return f"0x{_AFTER.get(number, number - 1):04x}"


def _message(text: str, pairs: Mapping[str, str]) -> str:
    """What the mail says of the event in words. APC writes it after the severity, in a line of its own."""
    if (stated := fields.first(pairs, fields.MESSAGES)) is not None:
        return stated
    return next((line.strip() for line in fields.lines_of(text) if _GRADED.match(line)), "")


def _digest(mail: ParsedMail) -> str:
    """Of a mail that names nothing: it is the same alarm only where it says the same."""
    told = f"{mail.subject}\n{mail.text[:_READ_CHARS]}"
    said = stable(told) or told.casefold()
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def _serial(mail: ParsedMail) -> str | None:
    found = _CALLHOME_SERIAL.search(f"{mail.subject}\n{mail.text[:_READ_CHARS]}")
    return found[1] if found else None


def _joined(code: str, *parts: str | list[str]) -> str:
    said = [code, *(one for part in parts for one in ([part] if isinstance(part, str) else part))]
    return " ".join(part for part in said if part)


__all__ = ["Alarm", "State", "is_subject", "read"]
