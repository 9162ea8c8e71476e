"""The lists there are, their columns, and by what a row is known again."""

from collections.abc import Callable
from dataclasses import dataclass

from models.tables import (
    Base,
    ContactRow,
    ContractRow,
    CustomerRow,
    DeviceRow,
    ShiftRow,
    SiteRow,
    StaffRow,
)
from models.values import directory_key
from workers.directory import cells, schemes

Record = dict[str, object]  # column -> what is in it; a reference is the other row's key
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """`read` makes the stored value of a cell or raises cells.Wrong; `empty` is that of an empty cell.
    `refers_to` is the table whose key is in the column. A file may be without one that is `optional`: it came later."""

    name: str
    read: Callable[[str], object]
    is_required: bool = False
    empty: object = None
    refers_to: str | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One list. `keyed` is the column by which a row is known again and, in the database, where its key is;
    None where it takes more than one column, which `key` knows."""

    name: str
    row: type[Base]
    columns: tuple[Column, ...]
    key: Callable[[Record], Key]
    keyed: tuple[str, str] | None = None

    @property
    def own_columns(self) -> tuple[Column, ...]:
        """Those that are columns of the table in the database, by the same name."""
        return tuple(column for column in self.columns if not column.refers_to and column.name != "domains")

    @property
    def references(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.refers_to)


def _required(name: str, read: Callable[[str], object]) -> Column:
    return Column(name, read, is_required=True)


def _of(name: str, table: str, *, is_required: bool = True) -> Column:
    return Column(name, cells.reference, is_required, refers_to=table)


def _by(column: str) -> Callable[[Record], Key]:
    return lambda record: (directory_key(str(record[column])),)


def _contact_key(record: Record) -> Key:
    """The address; of who has none, his name at his customer."""
    if record["address"] is not None:
        return (directory_key(str(record["address"])),)
    return contact_by_name(record)


def contact_by_name(record: Record) -> Key:
    return (record["customer"], directory_key(str(record["name"])))


def _shift_key(record: Record) -> Key:
    return (record["team"], record["staff"], record["starts_at"])


# In the order in which they refer to each other.
TABLES = {
    table.name: table
    for table in (
        Table(
            "customers",
            CustomerRow,
            (
                _required("number", cells.code()),
                _required("name", cells.text),
                Column("language", cells.language),
                Column("note", cells.text, empty=""),
                Column("domains", cells.own_domains, empty=[]),
            ),
            _by("number"),
            ("number", "number_key"),
        ),
        Table(
            "contracts",
            ContractRow,
            (
                _of("customer", "customers"),
                _required("number", cells.code()),
                _required("profile", schemes.profile),
                Column("tier", cells.word),
                _required("starts_on", cells.day),
                Column("ends_on", cells.day),
                Column("expert_days", cells.days),
                Column("named_askers_only", cells.yes_or_no, empty=False),
            ),
            _by("number"),
            ("number", "number_key"),
        ),
        Table(
            "sites",
            SiteRow,
            (
                _of("customer", "customers"),
                _required("number", cells.code()),
                Column("name", cells.text, empty=""),
                Column("city", cells.text, empty=""),
                Column("site_class", schemes.site_class),
            ),
            _by("number"),
            ("number", "number_key"),
        ),
        Table(
            "contacts",
            ContactRow,
            (
                _of("customer", "customers"),
                _required("name", cells.text),
                Column("address", cells.address),
                Column("phone", cells.phone),
                Column("is_named_asker", cells.yes_or_no, empty=False),
                Column("copies_in", cells.language, optional=True),
            ),
            _contact_key,
            ("address", "address_key"),
        ),
        Table(
            "devices",
            DeviceRow,
            (
                _of("customer", "customers"),
                _of("site", "sites", is_required=False),
                _required("serial_number", cells.code()),
                Column("model", cells.text, empty=""),
            ),
            _by("serial_number"),
            ("serial_number", "serial_key"),
        ),
        Table(
            "staff",
            StaffRow,
            (
                _required("name", cells.text),
                _required("address", cells.address),
                Column("phone", cells.phone),
                _required("role", schemes.role),
                Column("teams", schemes.some_teams, empty=[]),
                Column("skills", cells.skills, empty=[]),
                Column("languages", cells.languages, empty=[]),
                Column("is_active", cells.yes_or_no, empty=True),
            ),
            _by("address"),
            ("address", "address_key"),
        ),
        Table(
            "shifts",
            ShiftRow,
            (
                _required("team", schemes.team),
                _of("staff", "staff"),
                _required("starts_at", cells.moment),
                _required("ends_at", cells.moment),
                Column("is_override", cells.yes_or_no, empty=False),
                Column("replaces", cells.reference, refers_to="staff", optional=True),
            ),
            _shift_key,
        ),
    )
}
