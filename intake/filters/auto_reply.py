"""Is it an automatic answer, such as an out-of-office notice (RFC 3834)?"""

from intake.filters import absence_words
from intake.filters import auto_reply_words as words
from intake.filters.verdict import Known, Verdict
from intake.mail import person
from intake.mail.bounce import is_receipt
from intake.mail.model import Attachment, ParsedMail
from intake.mail.subject import is_answer
from models.values import Auto

OUTCOME = "auto-reply"


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    because = _because(mail)
    if because is None:
        return None
    return Verdict(OUTCOME, auto=Auto.AUTO_REPLY, answer=False, from_machine=True, because=because)


def _because(mail: ParsedMail) -> str | None:
    if is_receipt(mail):  # machine mail of another kind, though Postfix calls it an automatic reply
        return None
    return _by_header(mail) or _by_subject(mail) or _by_text(mail)


def _by_header(mail: ParsedMail) -> str | None:
    if (because := marked(mail)) is not None and not _is_event(mail):
        return because
    if "autoresponder" in mail.header("x-post-messageclass").lower():
        return "its X-POST-MessageClass header says autoresponder"
    if "autoresponder" in mail.header("delivered-to").lower():
        return "it was delivered to an autoresponder"
    if mail.content_type == "multipart/report" and "disposition-notification" in _content_type(mail):
        return "it is a read receipt"
    if mail.content_type == "text/calendar" and "method=reply" in _content_type(mail) and not _says_more(mail):
        return "it answers an invitation"
    is_answer = any("METHOD:REPLY" in one.content[:2000].decode("latin-1") for one in _calendars(mail))
    return "it answers an invitation" if is_answer and _is_mere(mail) else None


def may_be_report(mail: ParsedMail) -> bool:
    """What calls itself an automatic reply tells of a fault in its own words: gateways and ticket systems mark what
    people write, too. A receipt only shows what was read."""
    return is_fault(mail.reply) and not words.OPENED.search(mail.text[: words.SHORT_CHARS])


def marked(mail: ParsedMail) -> str | None:
    """By which field it calls itself an automatic reply; None where it does not."""
    if mail.header("auto-submitted").lower().lstrip().startswith("auto-replied"):
        return "its Auto-Submitted header says auto-replied"
    for name in words.HEADERS:
        if mail.header(name) and mail.header(name).lower() not in ("no", "false", "0"):
            return f"it has the header {name}"
    is_answer = mail.header("precedence").strip().lower() in words.PRECEDENCE
    return "its Precedence header says auto_reply" if is_answer else None


def _is_mere(mail: ParsedMail) -> bool:
    """It says no more than yes or no."""
    return not _says_more(mail) or (_is_submitted(mail) and words.INVITED.search(mail.reply) is not None)


def _is_event(mail: ParsedMail) -> bool:
    """It answers nothing and tells of a fault: devices call their alarms automatic replies, too."""
    if not _is_new(mail) or words.SUBJECT.search(mail.subject):
        return False
    said = mail.reply
    is_notice = words.TEXT.match(said) or words.SELF.search(said) or words.RECEIVED_TEXT.search(said)
    return not is_notice and not _is_away(mail) and _tells_of_fault(f"{mail.subject}\n{said}")


def _calendars(mail: ParsedMail) -> list[Attachment]:
    return [one for one in mail.attachments if one.content_type == "text/calendar"]


def _says_more(mail: ParsedMail) -> bool:
    """Somebody wrote a sentence of his own with his answer, or a shorter one that tells of a fault."""
    count = len(mail.reply.split()) + len(words.SIGNS.findall(mail.reply)) // 2
    return count > words.WORDS_OF_ANSWER or "?" in mail.reply or "？" in mail.reply or is_fault(mail.reply)


def _content_type(mail: ParsedMail) -> str:
    return mail.header("content-type").lower().replace('"', "")


def _by_subject(mail: ParsedMail) -> str | None:
    if words.SUBJECT.search(mail.subject) and (_follows(mail) or not _is_report(mail)):
        return "its subject is that of an automatic reply"
    if words.RECEIPT.search(mail.subject) and _follows_opening(mail):
        return "its subject is that of a read receipt"
    if words.MEETING.search(mail.subject) and _calendars(mail) and not _says_more(mail):
        return "it answers an invitation"
    if mail.header("x-loop") and is_answer(mail.subject) and mail.header("precedence").lower() in ("junk", "bulk"):
        return "a mail filter answers, as procmail's does"
    is_title = words.TICKET.search(mail.subject) and not words.UNHEARD.search(mail.subject) and _is_to_us(mail)
    if is_title and _says_ticket(mail) and not person.wrote(mail):
        return "it acknowledges a mail, as other desks do"
    is_system = _is_of_system(mail) and _is_to_us(mail)
    if (is_system or (_is_submitted(mail) and mail.in_reply_to)) and words.RECEIVED_TEXT.search(mail.reply):
        return "a ticket system acknowledges a mail"
    return None


