"""Which alarm of which device a machine's mail is about, so that repeats and recoveries find each other."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from intake.mail import alarm_fields as fields
from intake.mail.alarm_state import State, state_of
from intake.mail.alarm_subjects import device_and_code, first_subject, is_subject, names_all, tells_apart
from intake.mail.model import ParsedMail

_READ_CHARS = 20_000
_CALLHOME_SERIAL = re.compile(r"(?a:\b)(?:S/?N|serial(?: (?:no|number))?)\W{0,3}([A-Z0-9][A-Z0-9-]{4,30})\b", re.I)

# What changes from one notice of an alarm to the next.
_READINGS = (
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\b\d{1,2}/\d{1,2}/\d{4}\b|\b\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?"
    r"|(?<!\d)\d{1,12}(?:\.\d{1,6})?\s?(?:[%％℃]|(?:°c|ms|sec|min|[kmgt]i?b|s|m|h|d)\b|分(?:钟|鐘|(?=\d|\W|$))"
    r"|小[时時]|秒|天(?![线線])|次(?![级級]))"
    r"|(?:\boccurrences?|\b(?:repeat|alarm|alert|event)?[ _]?count|次[数數])\s?[:：=]\s?\d{1,9}"
)
_TIMES = re.compile(
    rf"{_READINGS}|\b(?:mon|tue|wed|thu|fri|sat|sun)\w{{0,6}},? \w{{3,9}} \d{{1,2}}\b|\s+", re.IGNORECASE
)
_CHANGING = re.compile(
    rf"{_READINGS}"
    r"|\b(?:problem|recovery|recovered|resolved|firing|critical|warning|error|failed|failure|success|succeeded"
    r"|successful|ok|up|down|alert|alarm|cleared|closed|opened|raised|reset|inactive|active|normal|offnormal|online"
    r"|offline|repaired|degraded|restored|(?:dis|re)connected|unknown|unreachable|major|minor|info|notice"
    r"|severity|state"
    r"|is|are|has|was|been|become|no longer|returned to|returned|matched|resolved?|came in|went out|in|acked"
    r"|unacked)\b"
    r"|\b(?:disaster|high|average)(?=\s?:)|故障(?=恢[复復]|\s?[:：])"
    r"|告警|报警|恢复|恢復|产生|解除|消除|清除|严重|紧急|重要|次要|一般|提示|正常|异常|成功|失败|已|【|】",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[\s\W_]+")
# What a subject says that is the same for every alarm of a product.
_EMPTY = re.compile(
    r"\b(?:message|notification|notify|event|system|device|server|status|mail|e?mail|from|your|meets|condition"
    r"|monitoring"
    r"|ipmi|bmc|ome|ups|nas|syslog|trap|new|the|a|an|of|on|for|digest)\b|通知|系统|设备|邮件|监控|[：:]",
    re.IGNORECASE,
)
# Of parts of a device, as management boards name them in what they say of an event.
_NUMBER_OF_PART = r"\s?#?:?\s?(\d(?:[a-z0-9_/.:-]{0,20}[a-z0-9])?|[A-Z]{1,3}\d{1,3}(?!\d)|(?-i:[A-F])(?![a-z0-9]))"
_PART = re.compile(
    r"(?<![a-z0-9_])(power suppl(?:y|ies)|psu|fans?|drives?|disks?|disk drive bay|bay|slot|ports?|interface|dimm"
    r"|processor|cpu"
    r"|volumes?|virtual disk|batter(?:y|ies)|inlet temperature|exhaust temperature|storage pool|controller"
    rf"|gateway|nic)(?![a-z])(?:{_NUMBER_OF_PART})?",
    re.IGNORECASE,
)
# Those of which a device has several that fail one by one.
_ONE_OF_SEVERAL = re.compile(
    r"(?:(?<![a-z0-9_])(?:power supply|psu|fan|drive|disk|bay|slot|dimm|battery|controller)(?![a-z])"
    rf"|硬[盘碟]|磁[盘碟]|电源(?:模块)?|電源|风扇|風扇|内存|槽位|电池|電池|控制器){_NUMBER_OF_PART}"
    r"|(?<![\d.-])(\d{1,3})\s?号\s?(?:硬盘|磁盘|电源|风扇|内存|槽位|电池|控制器)",
    re.IGNORECASE,
)
# What is measured at one of them is not its number.
_MEASURED = re.compile(
    rf"{_READINGS}|\d{{4,}}|\d{{1,3}}(?:\.\d{{1,3}}\s?|\s)[vawcf]\b"
    r"|\d{1,3}(?:\.\d{1,3})?\s?(?:rpm|mv|ma|volts?|watts?|amps?|转|轉|伏|度)",
    re.IGNORECASE,
)
_DISK = re.compile(r"/dev/[\w/-]{1,40}")
# Dell numbers what can befall one kind of part: PSU0001 has failed, PSU0000 works again. APC and others use hexadecimal
# numbers in pairs, the end of an event after its beginning; of these two it is the other way round.
_FAMILY = re.compile(r"(psu|fan|rdu|tmp|vlt|amp|pdr|vdr|bat|cpu|mem|nic)\d{1,4}", re.IGNORECASE)
_GRADED = re.compile(r"(?:informational|warning|critical|severe) - \w", re.IGNORECASE)
_NUMBER = re.compile(r"0x([0-9a-f]{4})", re.IGNORECASE)
# A severity or a state by which a field of its own says that something is wrong, and where that is but a trial.
_GRAVE = re.compile(
    r"\W{0,4}(?:critical|crit|caution|major|error|emergency|disaster|high|fatal|severe|warn(?:ing)?|problem|down|unreachable"
    r"|fail(?:ed|ure)?|fault|red|firing|degraded|offline|严重|嚴重|紧急|緊急|重要|主要|警告|未恢[复復]|故障"
    r"|失败|离线)(?![a-z])",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[\[(【]([^\])】\n]{2,30})[\])】]")
_FAULTY = re.compile(
    r"(?<![a-z])(?<!no )(?<!0 )(?:fail(?:ed|ure|s)?(?![a-z])|errors?(?![a-z])|fault(?:ed|y)?(?![a-z])|degraded)"
    r"|(?<![无無])(?:故障|异常|異常|失败|失敗|离线|離線)",
    re.IGNORECASE,
)
_NO_FAULT = re.compile(
    r"(?:no(?:ne)?|no faults?|nil|n/?a|ok|normal|false|cleared|[0-]|无|没有|正常|已恢复)?\.?", re.IGNORECASE
)
_CALLED_ALARM = re.compile(r"(?:告警|报警|警报|警報)\s*$")
_TRIAL = re.compile(r"\btest(?:ing)?\b|测试|測試|演练|演練", re.IGNORECASE)
_AFTER = {0x0101: 0x0102, 0x0113: 0x0114}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: `device` and `code` are the same in each repeat of it and in its recovery notice; where the end of an
    event has another code, `ends` is that of the event. An empty device: whatever its sender watches. `about` is the
    subject of the first notice, where a later one names nothing else of it. `is_grave`: its severity, its
    state or what its event is called says that something is wrong."""

    device: str
    code: str
    state: State
    because: str
    ends: str | None = None
    about: str | None = None
    is_grave: bool = False


