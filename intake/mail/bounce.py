"""Delivery status notifications (RFC 3464) and the older, free-form kinds."""

import re
from dataclasses import dataclass
from email import message_from_bytes

from flufl.bounce import all_failures

from intake.mail.model import ParsedMail

_DAEMON = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|mdaemon)@", re.IGNORECASE)
_SUBJECT = re.compile(
    r"undeliver|delivery (status|failure|has failed)|returned mail|mail delivery (failed|system)|failure notice"
    r"|退信|系统退信|投递失败|無法傳遞|无法送达|未送达|无法投递",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(undeliverable:|undelivered mail returned|delivery status notification|returned mail:|failure notice$"
    r"|mail delivery (failed|system)|系统退信|退信|无法送达|未送达|無法傳遞)",
    re.IGNORECASE,
)
# Those of the mail that came back and of what it quotes; more were made to hurt.
LIMIT_IDS = 100
_MESSAGE_ID = re.compile(r"^message-id:\s*<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that could not be delivered: to whom, and, where it is quoted, which one."""

    permanent: tuple[str, ...]
    temporary: tuple[str, ...]
    original_ids: tuple[str, ...]


def read(mail: ParsedMail, mail_from: str | None) -> Bounce | None:
    """The bounce that `mail` is, or None. `mail_from` is the envelope sender, empty for the null path."""
    if not _may_be_bounce(mail, mail_from):
        return None
    temporary, permanent = all_failures(message_from_bytes(mail.raw))
    if not (temporary or permanent or "delivery-status" in _report_type(mail) or _says_so(mail, mail_from)):
        return None
    ids = tuple(dict.fromkeys(_MESSAGE_ID.findall(mail.raw.decode("latin-1"))))
    return Bounce(
        permanent=tuple(sorted(_text(address) for address in permanent)),
        temporary=tuple(sorted(_text(address) for address in temporary)),
        original_ids=tuple(found for found in ids if found != mail.message_id)[:LIMIT_IDS],
    )


def _may_be_bounce(mail: ParsedMail, mail_from: str | None) -> bool:
    if mail.content_type == "multipart/report":
        return "disposition-notification" not in _report_type(mail)
    return (mail_from == "" or _is_daemon(mail)) and bool(_is_daemon(mail) or _SUBJECT.search(mail.subject))


def _says_so(mail: ParsedMail, mail_from: str | None) -> bool:
    """No address can be read from it, but the daemon's name and the subject agree. A postmaster may be a
    person with trouble to report: with an envelope sender, his subject has to be a mail server's own."""
    may_be_person = bool(mail_from) and mail.sender is not None and mail.sender.key.startswith("postmaster@")
    return _is_daemon(mail) and bool((_TITLE if may_be_person else _SUBJECT).search(mail.subject))


def _is_daemon(mail: ParsedMail) -> bool:
    return mail.sender is not None and bool(_DAEMON.match(mail.sender.address))


def _report_type(mail: ParsedMail) -> str:
    return mail.header("content-type").lower()


def _text(address: bytes | str) -> str:
    return address.decode("utf-8", "replace") if isinstance(address, bytes) else address
