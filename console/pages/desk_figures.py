"""What the desk did in a span of days: how much came and from where, when it is busy, which promises were kept."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from models.tables import CaseRow, ClockRow, CustomerRow

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
    for number, level, count in session.execute(
        select(quarter, CaseRow.level, func.count()).where(*came).group_by(quarter, CaseRow.level)
    ):
        moment = datetime.fromtimestamp(number * _QUARTER_SECONDS, zone)
        days[moment.date()][level] += count
        hours[moment.weekday()][moment.hour] += count
    channels, categories, customers = Counter[str](), Counter[str](), Counter[int]()
    kinds = CaseRow.channel, CaseRow.category, CaseRow.customer_id
    for channel, category, customer_id, count in session.execute(
        select(*kinds, func.count()).where(*came).group_by(*kinds)
    ):
        channels[channel] += count
        categories[category] += count
        if customer_id is not None:
            customers[customer_id] += count
    levels = sum(days.values(), Counter[int]())
    return Volumes(days, levels, channels, categories, _named(session, customers), hours)


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


def _named(session: Session, counts: Counter[int]) -> dict[str, int]:
    most = dict(counts.most_common(_LISTED))
    rows = session.execute(select(CustomerRow.id, CustomerRow.name).where(CustomerRow.id.in_(most))).all()
    names = {row.id: row.name for row in rows}
    return {names[customer_id]: count for customer_id, count in most.items()}
