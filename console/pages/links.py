"""The links of a case, as its page shows them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from console.auth import visible
from console.auth.roles import User
from models.tables import CaseLinkRow, CaseRow
from models.values import LinkKind


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link as this case sees it; `how` is its kind, and of a follow-up which of the two it is."""

    other: int
    how: str
    because: str


def links_of(session: Session, case: CaseRow, user: User) -> list[LinkView]:
    """The links but those to cases that are one with this one, or that the user does not see."""
    one = {case.merged_into, *(merged.id for merged in case.merged)}
    later = [LinkView(link.case_id, _how(link, "followed-by"), link.because) for link in case.linked_from]
    earlier = [LinkView(link.other_id, _how(link, "follows"), link.because) for link in case.linked_to]
    return [link for link in (*earlier, *later) if link.other not in one and visible.sees(session, user, link.other)]


def _how(link: CaseLinkRow, follow_up: str) -> str:
    return follow_up if link.kind == LinkKind.FOLLOW_UP else link.kind
