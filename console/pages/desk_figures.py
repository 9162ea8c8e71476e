"""What the desk did in a span of days: how much came and from where, when it is busy, which promises were kept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from models.tables import CaseRow, ClockRow, CustomerRow
from models.values import LEVELS

_LISTED = 10  # customers
_QUARTER_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class Volumes:
    """How many cases came: `days` has each day of the span with its cases by level, `hours` a line a weekday, Monday
    first, of 24; `customers` are those with the most cases, under their names."""

    days: Mapping[date, Counter[int]]
    levels: Counter[int]
    channels: Counter[str]
    categories: Counter[str]
    customers: Mapping[str, int]
    hours: list[list[int]]

    @property
    def total(self) -> int:
        return self.levels.total()


@dataclass(frozen=True, slots=True)
class Kept:
    """How often a promise was kept and missed, of those that have been decided."""

    kept: int
    missed: int

    @property
    def decided(self) -> int:
        return self.kept + self.missed

    @property
    def percent(self) -> int:
        return 100 * self.kept // self.decided


# By scheme and clock, then by level.
Promises = dict[tuple[str, str], dict[int, Kept]]


def volumes(session: Session, since: datetime, until: datetime, zone: ZoneInfo) -> Volumes:
    """The cases that came from `since` until before `until`, by the days and hours of `zone`; one that was merged
    into another is counted there."""
    came = CaseRow.created_at >= since, CaseRow.created_at < until, CaseRow.merged_into.is_(None)

    days = {day: Counter[int]() for day in _days(since.astimezone(zone).date(), until.astimezone(zone).date())}
    hours = [[0] * 24 for _ in range(7)]
    quarter = _quarter(session)
    by_level = [func.sum(case((CaseRow.level == level, 1), else_=0)) for level in LEVELS]
    for number, *counts in session.execute(select(quarter, *by_level).where(*came).group_by(quarter)):
        moment = datetime.fromtimestamp(number * _QUARTER_SECONDS, zone)
        days[moment.date()].update(dict(zip(LEVELS, counts, strict=True)))
        hours[moment.weekday()][moment.hour] += sum(counts)
    channels, categories = Counter[str](), Counter[str]()
    kinds = CaseRow.channel, CaseRow.category
    for channel, category, count in session.execute(select(*kinds, func.count()).where(*came).group_by(*kinds)):
        channels[channel] += count
        categories[category] += count
    levels = sum(days.values(), Counter[int]())
    return Volumes(days, levels, channels, categories, _customers(session, came), hours)


def _quarter(session: Session) -> ColumnElement[int]:
    """The quarter of an hour in which a case came, counted from 1970: no zone's days and hours begin within one."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.floor(func.extract("epoch", CaseRow.created_at) / _QUARTER_SECONDS), BigInteger)
    return cast(func.strftime("%s", CaseRow.created_at), BigInteger).op("/", return_type=BigInteger())(_QUARTER_SECONDS)


def promises(session: Session, since: datetime, until: datetime) -> Promises:
    """What became of the promises that were due from `since` until before `until`. Those that
    ended undecided with their case are left out."""
    is_missed = or_(ClockRow.breached_at.is_not(None), ClockRow.met_at > ClockRow.due_at)
    is_kept = and_(ClockRow.breached_at.is_(None), ClockRow.met_at <= ClockRow.due_at)
    rows = session.execute(
        select(
            CaseRow.profile,
            ClockRow.name,
            CaseRow.level,
            func.sum(case((is_kept, 1), else_=0)).label("kept"),
            func.sum(case((is_missed, 1), else_=0)).label("missed"),
        )
        .join(CaseRow, CaseRow.id == ClockRow.case_id)
        .where(ClockRow.is_promise.is_(True), ClockRow.due_at >= since, ClockRow.due_at < until)
        .group_by(CaseRow.profile, ClockRow.name, CaseRow.level)
        .order_by(CaseRow.profile, ClockRow.name, CaseRow.level)
    )
    found: Promises = {}
    for row in rows:
        if row.kept or row.missed:
            found.setdefault((row.profile, row.name), {})[row.level] = Kept(row.kept, row.missed)
    return found


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def _customers(session: Session, came: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    """Those with the most cases, under their names."""
    counts = (
        select(CaseRow.customer_id, func.count().label("count"))
        .where(*came, CaseRow.customer_id.is_not(None))
        .group_by(CaseRow.customer_id)
        .order_by(func.count().desc(), CaseRow.customer_id)
        .limit(_LISTED)
        .subquery()
    )
    rows = session.execute(
        select(CustomerRow.name, counts.c.count)
        .join(counts, counts.c.customer_id == CustomerRow.id)
        .order_by(counts.c.count.desc(), CustomerRow.id)
    )
    named = Counter[str]()
    for name, count in rows:
        named[name] += count  # two may be called the same
    return named
