"""Merge, link and split of cases, as the web and the command line ask for them."""

from collections.abc import Callable, Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from classify.model import Classifier
from console.joins import Foreseen
from models.errors import NotPossible
from models.merged import survivor_id
from models.tables import CaseRow, ClockRow, OutgoingRow, ReportRow
from models.values import CaseState, LinkKind, OutgoingState
from workers.cases import letters, links, merge_rules
from workers.cases.merge import merge
from workers.cases.office import Office
from workers.cases.sent import NOTICE
from workers.cases.unmerge import unmerge
from workers.cases.work import CaseWork


class Joining:
    """Each act locks its cases, and is written with everything that follows from it in the caller's transaction.
    `classifier` is asked for the one in force when a case is split.

    Raises, each of them:
        NotPossible: there is no such case, or the cases are not fit for it; the message says what is in the way.
    """

    def __init__(self, office: Office, classifier: Callable[[], Classifier]) -> None:
        self._office = office
        self._classifier = classifier

    def get_ready(self) -> None:
        """Load the classifier, which may take a second or two: before a transaction, not in it."""
        self._classifier()

    def merge(
        self, session: Session, case_id: int, into: int, by: str, because: str = "", tells: bool = True
    ) -> CaseRow:
        """Let a case go on in another one; returns the surviving case."""
        return merge(session, self._office, case_id, into, by, because, tells)

    def unmerge(self, session: Session, case_id: int, by: str, because: str = "") -> CaseRow:
        """Take a merge back."""
        return unmerge(session, self._office, case_id, by, because)

    def link(
        self, session: Session, case_id: int, other_id: int, by: str, kind: str = LinkKind.RELATED, because: str = ""
    ) -> CaseRow:
        """Link two cases."""
        return links.link(session, case_id, other_id, LinkKind(kind), by, because, self._office.clock())

    def unlink(self, session: Session, case_id: int, other_id: int, by: str, because: str = "") -> CaseRow:
        """Take a link away."""
        return links.unlink(session, case_id, other_id, by, because, self._office.clock())

    def split(self, session: Session, case_id: int, reports: Sequence[str], by: str, because: str = "") -> CaseRow:
        """Make a case of its own of some reports; returns the new one."""
        from workers.cases.split import split  # noqa: PLC0415 - brings the stages

        return split(session, self._office, self._classifier, case_id, reports, by, because)

    def foresee(self, session: Session, case_id: int, into: int) -> Foreseen:
        """What a merge would do; nothing is changed."""
        case = session.get(CaseRow, case_id)
        other = session.get(CaseRow, survivor_id(session, into))
        if case is None or other is None:
            raise NotPossible("there is no such case")
        refused = f"{case.number} was merged into {case.goes_on_in} already" if case.merged_into is not None else None
        unmet = ClockRow.case_id == case.id, ClockRow.met_at.is_(None)
        return Foreseen(
            case=case,
            into=other,
            reports=_count(session, ReportRow, ReportRow.case_id == case.id),
            clocks=_count(session, ClockRow, *unmet),
            level=merge_rules.level_after(case, other),
            accepted_by=(case.accepted_by or "") if merge_rules.takes_over(case, other) else "",
            told=self._told(session, case),
            refused=refused or merge_rules.refusal(case, other) or "",
        )

    def _told(self, session: Session, case: CaseRow) -> str | None:
        to = letters.to_customer(CaseWork(session, self._office, case, self._office.clock(), ""))
        is_machine = to.origin is not None and to.origin.auto is not None
        knows_number = exists().where(
            OutgoingRow.case_id == case.id,
            OutgoingRow.kind != NOTICE,
            OutgoingRow.state.in_((OutgoingState.PENDING, OutgoingState.SENDING, OutgoingState.SENT)),
        )
        if case.state == CaseState.CLOSED or is_machine or "@" not in (to.recipient or ""):
            return None
        if not session.scalar(select(knows_number)):
            return None
        return to.recipient


def _count(session: Session, table: type[ReportRow | ClockRow], *where: object) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]