def read(mail: ParsedMail) -> Alarm | None:
    """The alarm that a machine's mail reports; None where it says nothing to know it by."""
    pairs = fields.pairs_of(mail.text)
    message = _message(mail.text, pairs)
    device = _device(mail, pairs)
    code, ends = _code(mail.subject, device, pairs, message)
    if not code or (not device and not names_all(mail.subject)) or _is_request(mail.subject, pairs):
        device, code = "", _digest(mail)
    state = state_of(mail.subject, mail.text, pairs, message)
    named = f"{code[:80]} on {device.strip()[:80]}" if device else code[:80]
    return Alarm(
        device=" ".join(device.split()).casefold()[:120],
        code=code,
        state=state,
        because=f"{state} notice of {named}",
        ends=ends if state == "recovery" else None,
        about=first_subject(mail.subject),
        is_grave=state == "problem" and _is_grave(mail.subject, pairs) and not _TRIAL.search(mail.subject),
    )


def _is_grave(subject: str, pairs: Mapping[str, str]) -> bool:
    """By a severity or a state in a field of its own, or in brackets of the subject, or by what its event is called."""
    stated = [fields.first(pairs, keys) or "" for keys in (fields.SEVERITIES, fields.STATES, fields.RESULTS)]
    fault = fields.first(pairs, fields.FAULTS)
    if fault is not None and not _NO_FAULT.fullmatch(fault.strip()):
        return True
    bracketed = _BRACKETED.findall(subject)
    called = [device_and_code(subject)[1] or "", fields.first(pairs, fields.NAMED) or ""]
    if any(map(_GRAVE.match, [*stated, *bracketed])) or any(map(_CALLED_ALARM.search, bracketed)):
        return True
    return any(map(_FAULTY.search, called))


