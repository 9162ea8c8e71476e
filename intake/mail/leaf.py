"""The name that a part goes by as an attachment."""

from intake.mail import parameters
from intake.mail.attachment import safe_name
from intake.mail.encoded_words import decode_words
from intake.mail.headers import unfold
from intake.mail.mime import Part

_SUBJECT_CHARS = 100


def filename_of(part: Part, charset: str | None = None) -> str:
    """The sender's name for a part, RFC 2231, RFC 2047 or in raw bytes (of `charset` where they fit it); a mail that is
    attached has its subject's. Empty where there is none."""
    name = safe_name(_declared(part, charset))
    if name or not part.is_message or part.disposition.value != "attachment":
        return name
    subject = decode_words(unfold(part.children[0].first("subject"))) if part.children else ""
    return f"{stem}.eml" if (stem := safe_name(subject)[:_SUBJECT_CHARS]) else ""


def _declared(part: Part, charset: str | None) -> str:
    for raw, read, name in (
        ("content-disposition", part.disposition, "filename"),
        ("content-type", part.type, "name"),
    ):
        if name in read.parameters and (found := parameters.read(part.first(raw), charset).parameters[name]):
            return found
    return ""
