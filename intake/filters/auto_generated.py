"""Did a machine write it? An alarm is a report and opens a case; machines are not answered."""

import re
from dataclasses import replace

from intake.filters import auto_reply, machine_words, scan_words
from intake.filters.verdict import Known, Verdict
from intake.mail import alarm, person
from intake.mail.alarm_form import is_filled_in, is_letter
from intake.mail.bounce import is_receipt
from intake.mail.model import Address, ParsedMail
from models.values import Auto

AGGREGATE = "aggregate-report"
_LOCAL_PART = re.compile(
    r"^(?:[\w.]{1,24}[-_.])?(no|do[-_.]?not|never)[-_.]?reply"
    r"|^(alerts?|alarms?|monitor(ing)?|nagios|icinga|zabbix|prometheus|alertmanager|grafana"
    r"|callhome|call-home|scanner|asup|autosupport|root|daemon|cron|notifications?|mailer|robot|snmp|syslog|bmc|ilo"
    r"|idrac|ipmi|ups|pdu|nas|esrs|prtg|librenms|vcenter|centreon|observium|cacti|solarwinds|uptime-?kuma"
    r"|www-data|apache|nobody|jenkins|gitlab|plc|scada|hmi|icinga2|check_?mk|orion|whatsupgold|unifi|nvr|dvr|cnc"
    r"|forti(gate|analyzer|manager)|sophos(-?fw)?|nms|esight|imaster|scom|sqlagent|sql-?alerts?|veeam|commvault|acronis"
    r"|backupexec|xcc|lxca|oneview|cimc|ibmc|qnap|diskstation|wincc|twincat|mfp|copier|printer|ignition|niagara"
    r"|splunk|graylog|vcsa|bms|wazuh|ossec|netdata|checkmate|saveris|nimble|n9e|nightingale|metasys|webpower|liebert"
    r"|proxmox|pve|pbs|truenas|freenas|opsgenie|pagerduty|datadog|snmptrap[sd]?|traps)"
    r"(\d{1,4}|[-_.+].*)?$",
    re.IGNORECASE,
)
# Of the machines' addresses those that are also a department's: of the people who build robots, or run the printers.
_DEPARTMENT = re.compile(r"(?:robot|cnc|plc|scada|hmi|nas|ups|printer|copier|monitoring|bms)@", re.IGNORECASE)
_ASKS_US = re.compile(
    r"\b(?:do|are|can|could|will|would|have) (?:you|we)\b[^.?!\n]{0,200}\?|\bour (?:operators?|colleagues?|people)\b"
    r"|\bwe (?:have|had|run|use|need|would|want|cannot|can't|locked|switched|tried)\b|我们|我們|您好|你好",
    re.IGNORECASE,
)
# Of the machines' addresses those by which web sites send on what a visitor types.
_WEB_SITE = re.compile(r"(?:no|do[-_.]?not)[-_.]?reply|www-data|apache|nobody|mailer", re.IGNORECASE)
_AGGREGATE = re.compile(
    r"(?:\W{0,9}|\[preview\] ?|dmarc aggregate )report domain:\s{0,9}\S{1,255}\s{1,9}submitter:", re.IGNORECASE
)
# Fields that only such programs write, by their beginning.
_FIELDS = (
    "x-netapp-asup",
    "x-cron-env",
    "x-nagios",
    "x-icinga",
    "x-zabbix",
    "x-gitlab-",
    "x-jenkins",
    "x-github-",
    "x-alertmanager",
    "x-grafana",
    "x-prtg",
    "x-veeam",
    "x-callhome",
    "x-smartd",
    "x-logwatch",
)
_DEVICES = re.compile(
    r"\b(?:printer|scanner|copier|mfp|imagerunner|workcentre|ricoh|nas|ups|bmc|firewall|appliance)\b", re.I
)
_SCANNER = re.compile(
    r"(?:postmaster|(?:anti-?)?virus\w*|mail-?scanner|mail-?guard|webshield|amavis\w*|norton\w*)@", re.IGNORECASE
)
_SCANNED = re.compile(
    r"(?:virus|infected|worm|trojan|malware)[\s\S]{0,200}\b(?:removed|deleted|quarantined|cleaned|repaired|stripped)",
    re.I,
)
# What such mails say of themselves. Whole sentences: people ask about "automatic replies", too.
_TEXT = re.compile(
    r"\b(?:(?:generated|sent|triggered) by (?:the |an? )?[\w .-]{2,40}?(?:alert\w*|monitor\w*|reporting|notification)"
    r" (?:engine|server|system|service|agent)"
    r"|this (?:is an?|e-?mail|mail|message|notification|alert|report)[^.\n]{0,40}(?:auto(?:matic(?:ally)?|mated)?"
    r"[- ]?(?:generated|sent|created)|(?:generated|sent|created) automatically|system[- ]generated"
    r"|automated (?:message|e-?mail|mail|notification))"
    r"|(?:please )?do not (?:reply|respond) (?:directly )?to this (?:e-?mail|mail|message|address)"
    r"|this (?:e-?mail|mail|message) was sent from (?:an? )?(?:unmonitored|notification-only)"
    r"|repl(?:y|ies) to this (?:e-?mail|mail|message|address|mailbox)[^.\n]{0,30}(?:not|un)[ -]?"
    r"(?:monitored|(?:be )?read))"
    r"|(?:sincerely|此致|敬上)[,，]?\s{1,8}(?:synology )?(?:diskstation|rackstation)\b"
    r"|(?:本|此|该|這|这)(?:是)?(?:一?封)?(?:邮件|郵件|信件|信|通知|消息|报告|報告)?(?:是|为|為|由)[^\n。]{0,14}"
    r"(?:自动|自動)(?:发送|發送|发出|發出|生成|产生|產生|触发|通知)"
    r"|(?:系统|系統)(?:自动|自動)?(?:邮件|郵件)[^\n。]{0,4}[，,。]?\s*(?:请|請)勿"
    r"|(?:请|請)(?:勿|不要)(?:直接)?(?:回复|回覆|答复)(?:此|本|该)?(?:邮件|郵件|信)?",
    re.IGNORECASE,
)
_MENTIONED = re.compile(r'"[^"\n]{1,200}"|“[^“”\n]{1,200}”|「[^「」\n]{1,200}」|『[^『』\n]{1,200}』')

