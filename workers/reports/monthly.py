"""The cases of a customer in a month, read for the service report."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models.errors import Misconfigured
from models.tables import CaseRow, ContractRow, CustomerRow
from models.values import Language, directory_key
from routing import profile as profiles
from routing.calendar import BusinessTime
from routing.clocks import business_time
from routing.profile import Profile
from routing.statistics import CaseRecord, Statistics, summarise
from workers.reports.records import read_cases

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month."""

    first: date

    @property
    def next(self) -> date:
        """The first day of the month after it."""
        return (self.first + timedelta(days=31)).replace(day=1)

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its beginning and the beginning of the next one in `zone`, in UTC."""
        begin, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (self.first, self.next))
        return begin, end

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """What a customer is told of a month. `scheme` is the profile of his contract: its zone cuts the month, and its
    names of the levels are used."""

    number: str
    name: str
    month: Month
    language: Language
    scheme: Profile
    made_at: datetime
    records: tuple[CaseRecord, ...]
    statistics: Statistics

    def level_name(self, record: CaseRecord) -> str:
        """The level of a case as the scheme that it was planned by calls it."""
        return scheme_named(record.profile, self.scheme).level_name(record.level, self.language, record.category)


def month_of(text: str) -> Month:
    """Raises Misconfigured if `text` is no month such as 2026-11."""
    if not (found := _MONTH.fullmatch(text)):
        raise Misconfigured(f"{text!r} is no month; write for example 2026-11")
    return Month(date(int(found[1]), int(found[2]), 1))


def find_customer(session: Session, number: str) -> CustomerRow | None:
    """The customer of that number, however it is spaced and capitalised."""
    key = directory_key(number).replace("\0", "")  # PostgreSQL takes no NUL
    return session.scalar(select(CustomerRow).where(CustomerRow.number_key == key))


def customers_with_cases(session: Session, month: Month, default: Profile) -> list[CustomerRow]:
    """The customers who had cases in that month, in the order of their numbers: one look into an index for each."""
    begin, end = month.bounds(default.hours.zone)
    day = timedelta(days=1)  # a customer's own zone may be another one
    has_cases = exists().where(
        CaseRow.customer_id == CustomerRow.id,
        CaseRow.created_at >= begin - day,
        CaseRow.created_at < end + day,
        CaseRow.merged_into.is_(None),
    )
    return list(session.scalars(select(CustomerRow).where(has_cases).order_by(CustomerRow.number_key)))


def monthly_report(
    session: Session, customer: CustomerRow, month: Month, language: Language | None, default: Profile, now: datetime
) -> MonthlyReport:
    """The report of that month. `default` is the profile of a customer without a contract."""
    scheme = _scheme(session, customer, month, default)
    records = tuple(read_cases(session, customer, *month.bounds(scheme.hours.zone), now))
    return MonthlyReport(
        number=customer.number,
        name=customer.name,
        month=month,
        language=language or language_of(customer),
        scheme=scheme,
        made_at=now,
        records=records,
        statistics=summarise(records, scheme.hours.zone, _business(records, scheme)),
    )


def scheme_named(name: str | None, default: Profile) -> Profile:
    """The profile of that name, or `default` where there is none any more."""
    if name is None:
        return default
    try:
        return profiles.load(name)
    except Misconfigured:
        return default


def language_of(customer: CustomerRow | None) -> Language:
    """The customer's language, else English."""
    known = customer.language if customer is not None else None
    return Language(known) if known in set(Language) else Language.ENGLISH


def _scheme(session: Session, customer: CustomerRow, month: Month, default: Profile) -> Profile:
    """The profile of the contract that was in force in that month; of several, the latest."""
    name = session.scalar(
        select(ContractRow.profile)
        .where(ContractRow.customer_id == customer.id, ContractRow.starts_on < month.next)
        .where((ContractRow.ends_on.is_(None)) | (ContractRow.ends_on >= month.first))
        .order_by(ContractRow.starts_on.desc(), ContractRow.id.desc())
        .limit(1)
    )
    return scheme_named(name, default)


def _business(records: Sequence[CaseRecord], scheme: Profile) -> dict[str, BusinessTime]:
    """The working time of every profile in the records; of one that is no more, that of `scheme`."""
    return {name: business_time(scheme_named(name, scheme).hours) for name in {record.profile for record in records}}
