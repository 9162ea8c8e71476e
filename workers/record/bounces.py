"""Mail of ours that came back: the cases are told, the addresses remembered."""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.mail import plus
from models.merged import survivor_id
from models.tables import CaseRow, OutgoingRow
from models.values import OutgoingState
from routing import token
from workers.record.dead_addresses import mark
from workers.record.journal import Journal
from workers.stages.draft import Draft

_NOTICE = "notice"
_LIMIT_TOKENS = 5
_LIMIT_NAMED = 3
_ANOTHER_WAY = "reach the customer another way"


def note_bounce(
    session: Session, journal: Journal, draft: Draft, lost: Callable[[Session, Sequence[OutgoingRow]], None], key: bytes
) -> int | None:
    """Tell the cases whose messages this report speaks of; returns the first of them. `lost` is given the notices to
    our own people among them: no customer is out of reach by those.

    Only a message that quotes an id of ours is believed: a forged notice must not silence anybody's address. One that
    shows the token of a case, which whoever takes part in it knows, is told to the case. `key` signs the tokens.
    """
    bounce = draft.verdict.bounce
    if bounce is None:
        return None
    ids = {*bounce.original_ids, *draft.stamps}
    rows = session.scalars(select(OutgoingRow).where(OutgoingRow.message_id.in_(ids)).with_for_update()).all()
    for row in rows:
        if bounce.is_delay:
            journal.note(
                survivor_id(session, row.case_id),
                "delayed",
                f"mail to {row.recipient} has not arrived yet; its server still tries",
            )
            continue
        case = session.get(CaseRow, survivor_id(session, row.case_id))
        if row.kind != _NOTICE and case is not None and not _is_named(row, bounce.permanent):
            others = ", ".join(bounce.permanent[:_LIMIT_NAMED])
            _look(journal, case, f"mail to {row.recipient} did not reach {others}: look whether it was read there")
            continue
        is_known = row.state == OutgoingState.BOUNCED
        row.state, row.due_at = OutgoingState.BOUNCED, None
        if row.kind == _NOTICE:
            lost(session, [] if is_known else [row])
        elif case is not None and bounce.refused and _is_named(row, bounce.refused):
            _look(journal, case, f"mail to {row.recipient} came back, though there is such a mailbox: {_ANOTHER_WAY}")
        else:
            mark(session, journal, case, row.recipient_key, f"a notice of report {draft.claimed.id}", draft.claimed.id)
    told = (survivor_id(session, row.case_id) for row in rows)
    return next(told, None) or _note_unnamed(session, journal, draft, key)


def _is_named(row: OutgoingRow, addresses: Sequence[str]) -> bool:
    """True where the notice is about whom we wrote to, or does not say whom. A list of people brings back what one of
    them did not get, and a mailbox what it has passed on."""
    return not addresses or row.recipient_key in {plus.split(address)[0] for address in addresses}


def _look(journal: Journal, case: CaseRow, text: str) -> None:
    case.needs_review = True
    journal.note(case.id, "undeliverable", text)


def _note_unnamed(session: Session, journal: Journal, draft: Draft, key: bytes) -> int | None:
    """Tell the cases whose tokens the notice shows, where somebody whom it names was written to; returns the first. QQ
    Mail and others quote the subject of what came back, and no Message-ID."""
    bounce = draft.verdict.bounce
    reached = {plus.split(address)[0] for address in bounce.permanent} if bounce else set()
    shown = token.find(f"{draft.mail.subject}\n{draft.mail.text}", key) if reached else ()
    cases = []
    for case_id in list(dict.fromkeys(shown))[:_LIMIT_TOKENS]:
        written_to = select(OutgoingRow.recipient).where(
            OutgoingRow.case_id == case_id, OutgoingRow.recipient_key.in_(reached), OutgoingRow.kind != _NOTICE
        )
        recipient = session.scalars(written_to.limit(1)).first()
        case = session.get(CaseRow, survivor_id(session, case_id)) if recipient else None
        if case is None:
            continue
        _look(
            journal,
            case,
            f"a notice that shows the case's token says that mail to {recipient} came back: {_ANOTHER_WAY}",
        )
        cases.append(case.id)
    return next(iter(cases), None)
