"""What staff do to a case, as the web and the command line ask for it."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import NotPossible
from models.tables import CaseRow, OutgoingRow
from models.values import NOTE, CaseState
from routing.letters import Kind
from workers.cases import letters
from workers.cases.office import Office
from workers.cases.work import CaseWork, Consent, lock, refuse_merged


class Acts:
    """Each act locks the case, and is written with everything that follows from it in the caller's transaction.

    Raises, each of them:
        NotPossible: there is no such case, it was merged into another, or it is not in a state for it.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def move(
        self,
        session: Session,
        case_id: int,
        to: CaseState,
        by: str,
        because: str = "",
        cause: str | None = None,
        solution: str | None = None,
    ) -> CaseRow:
        """Bring the case into another state."""
        work = self._work(session, case_id, by)
        work.move(to, because, cause, solution)
        return work.case

    def take_over(self, session: Session, case_id: int, because: str = "", *, by: str) -> CaseRow:
        """Go on with a case that a colleague has."""
        work = self._work(session, case_id, by)
        work.take_over(because)
        return work.case

    def reply(
        self, session: Session, case_id: int, kind: str, text: str, by: str, form: str = "", again: bool = False
    ) -> datetime | None:
        """Write to the customer, by the template of that kind. `form` is the id of the form that it was written in, if
        of one: from forms the same letter goes out once, however often it is sent, unless it is to `again`; and that
        once, too. One that did not arrive does not count. Returns when it was written already; None where it is written
        now.

        Raises:
            EmptyLetter: the letter would say nothing.
        """
        work = self._work(session, case_id, by)
        letter_id = letters.id_in_form(form, case_id, kind, text) if form else None
        if letter_id is not None:
            sent = session.get(OutgoingRow, letter_id)
            before = sent if sent is not None or again else letters.same_as(session, letter_id, case_id)
            if before is not None:
                return before.created_at
        work.reply(Kind(kind), text, letter_id)
        return None

    def consent(self, session: Session, case_id: int, answer: Consent, by: str, because: str = "") -> CaseRow:
        """Record that the customer's consent to remote access was asked for, given or refused."""
        work = self._work(session, case_id, by)
        work.consent(answer, because)
        return work.case

    def meet(self, session: Session, case_id: int, clock: str, by: str, because: str = "") -> CaseRow:
        """Record that a promise was kept: the engineer is there, the part has come."""
        work = self._work(session, case_id, by)
        work.meet(clock, because)
        return work.case

    def note(self, session: Session, case_id: int, text: str, by: str) -> CaseRow:
        """Keep what somebody wants his colleagues to know of the case: the customer is told nothing, no clock changes.

        Raises:
            NotPossible: it says nothing.
        """
        work = self._work(session, case_id, by)
        if not text.strip():
            raise NotPossible("a note says something")
        work.note(NOTE, text.strip())
        return work.case

    def _work(self, session: Session, case_id: int, by: str) -> CaseWork:
        case = lock(session, case_id)
        if case is None:
            raise NotPossible("there is no such case")
        refuse_merged(case)
        return CaseWork(session, self._office, case, self._office.clock(), by)
