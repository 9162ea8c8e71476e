"""What a case is found by: its number, subject and outcome, whom it is for, its reports with their attachments' names,
those who take part, and what people noted on it. What the machine notes by itself is left out."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, event, inspect, select
from sqlalchemy.orm import Session

from models.tables import (
    AttachmentRow,
    Base,
    CaseRow,
    ContactRow,
    ContractRow,
    CustomerRow,
    DeviceRow,
    EventRow,
    ParticipantRow,
    ReportRow,
    SiteRow,
)
from models.values import MACHINE, case_number

Said = tuple[int, str]
_KEY = "case_search"
_OF_CASE = ("subject", "customer", "cause", "solution")
_FOR_WHOM = ("customer_id", "contact_id", "contract_id", "site_id", "device_id")
_OF_REPORT = ("subject", "sender", "message_id", "text")


@dataclass(slots=True)
class Changed:
    """What a session has written: cases to be read anew, and reports and notes that were added to others."""

    cases: set[int] = field(default_factory=set)
    reports: dict[str, int] = field(default_factory=dict)
    notes: list[Said] = field(default_factory=list)


def changed(session: Session) -> Changed | None:
    """What the session has written since this was asked last; None where there is nothing."""
    session.flush()
    found: Changed | None = session.info.pop(_KEY, None)
    return found


def of_cases(session: Session, ids: Collection[int]) -> Iterator[Said]:
    """Everything that these cases are found by, as pairs of a case's id and a text."""
    yield from ((id_, case_number(id_)) for id_ in ids)
    yield from _texts(session, CaseRow.id.in_(ids))
    yield from _reports(session, ReportRow.case_id.in_(ids))
    yield from _participants(session, ids)
    notes = select(EventRow.case_id, EventRow.text).where(EventRow.case_id.in_(ids), EventRow.actor != MACHINE)
    yield from ((row.case_id, row.text) for row in session.execute(notes))


def added(session: Session, what: Changed) -> dict[int, list[str]]:
    """The texts that were added to cases which are not read anew, by the case."""
    reports = {report: case_id for report, case_id in what.reports.items() if case_id not in what.cases}
    found: dict[int, list[str]] = {}
    said: list[Iterable[Said]] = [[note for note in what.notes if note[0] not in what.cases]]
    if reports:
        said += [
            _reports(session, ReportRow.id.in_(reports)),
            _participants(session, set(reports.values())),
        ]
    for texts in said:
        for case_id, text in texts:
            found.setdefault(case_id, []).append(text)
    return found


def _texts(session: Session, which: ColumnElement[bool]) -> Iterator[Said]:
    """What the case's own row says, and the directory of whom and what it is for."""
    query = (
        select(
            CaseRow.id,
            *(getattr(CaseRow, name) for name in _OF_CASE),
            *(CustomerRow.name, CustomerRow.number, ContactRow.name, ContactRow.phone, ContractRow.number),
            *(SiteRow.number, SiteRow.name, SiteRow.city, DeviceRow.serial_number, DeviceRow.model),
        )
        .outerjoin(CustomerRow, CustomerRow.id == CaseRow.customer_id)
        .outerjoin(ContactRow, ContactRow.id == CaseRow.contact_id)
        .outerjoin(ContractRow, ContractRow.id == CaseRow.contract_id)
        .outerjoin(SiteRow, SiteRow.id == CaseRow.site_id)
        .outerjoin(DeviceRow, DeviceRow.id == CaseRow.device_id)
    )
    for id_, *said in session.execute(query.where(which)):
        yield from ((id_, text) for text in said if text)


def _reports(session: Session, which: ColumnElement[bool]) -> Iterator[Said]:
    columns = (getattr(ReportRow, name) for name in (*_OF_REPORT, "external_id"))
    query = select(ReportRow.case_id, *columns).where(which, ReportRow.case_id.is_not(None))
    for id_, *said in session.execute(query):
        yield from ((id_, text) for text in said if text)
    files = (
        select(ReportRow.case_id, AttachmentRow.filename)
        .join(AttachmentRow, AttachmentRow.report_id == ReportRow.id)
        .where(which, ReportRow.case_id.is_not(None))
    )
    yield from ((id_, name) for id_, name in session.execute(files) if id_ is not None)


def _participants(session: Session, ids: Collection[int]) -> Iterator[Said]:
    query = select(ParticipantRow.case_id, ParticipantRow.address_key).where(ParticipantRow.case_id.in_(ids))
    yield from ((row.case_id, row.address_key) for row in session.execute(query))


def _note(session: Session, _context: object) -> None:
    """After a flush, in which ids have been given and what was changed is still known."""
    rows = [row for row in (*session.new, *session.dirty, *session.deleted) if isinstance(row, _NOTED)]
    if not rows:
        return
    found: Changed = session.info.setdefault(_KEY, Changed())
    for row in rows:
        is_new, is_gone = row in session.new, row in session.deleted
        match row:
            case CaseRow():
                if is_new or _has_changed(row, (*_OF_CASE, *_FOR_WHOM)):
                    found.cases.add(row.id)
            case EventRow() if row.actor != MACHINE:
                if is_new:
                    found.notes.append((row.case_id, row.text))
                elif is_gone or _has_changed(row, ("text",)):
                    found.cases.add(row.case_id)
            case ReportRow():
                _note_report(found, row, is_gone)
            case _:
                pass


def _note_report(found: Changed, row: ReportRow, is_gone: bool) -> None:
    before = inspect(row).attrs.case_id.history.deleted
    found.cases.update(id_ for id_ in before or () if id_ is not None)
    if row.case_id is None:
        return
    is_on_case = row.id not in found.reports and not _has_changed(row, ("case_id",))
    if is_gone or (is_on_case and _has_changed(row, _OF_REPORT)):
        found.cases.add(row.case_id)
    elif not is_on_case:
        found.reports[row.id] = row.case_id


def _has_changed(row: Base, names: Iterable[str]) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in names)


_NOTED = (CaseRow, EventRow, ReportRow)
event.listen(Session, "after_flush", _note)
