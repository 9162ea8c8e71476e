"""Has the mail server in front called it spam? Then it waits for a person: kept, not answered, on no case."""

import re

from intake.filters.verdict import Known, Verdict
from intake.mail.model import ParsedMail

QUARANTINED = "quarantined"
_SAYS = (
    ("x-spam-flag", re.compile(r"\s*yes", re.IGNORECASE)),
    ("x-spam-status", re.compile(r"\s*yes\b", re.IGNORECASE)),
    ("x-spam", re.compile(r"\s*yes", re.IGNORECASE)),
    ("x-rspamd-action", re.compile(r"\s*(?:reject|add header|rewrite subject)", re.IGNORECASE)),
    ("x-barracuda-spam-flag", re.compile(r"\s*yes", re.IGNORECASE)),
    ("x-proofpoint-spam-details", re.compile(r"rule=[\w-]*_?spam\b", re.IGNORECASE)),
    ("x-ms-exchange-organization-scl", re.compile(r"\s*[5-9]\b")),
    ("x-forefront-antispam-report", re.compile(r"\bSFV:(?:SPM|SKS|SKB)\b")),
)


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    """The topmost header of each name counts: the server in front adds its own above what it was sent."""
    for name, says in _SAYS:
        if says.search(mail.header(name)):
            return Verdict(QUARANTINED, answer=False, because=f"the server in front takes it for spam ({name})")
    return None
