"""Is it bulk mail? It opens a case for a person to look at, and is not answered."""

import re

from intake.filters import mailing_list
from intake.filters.verdict import Known, Verdict
from intake.mail.model import ParsedMail
from models.values import Auto

# What senders of campaigns write; a Feedback-ID alone says nothing: QQ, WeCom and Proton put one on everybody's mail.
_CAMPAIGN = (
    "x-campaign",
    "x-campaignid",
    "x-mc-user",
    "x-csa-complaints",
    "x-sendcloud-log",
    "x-sendcloud-uuid",
    "x-edm",
)
_UNSUBSCRIBE = re.compile(
    r"\bunsubscribe\b|\bopt[- ]?out\b|abbestellen|abmelden|se désabonner|désinscri|darse de baja"
    r"|退订|退訂|取消订阅|取消訂閱",
    re.IGNORECASE,
)


def check(mail: ParsedMail, known: Known) -> Verdict | None:
    because = _because(mail, known)
    return None if because is None else Verdict(auto=Auto.BULK, answer=False, because=because)


def _because(mail: ParsedMail, known: Known) -> str | None:
    if mail.header("precedence").strip().lower() in ("bulk", "junk"):
        return "its Precedence header says bulk"
    if mail.header("list-unsubscribe") and not mailing_list.is_ours(mail, known.own_addresses):
        return "it can be unsubscribed from"
    if any(mail.header(name) for name in _CAMPAIGN) and _UNSUBSCRIBE.search(mail.text):
        return "it is a campaign's mail"
    return None
