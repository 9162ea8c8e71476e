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


def wrote(mail: ParsedMail) -> bool:
    """True where the mail comes from a program that people write with, or answers another within a thread of theirs."""
    programs = f"{mail.header('user-agent')} {mail.header('x-mailer')}"
    if _PROGRAM.search(programs) and "agent" not in mail.header("x-mailer").lower():
        return True
    # Outlook and Exchange number the conversations of people.
    is_outlook = bool(mail.header("thread-index") and mail.header("x-ms-has-attach") is not None)
    return is_outlook and is_answer(mail.subject) and bool(mail.in_reply_to)
