"""Did a machine write it? An alarm is a report and opens a case; machines are not answered."""

import re

from intake.filters.verdict import Known, Verdict
from intake.mail.bounce import is_receipt
from intake.mail.model import ParsedMail
from models.values import Auto

_LOCAL_PART = re.compile(
    r"^(no|do[-_.]?not|never)[-_.]?reply|^(alerts?|alarms?|monitor(ing)?|nagios|zabbix|prometheus|alertmanager"
    r"|callhome"
    r"|call-home|root|daemon|cron|notifications?|mailer|robot|snmp|syslog|bmc|ipmi|ups)([-_.+].*)?$",
    re.IGNORECASE,
)


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    because = _because(mail)
    if because is None:
        return None
    return Verdict(auto=Auto.AUTO_GENERATED, answer=False, from_machine=True, because=because)


def _because(mail: ParsedMail) -> str | None:
    if is_receipt(mail):
        return "it reports that a mail has arrived"
    if "feedback-report" in mail.header("content-type").lower():
        return "it is an abuse report (RFC 5965)"
    submitted = mail.header("auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return f"its Auto-Submitted header says {submitted.split(';')[0][:40]}"
    suppressed = mail.header("x-auto-response-suppress").lower()
    if "all" in suppressed or "autoreply" in suppressed:
        return "its X-Auto-Response-Suppress header asks for no answer"
    if mail.sender is not None and _LOCAL_PART.match(mail.sender.address.partition("@")[0]):
        return "its sender's address is that of a machine"
    return None
