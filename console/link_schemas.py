"""How the API shows the links of a case."""

from pydantic import BaseModel

from models.tables import CaseLinkRow, CaseRow
from models.values import case_number


class Link(BaseModel):
    """Another case that may belong to this one, how (related, follow-up, same-fault) and why. Of two cases the later
    one is the follow-up."""

    number: str
    kind: str
    because: str


def links_of(case: CaseRow) -> list[Link]:
    """Those to earlier cases, then those from later ones."""
    earlier = [_link(row.other_id, row) for row in case.linked_to]
    return earlier + [_link(row.case_id, row) for row in case.linked_from]


def _link(other_id: int, row: CaseLinkRow) -> Link:
    return Link(number=case_number(other_id), kind=row.kind, because=row.because)
