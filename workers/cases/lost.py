"""What follows from a notice that did not arrive: who was to hear of a case is told otherwise, or somebody else is."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.tables import OutgoingRow, StepRow
from workers.cases.climb import tell_otherwise
from workers.cases.office import Office
from workers.cases.people import People
from workers.cases.sent import NOTICE
from workers.cases.work import CaseWork, lock
from workers.record.journal import MACHINE


def note_lost(session: Session, rows: Sequence[OutgoingRow], office: Office) -> None:
    """These messages were refused for good, or came back; of those that were notices a ladder hangs on somebody who
    has heard nothing."""
    for row in sorted(rows, key=lambda row: row.case_id):  # as `note_sent`
        step = session.get(StepRow, row.step_id) if row.kind == NOTICE and row.step_id is not None else None
        case = lock(session, row.case_id) if step is not None else None
        if step is None or case is None or case.merged_into is not None:  # which nobody needs to hear of any more
            continue
        now = office.clock()
        work = CaseWork(session, office, case, now, MACHINE)
        told = tell_otherwise(work, People(session, now), step, row.channel, row.recipient)
        case.needs_review = True
        instead = f"told instead: {', '.join(told)}" if told else "nobody else is told"
        work.note("not-told", f"{step.name}: {row.recipient} was not reached by {row.channel}; {instead}")
