"""Whether rows fit together: what they refer to exists, no two customers share an address, a scheme has the tier."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from routing import profile as profiles
from workers.directory.files import Problem
from workers.directory.rows import Row, Rows
from workers.directory.schemes import choice, site_classes
from workers.directory.stored import Stored
from workers.directory.tables import TABLES, Key, Record

LONGEST_SHIFT = timedelta(days=31)


@dataclass(slots=True)
class Known:
    """The directory as it will be, as far as the rows have been looked at."""

    records: dict[str, dict[Key, Record]]
    domains: dict[str, Key]
    schemes: dict[object, set[str]] = field(default_factory=dict)  # by customer, once contracts are known

    def take(self, row: Row) -> None:
        before = self.records[row.table].get(row.key)
        self.records[row.table][row.key] = row.record
        if row.table == "customers":
            for domain in _names(before["domains"]) if before else ():
                del self.domains[domain]
            self.domains |= dict.fromkeys(_names(row.record["domains"]), row.key)

    def schemes_of(self, customer: object) -> set[str]:
        """The profiles of a customer's contracts, of those that are over too."""
        if not self.schemes:
            for record in self.records["contracts"].values():
                self.schemes.setdefault(record["customer"], set()).add(str(record["profile"]))
        return self.schemes.get(customer, set())


def accept(files: Iterable[Rows], stored: Stored) -> tuple[dict[str, list[Row]], list[Problem]]:
    """The rows that can be taken, by table, and why the others cannot."""
    known = Known(
        {name: {key: entry.record for key, entry in entries.items()} for name, entries in stored.tables.items()},
        stored.domains(),
    )
    accepted: dict[str, list[Row]] = {}
    problems: list[Problem] = []
    for rows in files:
        good = accepted.setdefault(rows.table, [])
        for row in rows.rows:
            wrong = [*_references(row, known), *_RULES[row.table](row, known)]
            problems += wrong
            if not wrong:
                known.take(row)
                good.append(row)
    return accepted, problems


def _references(row: Row, known: Known) -> Iterator[Problem]:
    for column in TABLES[row.table].references:
        name, table = row.record[column.name], str(column.refers_to)
        if name is not None and (name,) not in known.records[table]:
            said = f"{row.cells[column.name]!r} is in no row that was taken of {table}; write it there first"
            yield row.problem(column.name, said)


def _nothing(_row: Row, _known: Known) -> Iterator[Problem]:
    yield from ()


def _customer(row: Row, known: Known) -> Iterator[Problem]:
    for domain in _names(row.record["domains"]):
        owner = known.domains.get(domain, row.key)
        if owner != row.key:
            number = known.records["customers"][owner]["number"]
            yield row.problem("domains", f"{domain} is customer {number}'s; take it out there first")


def _contract(row: Row, _known: Known) -> Iterator[Problem]:
    record = row.record
    tiers = profiles.load(str(record["profile"])).tiers
    if record["tier"] is not None and record["tier"] not in tiers:
        yield row.problem("tier", f"profile {record['profile']} has no tier {record['tier']!r}; {choice(tiers)}")
    starts_on, ends_on = record["starts_on"], record["ends_on"]
    if isinstance(starts_on, date) and isinstance(ends_on, date) and ends_on < starts_on:
        yield row.problem("ends_on", f"{ends_on} is before {starts_on}; write the last day of the contract")


def _site(row: Row, known: Known) -> Iterator[Problem]:
    """A class is one of the schemes the customer has contracts of; any scheme's where he has none."""
    given, own = row.record["site_class"], known.schemes_of(row.record["customer"])
    if given is None or not own:
        return
    classes = site_classes(own)
    if given not in classes:
        schemes = ", ".join(sorted(own))
        yield row.problem("site_class", f"the customer's schemes ({schemes}) have no class {given}; {choice(classes)}")


def _contact(row: Row, known: Known) -> Iterator[Problem]:
    record = row.record
    if record["address"] is None and record["phone"] is None:
        yield row.problem("address", "there is neither address nor phone; write one of them")
    other = known.records["contacts"].get(row.key)
    if other is not None and other["customer"] != record["customer"]:
        number = known.records["customers"][(other["customer"],)]["number"]
        yield row.problem("address", f"{record['address']} is a contact of customer {number}; write another address")


def _device(row: Row, known: Known) -> Iterator[Problem]:
    site = known.records["sites"].get((row.record["site"],))
    if site is not None and site["customer"] != row.record["customer"]:
        said = f"site {site['number']} is another customer's; write one of customer {row.cells['customer']}"
        yield row.problem("site", said)


def _shift(row: Row, _known: Known) -> Iterator[Problem]:
    starts_at, ends_at = row.record["starts_at"], row.record["ends_at"]
    if not isinstance(starts_at, datetime) or not isinstance(ends_at, datetime):
        return
    if ends_at <= starts_at:
        yield row.problem("ends_at", "the shift ends before it has begun; write the end after the start")
    elif ends_at - starts_at > LONGEST_SHIFT:
        yield row.problem("ends_at", f"the shift is longer than {LONGEST_SHIFT.days} days; write several")
    if row.record["replaces"] is not None and not row.record["is_override"]:
        yield row.problem("is_override", "who stands in for somebody has an override; write yes")
    if row.record["replaces"] == row.record["staff"]:
        yield row.problem("replaces", "nobody stands in for himself; leave it empty")


def _names(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


_RULES: dict[str, Callable[[Row, Known], Iterator[Problem]]] = {
    "customers": _customer,
    "contracts": _contract,
    "sites": _site,
    "contacts": _contact,
    "devices": _device,
    "staff": _nothing,
    "shifts": _shift,
}
