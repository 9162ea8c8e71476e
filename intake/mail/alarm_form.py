"""Whether a mail is a machine's event, filled into lines: most devices write nothing else that tells what they are."""

import re

from intake.mail import alarm_fields as fields
from intake.mail import person
from intake.mail.model import ParsedMail
from intake.mail.subject import is_answer, is_forward

_KINDS = (
    f"{fields.SERIAL} {fields.HOST} {fields.PLACE}",
    f"{fields.STATED} {fields.NAMED}",
    fields.STATES,
    fields.SEVERITIES,
)
_LEAST_KINDS = 3
_LEAST_NAME = 5  # of a product that its sender, his address and the subject are called by
_CLOCK = re.compile(r"\d{1,2}:\d{2}|\d{1,2}时|T\d{2}")
# What people put around a form of theirs, and not what devices do.
_LETTER = re.compile(
    r"^\W{0,3}(?:(?:hi|hello|good (?:morning|afternoon|evening)|thanks|thank you|(?:best |kind )?regards|cheers)\b"
    r"|yours\b|dear (?!user|customer|admin|sir|recipient|colleague)|(?:您好|你好|谢谢|謝謝|各位|老师|工程师))",
    re.IGNORECASE | re.MULTILINE,
)
# What is asked of somebody. 请及时处理 and "please replace the disk" stand in alarms, some of which greet, too.
_ASKS = re.compile(
    r"\bplease (?:send|arrange|advise|assist|call (?:me|us)|contact (?:me|us)|have (?:someone|somebody))\b"
    r"|[请請](?:贵司|您|你|你们|尽快|盡快|马上|立即|及时|速|帮忙|協助|协助|工程师|技术人员|售后|厂家|[，,\s]){0,3}"
    r"(?:安排|派|上门|上門|过来|過來|支援|支持|指导|指導|回电|回電|看看|看一下|联系我|聯繫我)",
    re.IGNORECASE,
)
# What is titled so names its event by that.
_TITLE = re.compile(
    r"(?:温度|湿度|压力|液位|浓度|电压|电流|流量|设备|机组|停机|故障|超限)(?:告警|报警)(?:通知|信息)?$"
    r"|(?:设备|系统|服务器|网络|存储|机房)[告报]警|^[^:：\n]{0,12}(?:火警|火灾|消防)[^:：\n]{0,8}[:：]"
    r"|^[\w-]{1,20}(?: [\w-]{1,20}){0,2} alarm(?: end| cleared)?:",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"alert|alarm|monitor|notif|network|server|system|service|machine|device|messenger|report|daemon|agent|mailer|backup"
    r"|cloud|portal|platform|gateway|监控|告警|报警|通知|系统|设备|平台|管理|网关|物联",
    re.IGNORECASE,
)


def is_filled_in(mail: ParsedMail) -> bool:
    """True for a new mail, sent by no named person, of which most lines name a device, its event, state or severity.
    People fill in forms, too: where one says whom to call, or greets, it is theirs."""
    if mail.in_reply_to or mail.forwarded is not None or is_answer(mail.subject) or is_forward(mail.subject):
        return False
    if _is_named(mail) or person.speaks(mail.reply) or _LETTER.search(mail.text[:4000]):
        return False
    pairs = fields.pairs_of(mail.text)
    if fields.contact(pairs) is not None or pairs.get("name"):
        return False
    told = [fields.first(pairs, keys) is not None for keys in _KINDS]
    told[1] |= _TITLE.search(mail.subject) is not None
    told.append(any(_CLOCK.search(pairs[key]) for key in fields.TIMES.split() if key in pairs))
    lines = [line for line in fields.lines_of(mail.text) if line.strip()]
    return sum(told) >= _LEAST_KINDS and told[0] | told[1] and len(pairs) * 2 >= len(lines)


def is_letter(mail: ParsedMail) -> bool:
    """True for what a named person begins as people begin a letter, and asks for: 告警：风扇故障 is how he titles it,
    too. Named like a person is many a product."""
    is_greeting = _LETTER.match(mail.reply.lstrip()) is not None
    return _is_named(mail) and is_greeting and _ASKS.search(mail.reply) is not None


def _is_named(mail: ParsedMail) -> bool:
    """True where the sender bears a name that is neither his address nor that of a program or a part of the firm."""
    if mail.sender is None or not mail.sender.name.strip():
        return False
    name, local = mail.sender.name.casefold().strip(), mail.sender.address.partition("@")[0].casefold()
    is_product = len(local) >= _LEAST_NAME and local in name and local in mail.subject.casefold()
    return name not in (local, mail.sender.key) and not is_product and not _ROLE.search(name)
