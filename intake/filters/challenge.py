"""Does it ask the sender to prove that he is a person? Staff may follow the link; a machine must not answer."""

import re

from intake.filters.auto_reply import is_fault
from intake.filters.verdict import Known, Verdict
from intake.mail.model import ParsedMail
from intake.mail.subject import is_answer
from models.values import Auto

_HEADERS = ("x-boxtrapper-challenge", "x-challenge", "x-tmda-confirm", "x-spamarrest", "x-uol-challenge")
_AGENT = re.compile(
    r"boxtrapper|spam ?arrest|tmda|qconfirm|active spam killer|choicemail|spamlion"
    r"|emailboomerang",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?:please )?confirm (?:your )?(?:message|e-?mail|mail|delivery)|e-?mail (?:verification|confirmation)"
    r" (?:required|needed)"
    r"|sender (?:verification|confirmation)|verification (?:request|required) for your (?:message|mail|e-?mail)"
    r"|your (?:message|e-?mail)(?: to [^\n]{1,60}?)? (?:requires|needs|is awaiting) (?:verification|confirmation"
    r"|approval)"
    r"|demande d['’]authentification|authentification (?:requise|nécessaire)"
    r"|发件人(?:身份)?验证|请确认您(?:发送)?的邮件",
    re.IGNORECASE,
)
_TEXT = re.compile(
    r"(?:reply to this (?:message|e-?mail)|click (?:on )?(?:the|this) (?:link|following link)|follow(?:ing)?"
    r" (?:the|this) link|点击(?:下面|以下)?[^\n]{0,10}链接)"
    r"[\s\S]{0,300}(?:confirm|verif|authenticat|prove|human|deliver|验证|确认)"
    r"|cliqu\w{1,4} sur (?:le|ce) lien[\s\S]{0,300}(?:authenti|confirm|prouve|humain|valid)"
    r"|(?:confirm|verif|authenticat|prove)[\s\S]{0,300}(?:reply to this (?:message|e-?mail)|click (?:on"
    r" )?(?:the|this) (?:link|following link)|follow(?:ing)? (?:the|this) link)",
    re.IGNORECASE,
)
# Where the link leads to, in mails that no header and no subject tells.
_SITE = re.compile(r"https?://[\w.-]{0,60}\b(?:spamarrest|boxbe|mailinblack)\.com\b", re.IGNORECASE)
_CLICK = re.compile(r"\b(?:click|cliqu\w{1,4}|use) (?:on |sur )?(?:the|this|le|ce) (?:link|lien)", re.IGNORECASE)
_READ_CHARS = 4000


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    if not _is_challenge(mail):
        return None
    because = "it asks for a proof that a person has written; the case's staff may want to follow it by hand"
    return Verdict("challenge", auto=Auto.AUTO_REPLY, answer=False, from_machine=True, because=because)


def _is_challenge(mail: ParsedMail) -> bool:
    if any(mail.header(name) for name in _HEADERS):
        return True
    programs = " ".join((mail.header("x-mailer"), mail.header("user-agent"), mail.header("x-delivery-agent")))
    text = mail.text[:_READ_CHARS]
    is_known = _SITE.search(text) is not None and _CLICK.search(text) is not None
    is_titled = bool(_SUBJECT.search(mail.subject) or _AGENT.search(programs)) and _TEXT.search(text) is not None
    return (is_known or is_titled) and not _is_report(mail)


def _is_report(mail: ParsedMail) -> bool:
    """It answers nothing and tells of a fault: a challenge speaks of a mail of ours."""
    return not mail.in_reply_to and not is_answer(mail.subject) and is_fault(mail.reply)
