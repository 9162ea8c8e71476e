"""Full-text search in cases. The index is written by the transaction that writes what is in it, so it is never stale:
`watch` notes what a session changes, `write` brings the index in line at the end of the transaction.

SQLite (FTS5) walks its index from the newest case on, and stops when a page is full. PostgreSQL's GIN cannot; there
each case has one word more that says which thousand cases it is among, and they are looked through some thousands at a
time, the newest first. So neither needs all that match for a page."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import ColumnElement, bindparam, column, func, insert, select, table, text, update
from sqlalchemy.orm import Session

from models import case_sources
from models.case_words import Asked, words
from models.tables import CaseRow, CaseSearchRow

# Of a case with more words than this the longest are not found; a tsvector holds 1 MB.
_MOST_CHARS = 300_000
_BATCH = 200
# How many cases have the same word for where they are (as migration 0016 has it), and how many such words PostgreSQL
# looks for at first, and at most at once.
_STRETCH = 1024
_GROWTH, _MOST_STRETCHES = 4, 64

_FTS = table("case_search_fts", column("rowid"))
_SQLITE = text("case_search_fts MATCH :asked")
_POSTGRESQL = text("case_search.vector @@ CAST(:asked AS tsquery)")


def find(
    session: Session, wanted: Asked, filters: Sequence[ColumnElement[bool]], before: int | None, limit: int
) -> list[int]:
    """The ids of the cases that are asked for and meet the filters, the newest first, those older than `before` alone.
    The case whose number was typed comes before all others."""
    first: list[int] = []
    if wanted.case_id is not None and before is None:
        first = list(session.scalars(select(CaseRow.id).where(CaseRow.id == wanted.case_id, *filters)))
    if not wanted:
        return first
    others = (CaseRow.id != wanted.case_id, *filters) if wanted.case_id is not None else filters
    look = _postgresql if session.get_bind().dialect.name == "postgresql" else _sqlite
    return [*first, *islice(look(session, wanted, others, before, limit - len(first)), limit - len(first))]


def fill(session: Session) -> None:
    """Index all cases that are stored, a few at a time."""
    last = 0
    while ids := session.scalars(select(CaseRow.id).where(CaseRow.id > last).order_by(CaseRow.id).limit(_BATCH)).all():
        rebuild(session, ids)
        last = ids[-1]


def rebuild(session: Session, cases: Collection[int]) -> None:
    """Index these cases anew, by what is stored of them now: for whoever changes or erases what a case has said without
    the session's noticing it."""
    for ids in _batches(sorted(cases)):
        _put(session, case_sources.of_cases(session, ids), ids, are_new=True)


def write(session: Session) -> None:
    """Bring the index in line with what the session has changed. Called at the end of each transaction."""
    changed = case_sources.changed(session)
    if changed is None:
        return
    rebuild(session, changed.cases)
    added = case_sources.added(session, changed)
    for ids in _batches(sorted(added)):
        _put(session, ((case_id, said) for case_id in ids for said in added[case_id]), ids, are_new=False)


def sqlite_query(wanted: Asked) -> str:
    """In the language of FTS5, each word in quotes and none within (section 3.1 of its documentation)."""
    return " AND ".join(
        "(" + " OR ".join("(" + " AND ".join(f'"{word}"' for word in each) + ")" for each in group) + ")"
        for group in wanted.groups
    )


def postgresql_query(wanted: Asked) -> str:
    """As PostgreSQL writes a tsquery; words are quoted, and no parser takes them apart."""
    return " & ".join(
        "(" + " | ".join("(" + " & ".join(f"'{word}'" for word in each) + ")" for each in group) + ")"
        for group in wanted.groups
    )


def _sqlite(
    session: Session, wanted: Asked, filters: Sequence[ColumnElement[bool]], before: int | None, limit: int
) -> Iterable[int]:
    found = select(_FTS.c.rowid).where(_SQLITE).order_by(_FTS.c.rowid.desc()).limit(limit)
    if before is not None:
        found = found.where(_FTS.c.rowid < before)
    if filters:
        found = found.join(CaseRow, CaseRow.id == _FTS.c.rowid).where(*filters)
    return session.scalars(found, {"asked": sqlite_query(wanted)})


def _postgresql(
    session: Session, wanted: Asked, filters: Sequence[ColumnElement[bool]], before: int | None, limit: int
) -> Iterator[int]:
    above = before if before is not None else (session.scalar(select(func.max(CaseRow.id))) or 0) + 1
    # Not in the order of the primary key: else the planner may walk along it, and try each case in turn.
    case_id = CaseSearchRow.case_id + 0
    found = select(CaseSearchRow.case_id).where(_POSTGRESQL, case_id < above).order_by(case_id.desc())
    if filters:
        near = CaseRow.id < bindparam("above"), CaseRow.id >= bindparam("lowest")
        found = found.join(CaseRow, CaseRow.id == CaseSearchRow.case_id).where(*near, *filters)
    newest, count, said = (above - 1) // _STRETCH, 1, postgresql_query(wanted)
    while newest >= 0 and limit > 0:
        oldest = max(newest - count + 1, 0)
        where = " | ".join(f"'#{stretch}'" for stretch in range(oldest, newest + 1))
        values = {"asked": f"{said} & ({where})", "above": above, "lowest": oldest * _STRETCH}
        ids = session.scalars(found.limit(limit), values).all()
        yield from ids
        limit -= len(ids)
        newest, count = oldest - 1, min(count * _GROWTH, _MOST_STRETCHES)


def _put(session: Session, said: Iterable[tuple[int, str]], ids: Sequence[int], are_new: bool) -> None:
    """Write the words of these cases; where they are not `are_new`, beside those that are there."""
    stored = {
        row.case_id: row.terms
        for row in session.execute(
            select(CaseSearchRow.case_id, CaseSearchRow.terms)
            .where(CaseSearchRow.case_id.in_(ids))
            .order_by(CaseSearchRow.case_id)
            .with_for_update()
        )
    }
    found: dict[int, set[str]] = {id_: set() if are_new else set(stored.get(id_, "").split()) for id_ in ids}
    for case_id, text_ in said:
        found[case_id] |= words(text_)
    terms = {case_id: _terms(each) for case_id, each in found.items()}
    new = [{"case_id": case_id, "terms": each} for case_id, each in terms.items() if case_id not in stored]
    if new:
        session.execute(insert(CaseSearchRow), new)
    other = [
        {"case_id": case_id, "terms": each}
        for case_id, each in terms.items()
        if case_id in stored and each != stored[case_id]
    ]
    if other:
        session.execute(update(CaseSearchRow), other)


def _terms(found: set[str]) -> str:
    said = " ".join(sorted(sorted(found), key=len))
    return said if len(said) <= _MOST_CHARS else said[:_MOST_CHARS].rpartition(" ")[0]


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + _BATCH] for at in range(0, len(ids), _BATCH))
