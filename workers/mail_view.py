"""A mail fit to be shown on a page."""

import base64
import re

from console.pages.services import MailView, Stretch
from intake.mail import display
from intake.mail.model import Address, ParsedMail

_MANY_BREAKS = re.compile(r"\n(?:[ \t]*\n){2,}")
_CID = re.compile(r'src="cid:([^"]{1,500})"')
# What a browser shows as a picture and nothing else; SVG can hold scripts.
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_LIMIT_PICTURES = 4 * 1024 * 1024


def mail_view(source: bytes) -> MailView:
    """A mail fit to be shown: its text by what each stretch is, its HTML cleaned, with its own pictures in it."""
    from intake.mail.parse import parse  # noqa: PLC0415 - the pages are ready sooner without it

    mail = parse(source)
    stretches = [Stretch(span.kind, _MANY_BREAKS.sub("\n\n", mail.text[span.start : span.end])) for span in mail.spans]
    return MailView(
        stretches=stretches or [Stretch("new", mail.text)],
        html=_with_pictures(display.clean(mail.html), mail) if mail.html else None,
        to=[_written(address) for address in mail.to],
        cc=[_written(address) for address in mail.cc],
        defects=mail.defects,
    )


def _written(address: Address) -> str:
    return f"{address.name} <{address.address}>" if address.name else address.address


def _with_pictures(html: str, mail: ParsedMail) -> str:
    """The pictures that came with the mail (RFC 2392) put in; a frame that may fetch nothing can show them."""
    left = _LIMIT_PICTURES
    found: dict[str, str] = {}
    for each in mail.attachments:
        kind = each.sniffed_type or ""
        if each.content_id and kind in _PICTURES and each.size <= left and each.content_id not in found:
            left -= each.size
            found[each.content_id] = f"data:{kind};base64,{base64.b64encode(each.content).decode('ascii')}"
    return _CID.sub(lambda match: f'src="{found.get(match[1], "")}"', html)
