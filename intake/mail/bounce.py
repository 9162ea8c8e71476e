"""Delivery status notifications (RFC 3464) and the many older and freer kinds."""

import logging
import re
from dataclasses import dataclass
from email import message_from_string

from flufl.bounce import all_failures

from intake.mail import bounce_text
from intake.mail.model import ParsedMail

# It logs each detector that it runs, and a traceback for each that fails.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)

# Those of the mail that came back and of what it quotes; more were made to hurt.
LIMIT_IDS = 100
# The library takes seconds for megabytes of addresses, and minutes for one long line; notices say theirs at the
# beginning, in lines that RFC 5322 section 2.1.1 allows.
_LIBRARY_BYTES = 200_000
_OVERLONG = re.compile(rb"([^\n]{998})[^\n]+")
_MESSAGE_ID = re.compile(r"^[> \t]{0,4}message-id:\s{0,3}<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(
    r"^(action|status|final-recipient|original-recipient|diagnostic-code):[ \t]*([^\r\n]*)", re.I | re.M
)
_RECIPIENT = re.compile(r"(?:([\w-]{1,20});\s*)?<?([^\s<>;]{1,250}@[^\s<>;]{1,250})>?")
# Gateways make text or bytes of the part that machines are to read.
_STATUS_PART = re.compile(rb"\s{0,9}(?:reporting-mta|final-recipient|original-envelope-id):", re.IGNORECASE)
_IN_DIAGNOSIS = re.compile(r"<([^\s<>@]{1,64}@[^\s<>@]{1,250})>")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")  # RFC 3461 section 4
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_UNICODE = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")  # RFC 6533 section 3
# The mailbox is full, or the mail too large, of a wrong kind or against a rule (RFC 3463); the address is right.
_THERE = re.compile(r"\b5\.(?:2\.[23]|3\.4|6\.\d|7\.\d{1,3})\b")
_NOBODY = re.compile(r"\b5\.1\.\d{1,2}\b")
_SAID_CHARS = 2000
# Actions of RFC 3464 section 2.3.3 that are good news.
_ARRIVED = frozenset({"delivered", "relayed", "expanded"})


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that could not be delivered: to whom, and, where it is quoted, which one. Addresses are permanent
    where the server has given up for good, temporary where it still tries or says that trying again may help. Of the
    permanent, `refused` are mailboxes that are there: full, or closed to this one mail."""

    permanent: tuple[str, ...]
    temporary: tuple[str, ...]
    original_ids: tuple[str, ...]
    refused: tuple[str, ...] = ()

    @property
    def is_delay(self) -> bool:
        """The server that reports it still tries."""
        return bool(self.temporary) and not self.permanent


def read(mail: ParsedMail, mail_from: str | None) -> Bounce | None:
    """The bounce that `mail` is, or None. `mail_from` is the envelope sender, empty for the null path."""
    if is_report(mail) or _is_rejection(mail):
        if is_receipt(mail):
            return None
    elif not bounce_text.may_be(mail, mail_from):
        return None
    permanent, temporary = (set(filter(_is_clean, found)) for found in _addresses(mail))
    is_certain = is_report(mail) or _is_rejection(mail) or bounce_text.says_so(mail, mail_from)
    if not (permanent or temporary or is_certain):
        return None
    final = permanent - temporary
    return Bounce(
        tuple(sorted(final)), tuple(sorted(temporary)), _original_ids(mail), tuple(sorted(_refused(mail, final)))
    )


def is_report(mail: ParsedMail) -> bool:
    """A multipart/report about delivery (RFC 6522); read receipts and abuse reports are others."""
    return mail.content_type == "multipart/report" and "delivery-status" in _report_type(mail)


def _is_rejection(mail: ParsedMail) -> bool:
    """A disposition notification (RFC 8098) by which a recipient's filter refuses the mail: Sieve's reject."""
    if mail.content_type != "multipart/report" or "disposition-notification" not in _report_type(mail):
        return False
    said = "\n".join(text for _, text in _machine_parts(mail)).lower()
    is_refused = any(
        f"; {way}" in said.replace(";", "; ").replace(";  ", "; ") for way in ("deleted", "denied", "failed")
    )
    return "automatic-action" in said and is_refused and "reject" in f"{mail.subject} {mail.text}".lower()


def is_receipt(mail: ParsedMail) -> bool:
    """A delivery report in which nothing went wrong: every action is delivered, relayed or expanded."""
    actions = {value.strip().lower() for name, value in _status_fields(mail) if name.lower() == "action"}
    return is_report(mail) and bool(actions) and actions <= _ARRIVED


def _addresses(mail: ParsedMail) -> tuple[set[str], set[str]]:
    """Permanent and temporary failures, by the report's own fields, else by what libraries and texts give."""
    permanent, temporary = _by_status(mail)
    if permanent or temporary:
        return permanent, temporary
    permanent, temporary = _by_library(_OVERLONG.sub(rb"\1", mail.raw[:_LIBRARY_BYTES]))
    named = bounce_text.addresses(mail)
    found = {_plain(one) for one in permanent | temporary}
    if named and found <= {_plain(one) for one in named}:  # the library reads some notices in part
        permanent, temporary = (set(), named) if bounce_text.is_delay(mail) else (named, set())
    return {one.strip("'") for one in permanent if "@" in one}, {one.strip("'") for one in temporary if "@" in one}