def _is_request(subject: str, pairs: Mapping[str, str]) -> bool:
    """True for what looks like somebody's request that a web site mails: those of two customers are never one alarm."""
    is_coded = fields.first(pairs, fields.STATED) is not None or device_and_code(subject)[1] is not None
    return fields.first(pairs, fields.CONTACTS) is not None and not is_coded


def _device(mail: ParsedMail, pairs: Mapping[str, str]) -> str:
    named = {key: value for key, value in pairs.items() if not value.startswith("/")}  # a part of it: /dev/sda, /var
    own = [fields.first(named, keys) for keys in (fields.SERIAL, fields.HOST, fields.ADDRESS)]
    in_subject, _ = device_and_code(mail.subject)
    return next((one for one in (*own, in_subject, _serial(mail), fields.first(named, fields.PLACE)) if one), "")


def _code(subject: str, device: str, pairs: Mapping[str, str], message: str) -> tuple[str, str | None]:
    """The code, and that of the event of which it is the end; empty where the mail shows none."""
    stated = fields.first(pairs, fields.STATED)
    _, in_subject = device_and_code(subject)
    if stated and _GRADED.match(message):
        return stated.strip().casefold(), _before(stated)
    if stated:
        return _stated(stated, _parts(pairs, message)), None
    named = in_subject if in_subject is not None else fields.first(pairs, fields.NAMED) or ""
    if key := _stable(named) or ("host" if in_subject == "" else ""):
        which = [] if tells_apart(subject) or _ONE_OF_SEVERAL.search(named) else _one_of_several(message)
        return _joined(key, _parts(pairs, "") or which), None
    if all(fields.first(pairs, keys) is None for keys in (fields.STATES, fields.SEVERITIES, fields.TIMES)):
        return "", None
    bare = _EMPTY.sub(" ", _stable(subject.casefold().replace(device.casefold(), " ") if device else subject))
    return _joined(" ".join(bare.split()), _stable(message), *_parts(pairs, "")), None


def _stated(code: str, parts: list[str]) -> str:
    family = _FAMILY.fullmatch(code.strip())
    return _joined(_stable(family[1] if family and parts else code) or code.strip().casefold(), parts)


def _before(code: str) -> str | None:
    found = _NUMBER.fullmatch(code.strip())
    if found is None:
        return None
    number = int(found[1], 16)
    return f"0x{_AFTER.get(number, number - 1):04x}"


def _parts(pairs: Mapping[str, str], message: str) -> list[str]:
    """Which part of the device it is about, by a field of its own, else by what is said of the event."""
    if (named := fields.first(pairs, fields.PARTS)) is not None:
        return [_stable(named)]
    if disk := next((found[0] for value in pairs.values() if (found := _DISK.match(value))), None):
        return [disk]
    spoken = {f"{part[1]} {part[2] or ''}".casefold().strip() for part in _PART.finditer(message[:500])}
    return sorted(part.replace("ies", "y").removesuffix("s") for part in spoken)


def _one_of_several(message: str) -> list[str]:
    """Its number, where the code is that of every disk: the second one that fails is another problem than the first."""
    found = _ONE_OF_SEVERAL.finditer(_MEASURED.sub(" ", message[:500]))
    return sorted({number.casefold() for one in found for number in one.groups() if number})


def _message(text: str, pairs: Mapping[str, str]) -> str:
    """What the mail says of the event in words. APC writes it after the severity, in a line of its own."""
    if (stated := fields.first(pairs, fields.MESSAGES)) is not None:
        return stated
    return next((line.strip() for line in fields.lines_of(text) if _GRADED.match(line)), "")


def _digest(mail: ParsedMail) -> str:
    """Of a mail that names nothing: it is the same alarm only where it says the same."""
    said = _TIMES.sub(" ", f"{mail.subject}\n{mail.text[:_READ_CHARS]}").casefold()
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def _serial(mail: ParsedMail) -> str | None:
    found = _CALLHOME_SERIAL.search(f"{mail.subject}\n{mail.text[:_READ_CHARS]}")
    return found[1] if found else None


def _stable(code: str) -> str:
    """The code without times, readings and words for the state."""
    return _SIGNS.sub(" ", _CHANGING.sub(" ", code)).strip().casefold()


def _joined(code: str, *parts: str | list[str]) -> str:
    said = [code, *(one for part in parts for one in ([part] if isinstance(part, str) else part))]
    return " ".join(part for part in said if part)


__all__ = ["Alarm", "State", "is_subject", "read"]