def _is_report(mail: ParsedMail) -> bool:
    """Whoever asks for something, or tells of a fault under a mere "out of office", wrote it himself."""
    is_formula = ":" in mail.subject or "：" in mail.subject
    tells = is_fault(mail.reply) if is_formula else _tells_of_fault(mail.reply)
    return words.ASKS.search(mail.reply) is not None or tells


def _follows(mail: ParsedMail) -> bool:
    return bool(mail.in_reply_to or mail.references)


def _is_new(mail: ParsedMail) -> bool:
    return not _follows(mail) and not is_answer(mail.subject)


def _follows_opening(mail: ParsedMail) -> bool:
    """It says that a mail was opened, or answers one and tells of no fault but in the subject of that."""
    if words.OPENED.search(mail.text[: words.SHORT_CHARS]):
        return True
    opened = words.RECEIPT.sub("", mail.subject).strip()
    return _follows(mail) and not is_fault(mail.reply.replace(opened, " ") if opened else mail.reply)


def _is_to_us(mail: ParsedMail) -> bool:
    """A mail of ours has made the ticket. Those that a customer's people open are sent on to us by the same systems."""
    said = f"{mail.subject}\n{mail.reply}"
    return not _is_new(mail) or (words.YOURS.search(said) is not None and not is_fault(mail.reply))


def _says_ticket(mail: ParsedMail) -> bool:
    said = mail.text[: words.SHORT_CHARS * 4]
    return bool(words.TICKET_TEXT.search(said) or words.RECEIVED_TEXT.search(mail.reply)) or _is_submitted(mail)


def _is_submitted(mail: ParsedMail) -> bool:
    """No person sent it off, its header says (RFC 3834 section 5), or its precedence."""
    submitted = mail.header("auto-submitted").strip().lower()
    return bool(submitted and not submitted.startswith("no")) or mail.header("precedence").strip().lower() == "bulk"


def _is_of_system(mail: ParsedMail) -> bool:
    """A ticket system wrote it by itself: an agent's answer comes from the same system, but says it was no machine."""
    fields = " ".join(mail.header(name) for name in words.SYSTEM_FIELDS)
    is_system = any(mail.header(name) for name in words.SYSTEMS) or bool(words.SYSTEM.search(fields))
    return is_system and _is_submitted(mail)


def _by_text(mail: ParsedMail) -> str | None:
    """Only a short mail that begins so, and whose new part is not much more: people mention such notices, too."""
    if len(mail.reply) > words.SHORT_CHARS:
        return None
    is_new = _is_new(mail)
    is_notice = not (words.ASKS.search(mail.reply) or _tells_of_fault(mail.reply) or (is_new and person.wrote(mail)))
    if is_notice and words.TEXT.match(mail.reply):
        return "it begins as automatic replies do"
    if is_notice and _is_absent(mail):
        return "it answers that its writer is away"
    if words.MARKED.match(mail.text):
        return "a ticket system acknowledges a mail"
    is_asked = words.ASKS.search(mail.reply) is not None
    if _says_itself(mail) or (words.AWAY.search(mail.reply) and not is_asked and not is_fault(mail.reply)):
        return "it says itself that it is an automatic reply"
    answers = _follows(mail) and is_answer(mail.subject)
    is_number = answers and words.RECEIVED_TEXT.search(mail.reply) and words.ASSIGNED.search(mail.reply)
    if is_number and not person.wrote(mail):
        return "another desk has given it a number"
    if answers and not person.wrote(mail) and words.THANKS.match(mail.reply) and words.AUTOMATED.search(mail.reply):
        return "it thanks for a mail, and says that a machine does"
    if mail.return_path == "" and words.GONE.search(mail.reply):
        return "it says that its writer is gone"
    return None


def _says_itself(mail: ParsedMail) -> bool:
    """It calls itself an automatic reply. Who tells of a fault above that shows somebody else's: in an answer only
    where he says so, since answering machines tell of faults of their own, too."""
    found = words.SELF.search(mail.reply)
    if found is None:
        return False
    above = mail.reply[: found.start()].rstrip()
    is_answer_to_us = _follows(mail) or is_answer(mail.subject)
    is_shown = above.endswith((":", "：")) or not is_answer_to_us
    return not (is_shown and is_fault(above) and not words.RECEIVED_TEXT.search(above))


def _is_absent(mail: ParsedMail) -> bool:
    is_question = "?" in mail.reply or "？" in mail.reply
    is_reply = _follows(mail) or is_answer(mail.subject)
    return is_reply and not is_question and _is_away(mail)


def _is_away(mail: ParsedMail) -> bool:
    return absence_words.ABSENT.search(mail.reply[: absence_words.READ_CHARS]) is not None


def _tells_of_fault(text: str) -> bool:
    return is_fault(text) or absence_words.TRADE.search(absence_words.SUPPOSED.sub("", text)) is not None


def is_fault(text: str) -> bool:
    """It tells of something that has failed, and does not merely name what may."""
    return absence_words.FAULT.search(absence_words.SUPPOSED.sub("", text)) is not None
