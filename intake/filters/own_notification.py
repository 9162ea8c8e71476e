"""Did we send this ourselves?"""

from intake.filters.verdict import Known, Verdict
from intake.mail.model import ParsedMail


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    """A message of ours came back to us, through a forward or a misdirected alias."""
    if known.is_stamped or mail.message_id in known.own_message_ids:
        return Verdict("own-notification", answer=False, because="it is a message of ours that came back")
    return None