# Whatever that finds holds one of these. Most mails hold none, and are spared an expression with so many beginnings.
_SIGNS = (
    *("generated", "sent by ", "triggered by ", "auto", "do not re", "sent from ", "to this "),
    *("diskstation", "rackstation", "自动", "自動", "勿", "不要"),
)


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    if _is_scan(mail):  # what is attached tells two of them apart: they are no alarm that repeats itself
        return Verdict(auto=Auto.AUTO_GENERATED, answer=False, because="a scanner sends what was laid on it")
    because = _because(mail)
    return None if because is None else _verdict(because)


def check_header(mail: ParsedMail, known: Known) -> Verdict | None:
    """The part of it that is beyond doubt, and so counts before list and bulk mail: cron writes `Precedence: bulk`."""
    if _AGGREGATE.match(mail.subject) and not person.wrote(mail):  # one a day of every provider, and nobody's fault
        return replace(_verdict("it is an aggregate report of DMARC or TLS (RFC 7489, RFC 8460)"), outcome=AGGREGATE)
    because = _by_header(mail)
    return None if because is None else _verdict(because)


def _verdict(because: str) -> Verdict:
    return Verdict(auto=Auto.AUTO_GENERATED, answer=False, from_machine=True, because=because)


def _by_header(mail: ParsedMail) -> str | None:
    if is_receipt(mail):
        return "it reports that a mail has arrived"
    is_complaint = mail.header("x-hmxmroriginalrecipient") or mail.subject.lower().startswith(
        "complaint about message from"
    )
    if is_complaint or "feedback-report" in mail.header("content-type").lower():
        return "it is an abuse report (RFC 5965)"
    submitted = mail.header("auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return f"its Auto-Submitted header says {submitted.split(';')[0][:40]}"
    named = next((name for name, _ in mail.headers if name.startswith(_FIELDS)), None)
    return f"it has the header {named[:40]}" if named else auto_reply.marked(mail)


def _because(mail: ParsedMail) -> str | None:
    if (because := _by_header(mail)) is not None:
        return because
    if person.wrote(mail):
        return None
    suppressed = mail.header("x-auto-response-suppress").lower()
    if "all" in suppressed or "autoreply" in suppressed:
        return "its X-Auto-Response-Suppress header asks for no answer"
    if mail.sender is not None and _is_machine(mail.sender) and visitor(mail) is None and not _is_department(mail):
        return "its sender's address is that of a machine"
    if _DEVICES.search(mail.header("x-mailer")):
        return "its X-Mailer header names a device"
    if _SCANNER.match(mail.sender.address if mail.sender else "") and _SCANNED.search(mail.text):
        return "a virus scanner says what it did with a mail"
    if alarm.is_subject(mail.subject) and not person.speaks(mail.reply) and not is_letter(mail):
        return "its subject is that of a machine's alarm"
    if is_filled_in(mail):
        return "it is an event of a device, filled into lines"
    is_new = not mail.in_reply_to and mail.forwarded is None
    if is_new and (_says_so(mail.text) or machine_words.say_so(mail.text)) and not person.speaks(mail.reply):
        return "it says itself that a machine sent it"
    return None


def _is_scan(mail: ParsedMail) -> bool:
    is_new = not mail.in_reply_to and mail.forwarded is None
    return is_new and scan_words.say_so(mail.subject, mail.text) and not person.speaks(mail.reply)


def _says_so(text: str) -> bool:
    folded = text.casefold()
    return any(sign in folded for sign in _SIGNS) and _TEXT.search(_MENTIONED.sub("", text)) is not None


def _is_machine(address: Address) -> bool:
    return _LOCAL_PART.match(address.address.partition("@")[0]) is not None


def _is_department(mail: ParsedMail) -> bool:
    """True where somebody writes in his own words from the address of a department that is called like a machine."""
    if mail.sender is None or not _DEPARTMENT.match(mail.sender.address):
        return False
    is_alarm = alarm.is_subject(mail.subject) or is_filled_in(mail) or _says_so(mail.text)
    return not is_alarm and (person.speaks(mail.reply) or _ASKS_US.search(mail.reply) is not None)


def visitor(mail: ParsedMail) -> Address | None:
    """Who has filled in the form of a web site, which sends on what he typed: his address stands in Reply-To and in the
    text, or he speaks. None where it is no such mail."""
    sender, typed = mail.sender, mail.reply_to
    if sender is None or typed is None or typed.key == sender.key or _is_machine(typed):
        return None
    is_his = _WEB_SITE.match(sender.address) and (typed.key in mail.reply.casefold() or person.speaks(mail.reply))
    return typed if is_his else None
