"""What a relay's refusal means: for this message, for its recipient, or for all that we send."""

import re
import smtplib
from datetime import timedelta

from models.errors import Permanent, Temporary
from workers.deliver import envelope

# Answers to RCPT that mean the mailbox or its domain, not this message (RFC 5321 section 4.2.3, RFC 7504).
_UNKNOWN = (550, 551, 553, 556)
# Answers to MAIL that mean the address in it, or what it may be.
_SENDER_UNKNOWN = (501, 550, 553, 554)
# Policy (RFC 3463, 5.7.x and Gmail's 5.4.5): it does not relay for us, or not so much, or not yet; QQ, 163 and others
# say so with 550 and words alone. An administrator or an hour can mend that, and no address is dead by it.
_POLICY = re.compile(
    r"\b5\.7\.\d|\b5\.4\.5\b|frequency|sending (?:limit|rate|quota)|rate limit|too (?:many|much)|relay(?:ing)?\b.{0,40}"
    r"(?:denied|not (?:permitted|allowed)|prohibited)|authenticat|频率|过于频繁|发信(?:数量)?(?:超|受)",
    re.IGNORECASE,
)


class RelayUnreachable(Temporary):
    """No connection to the relay, or it refused the log-in: nothing can be sent at the moment."""


class NotTried(Temporary):
    """It is not the message's turn yet, through no fault of its own: it is due again after `wait`."""

    def __init__(self, because: str, wait: timedelta = timedelta(seconds=1)) -> None:
        super().__init__(because)
        self.wait = wait


class MailRefused(Permanent):
    """The relay refused this message for good."""


class RecipientUnknown(MailRefused):
    """The relay refused the recipient: there is no such mailbox or domain."""


def at_recipient(code: int, answer: bytes | str) -> Temporary | Permanent:
    """The refusal of a recipient."""
    found = refusal(code, answer)
    return RecipientUnknown(str(found)) if isinstance(found, MailRefused) and code in _UNKNOWN else found


def refuses_null(error: smtplib.SMTPSenderRefused) -> bool:
    """True where another sender may be taken."""
    said = sentence(error.smtp_code, error.smtp_error)
    return error.smtp_code in _SENDER_UNKNOWN and not envelope.is_too_large(error.smtp_code, said)


def at_sender(error: smtplib.SMTPSenderRefused) -> Temporary | Permanent:
    """Usually it does not take us, whoever the mail is for; but it also says so where the mail is too large."""
    said = sentence(error.smtp_code, error.smtp_error)
    is_this_one = envelope.is_too_large(error.smtp_code, said)
    return MailRefused(said) if is_this_one else RelayUnreachable(said)


def refusal(code: int, answer: bytes | str) -> Temporary | Permanent:
    """The refusal of a message."""
    said = sentence(code, answer)
    is_final = 500 <= code < 600 and not _POLICY.search(said)
    return MailRefused(said) if is_final else Temporary(said)


def sentence(code: int, answer: bytes | str) -> str:
    """What the relay has said, for people."""
    text = answer if isinstance(answer, str) else _decoded(answer)
    return f"the relay answered {code} {text}"[:300]


def _decoded(answer: bytes) -> str:
    try:
        return answer.decode()
    except UnicodeDecodeError:
        return answer.decode("gb18030", "replace")
