"""Whether a person wrote a mail, by his program: what looks like a machine's may be a colleague's question about it."""

import re

from intake.mail.model import ParsedMail
from intake.mail.subject import is_answer

_PROGRAM = re.compile(
    r"thunderbird|microsoft (?:office )?outlook|apple mail|(?:iphone|ipad) mail|foxmail|qqmail|coremail|webmail|mutt"
    r"|roundcube|squirrelmail|horde|zimbra|evolution|kmail|claws|sylpheed|the bat|eudora|lotus notes|groupwise"
    r"|windows (?:live )?mail|mailmaster|airmail|spark|mailbird|postbox|emclient|open-?xchange|protonmail|yahoomail",
    re.IGNORECASE,
)

# Alarms say "we", "our system" and "please check", too.
_SPEAKS = re.compile(
    r"\bI (?:am|was|have|had|need|can|cannot|would|think|see|saw|tried|will|do|did|just|got|want)\b"
    r"|\bI['’](?:m|ve|d|ll)\b"
    r"|\b(?:call|tell|let|help|give|send) me\b|\b(?:[Cc]ould|[Cc]an|[Ww]ould) you\b"
    r"|\b[Ww]e (?:got|received|see) th(?:is|ese)\b|\b[Ww]hat (?:shall|should|can|do) (?:we|I)\b|\b[Pp]lease help\b"
    r"|我(?:是|院|校|厂|廠)|我们(?:医院|学校|厂|这)|请问|請問|怎么(?:办|联系|处理|回事)|怎麼(?:辦|聯繫|處理)|麻烦(?:你|您|帮|看|安排|派)|麻煩(?:你|您|幫|看|安排|派)"
)


def speaks(text: str) -> bool:
    """True where the writer speaks of himself, or asks somebody: no machine does."""
    return _SPEAKS.search(text) is not None


def wrote(mail: ParsedMail) -> bool:
    """True where the mail comes from a program that people write with, or answers another within a thread of theirs."""
    programs = f"{mail.header('user-agent')} {mail.header('x-mailer')}"
    if _PROGRAM.search(programs) and "agent" not in mail.header("x-mailer").lower():
        return True
    # Outlook and Exchange number the conversations of people.
    is_outlook = bool(mail.header("thread-index") and mail.header("x-ms-has-attach") is not None)
    return is_outlook and is_answer(mail.subject) and bool(mail.in_reply_to)
