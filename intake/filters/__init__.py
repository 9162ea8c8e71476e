"""What a mail is, one question a filter. The order of CHAIN is the order of the questions."""

from dataclasses import replace

from intake.filters import (
    auto_generated,
    auto_reply,
    bounce,
    bulk,
    challenge,
    mailing_list,
    no_address,
    null_sender,
    own_notification,
    spam,
)
from intake.filters.verdict import Known, Verdict
from intake.mail.model import ParsedMail

CHAIN = (
    own_notification.check,  # before auto_reply: ours are auto-submitted too
    spam.check,
    challenge.check,  # before bounce: it speaks of a mail that was not delivered yet
    bounce.check,
    auto_reply.check,
    auto_generated.check_header,
    mailing_list.check,
    bulk.check,
    auto_generated.check,
    no_address.check,
    null_sender.check,  # last: what is known more exactly keeps its name
)


def judge(mail: ParsedMail, known: Known) -> Verdict:
    """The verdict of the first filter that knows the mail; an ordinary one where none does. What is attached to a mail
    says nothing of what it is itself."""
    if mail.said is not None:
        mail = replace(mail, text=mail.said[0], reply=mail.said[1])
    for check in CHAIN:
        verdict = check(mail, known)
        if verdict is not None:
            return verdict
    return Verdict()


__all__ = ["CHAIN", "Known", "Verdict", "judge"]
