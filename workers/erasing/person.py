"""Whom an erasure or an export is about, and how what is his is told from what is others'."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from intake.hotline.numbers import e164
from intake.mail import plus
from models.errors import Misconfigured
from models.tables import ContactRow, CustomerDomainRow, CustomerRow, StaffRow, UserRow
from models.values import directory_key

_SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Person:
    """One person: his mailboxes (case-folded, without + part), telephone numbers (E.164) and names. For a whole
    customer: those of all its people, its mail `domains`, and its id."""

    mailboxes: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    contacts: frozenset[int] = field(default=frozenset())
    customer_id: int | None = None

    @property
    def keys(self) -> frozenset[str]:
        """What messages go to, and participants are known by."""
        return self.mailboxes | self.phones

    def is_his(self, sender: str | None) -> bool:
        """True where that address or number is his."""
        if not sender:
            return False
        mailbox = plus.split(sender)[0] if "@" in sender else sender
        return mailbox in self.keys or mailbox.rpartition("@")[2] in self.domains

    def column_is_his(
        self, column: InstrumentedAttribute[str | None] | InstrumentedAttribute[str]
    ) -> ColumnElement[bool]:
        """The same for the rows of a table; it may be true of more, which `is_his` tells."""
        lowered = func.lower(column)
        told = [lowered.in_(sorted(self.keys))]
        for mailbox in sorted(self.mailboxes):
            local, _, domain = mailbox.rpartition("@")
            told.append(lowered.like(f"{_literal(local)}+%@{_literal(domain)}", escape="\\"))
        told += [lowered.like(f"%@{_literal(domain)}", escape="\\") for domain in sorted(self.domains)]
        return or_(*told)


def person(session: Session, said: str, ours: Collection[str] = ()) -> Person:
    """Whoever has that mail address or telephone number. An entry of the directory adds its name and, where nobody else
    has the number, its other address. `ours` are addresses and domains that are the desk's own.

    Raises:
        Misconfigured: it is neither an address nor a number, or it is one of ours.
    """
    address = parseaddr(said)[1] if "@" in said else ""
    if all(address.rpartition("@")[::2]):
        mailbox = plus.split(address)[0]
        _refuse_ours(session, mailbox, ours)
        rows = session.scalars(select(ContactRow).where(ContactRow.address_key == mailbox)).all()
        phones = {row.phone for row in rows if row.phone and _is_alone(session, row.phone)}
        return Person(frozenset({mailbox}), frozenset(phones), _names(rows), contacts=_ids(rows))
    number = e164(said)
    if number is None:
        raise Misconfigured(
            f"{said!r} is neither a mail address nor a telephone number; write name@domain or +8613800138000"
        )
    if session.scalar(select(StaffRow.id).where(StaffRow.phone == number)) is not None:
        raise Misconfigured(f"{number} is one of ours: take it off the staff first")
    rows = session.scalars(select(ContactRow).where(ContactRow.phone == number)).all()
    rows = rows if len(rows) == 1 else []  # a switchboard's number is nobody's
    mailboxes = {row.address_key for row in rows if row.address_key}
    return Person(frozenset(mailboxes), frozenset({number}), _names(rows), contacts=_ids(rows))


def customer(session: Session, number: str) -> Person:
    """Everybody of the customer with that number, or the organisation itself.

    Raises:
        Misconfigured: there is none.
    """
    row = session.scalar(select(CustomerRow).where(CustomerRow.number_key == directory_key(number)))
    if row is None:
        raise Misconfigured(f"there is no customer {number}; see firstline directory export")
    rows = session.scalars(select(ContactRow).where(ContactRow.customer_id == row.id)).all()
    domains = session.scalars(select(CustomerDomainRow.domain).where(CustomerDomainRow.customer_id == row.id))
    return Person(
        frozenset(one.address_key for one in rows if one.address_key),
        frozenset(one.phone for one in rows if one.phone),
        _names(rows) | ({row.name} if len(row.name) >= _SHORTEST_NAME else set()),
        frozenset(domains),
        _ids(rows),
        row.id,
    )


def _refuse_ours(session: Session, mailbox: str, ours: Collection[str]) -> None:
    domain = mailbox.rpartition("@")[2]
    if any(one.lower() in (mailbox, f"@{domain}") for one in ours):
        raise Misconfigured(f"{mailbox} is the desk's own address, which every mail names")
    for table in (UserRow, StaffRow):
        if session.scalar(select(table.id).where(table.address_key == mailbox)) is not None:
            raise Misconfigured(f"{mailbox} is one of ours: take him off the staff and the users first")


def _is_alone(session: Session, phone: str) -> bool:
    return session.scalar(select(func.count()).where(ContactRow.phone == phone)) == 1


def _names(rows: Sequence[ContactRow]) -> frozenset[str]:
    return frozenset(row.name for row in rows if len(row.name) >= _SHORTEST_NAME)


def _ids(rows: Sequence[ContactRow]) -> frozenset[int]:
    return frozenset(row.id for row in rows)


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
