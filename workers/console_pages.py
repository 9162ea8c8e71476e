"""What the staff's pages are given of the rest of the product."""

import base64
import re

from sqlalchemy.orm import Session

from console.auth.ways import WaysIn
from console.pages.services import LetterView, MailView, PageServices, Stretch
from intake.mail import display
from intake.mail.model import Address, ParsedMail
from intake.mail.parse import parse
from models.errors import NotPossible
from models.tables import CaseRow
from models.values import CaseState
from routing import life
from routing.acknowledge import TOLD
from routing.letters import Kind
from routing.profile import Profile
from workers.cases import letters
from workers.cases.correct import undo
from workers.cases.office import Office
from workers.cases.work import CaseWork

_MANY_BREAKS = re.compile(r"\n(?:[ \t]*\n){2,}")
_CID = re.compile(r'src="cid:([^"]{1,500})"')
# What a browser shows as a picture and nothing else; SVG can hold scripts.
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_LIMIT_PICTURES = 4 * 1024 * 1024


def page_services(office: Office, profile: Profile, public_url: str, ways: WaysIn) -> PageServices:
    """The pages' collaborators; times are shown in the zone of `profile`."""

    def take_back(session: Session, case: CaseRow, who: str) -> None:
        undo(session, case, who, office, profile, office.clock())

    def letter(session: Session, case_id: int, kind: str, text: str) -> LetterView:
        case = session.get(CaseRow, case_id)
        if case is None:
            raise NotPossible("there is no such case")
        recipient, found = letters.preview(CaseWork(session, office, case, office.clock(), ""), Kind(kind), text)
        return LetterView(recipient, found.subject, found.text)

    def next_states(state: CaseState) -> frozenset[CaseState]:
        return life.NEXT[state]

    return PageServices(
        zone=profile.hours.zone,
        is_https=public_url.lower().startswith("https://"),
        undo=take_back,
        next_states=next_states,
        mail_view=mail_view,
        letter=letter,
        told=frozenset(TOLD),
        public_url=public_url.rstrip("/"),
        ways=ways,
    )


def mail_view(source: bytes) -> MailView:
    """A mail fit to be shown: its text by what each stretch is, its HTML cleaned, with its own pictures in it."""
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
