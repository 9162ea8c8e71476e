"""Merge, link and split of cases, as the web needs them of the rest of the product."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from models.tables import CaseRow


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a merge would do. `reports` go over and `clocks` end; `refused` says why it is not possible, empty where it
    is; `told` is who would be written to, None where nobody is; `accepted_by` has the surviving case from then on,
    empty where that does not change."""

    case: CaseRow
    into: CaseRow
    reports: int
    clocks: int
    level: int
    accepted_by: str
    told: str | None
    refused: str


class Joins(Protocol):
    """What staff do to cases that belong together, within the session. Each raises NotPossible where the cases are not
    fit for it."""

    def get_ready(self) -> None:
        """Load what `split` needs, before its transaction begins."""

    def merge(
        self, session: Session, case_id: int, into: int, by: str, because: str = "", tells: bool = True
    ) -> CaseRow: ...
    def unmerge(self, session: Session, case_id: int, by: str, because: str = "") -> CaseRow: ...
    def link(
        self, session: Session, case_id: int, other_id: int, by: str, kind: str = "related", because: str = ""
    ) -> CaseRow: ...
    def unlink(self, session: Session, case_id: int, other_id: int, by: str, because: str = "") -> CaseRow: ...
    def split(self, session: Session, case_id: int, reports: Sequence[str], by: str, because: str = "") -> CaseRow: ...
    def foresee(self, session: Session, case_id: int, into: int) -> Foreseen: ...