def _plain(address: str) -> str:
    return address.strip("'").casefold()


def _by_library(raw: bytes) -> tuple[set[str], set[str]]:
    # As text of ASCII: its detectors expect strings of every header, and get none for 8-bit ones.
    try:
        temporary, permanent = all_failures(message_from_string(raw.decode("ascii", "replace")))
    except (AttributeError, TypeError, ValueError, LookupError):  # they were written for what bounces look like
        return set(), set()
    return {_text(found) for found in permanent}, {_text(found) for found in temporary}


def _by_status(mail: ParsedMail) -> tuple[set[str], set[str]]:
    """What the per-recipient fields say (RFC 3464 section 2.3), one group a recipient."""
    permanent: set[str] = set()
    temporary: set[str] = set()
    for group in _groups(mail):
        recipient = _recipient(group)
        action, status = group.get("action", "").strip().lower(), group.get("status", "").strip()
        if recipient and (action in ("failed", "delayed") or status[:1] in ("4", "5") or _is_rejection(mail)):
            is_soft = action == "delayed" or (status.startswith("4") and action != "failed")
            (temporary if is_soft else permanent).add(recipient)
    return permanent, temporary


def _groups(mail: ParsedMail) -> list[dict[str, str]]:
    groups: list[dict[str, str]] = [{}]
    for name, value in _status_fields(mail):
        key = name.lower()
        if key in groups[-1] and key != "diagnostic-code":
            groups.append({})
        groups[-1].setdefault(key, value)
    return groups


def _refused(mail: ParsedMail, addresses: set[str]) -> set[str]:
    """Those of the addresses whose mailbox is there, by the status, or without any by what the notice says."""
    said = {recipient: _words(group) for group in _groups(mail) if (recipient := _recipient(group)) is not None}
    text = mail.text[:_SAID_CHARS]
    return {one for one in addresses if _THERE.search(said.get(one, text)) and not _NOBODY.search(said.get(one, text))}


def _words(group: dict[str, str]) -> str:
    return f"{group.get('status', '')} {group.get('diagnostic-code', '')}"


def _recipient(group: dict[str, str]) -> str | None:
    """Whom the group is about: the address as we had written it, where the server says it."""
    for name in ("original-recipient", "final-recipient"):
        found = _RECIPIENT.search(group.get(name, ""))
        if found and found[1] and found[1].lower().startswith("utf-8"):
            return _UNICODE.sub(_character, found[2])
        if found:
            return _XTEXT.sub(lambda code: chr(int(code[1], 16)), found[2]) if name.startswith("orig") else found[2]
    diagnosed = _IN_DIAGNOSIS.search(group.get("diagnostic-code", ""))
    return diagnosed[1] if diagnosed else None


def _character(code: re.Match[str]) -> str:
    number = int(code[1], 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def _status_fields(mail: ParsedMail) -> list[tuple[str, str]]:
    return [
        field
        for kind, text in _machine_parts(mail)
        if kind not in ("message/partial", "message/external-body")
        for field in _FIELD.findall(text)
    ]


def _machine_parts(mail: ParsedMail) -> list[tuple[str, str]]:
    """Type and text of the parts of a report that are for machines."""
    return [
        (one.content_type, one.content.decode("utf-8", "replace"))
        for one in mail.attachments
        if (one.content_type.startswith("message/") and one.content_type != "message/rfc822")
        or _STATUS_PART.match(one.content[:500])
    ]


def _original_ids(mail: ParsedMail) -> tuple[str, ...]:
    """The Message-IDs that the notice quotes, and the one that it answers: those before it in the thread arrived."""
    quoted = _MESSAGE_ID.findall(mail.raw.decode("latin-1")) + _MESSAGE_ID.findall(mail.text)
    parent = mail.header("x-ms-exchange-parent-message-id").strip().strip("<>")
    answered = [parent] if parent else [mail.in_reply_to] if mail.in_reply_to else mail.references[-1:]
    found = dict.fromkeys([*quoted, *answered])
    return tuple(one for one in found if one != mail.message_id and _is_clean(one))[:LIMIT_IDS]


def _is_clean(name: str) -> bool:
    """It holds no control characters: no address and no Message-ID does, and no database takes them all."""
    return not _CONTROLS.search(name)


def _report_type(mail: ParsedMail) -> str:
    return mail.header("content-type").lower()


def _text(address: bytes | str) -> str:
    return address.decode("utf-8", "replace") if isinstance(address, bytes) else address
