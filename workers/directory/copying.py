"""The directory, and what else the desk knows beforehand, copied from one database into an empty one."""

from sqlalchemy import insert, select

from models.db import Database
from models.errors import Misconfigured
from models.migrations import HEAD
from models.tables import (
    Base,
    ContactRow,
    ContractRow,
    CustomerDomainRow,
    CustomerRow,
    DeviceRow,
    KnowledgeRow,
    ProfileVersionRow,
    ShiftRow,
    SiteRow,
    StaffRow,
)

# What others refer to stands before them.
EVERYTHING: tuple[type[Base], ...] = (
    CustomerRow,
    CustomerDomainRow,
    ContactRow,
    SiteRow,
    DeviceRow,
    ContractRow,
    StaffRow,
    ShiftRow,
    ProfileVersionRow,
    KnowledgeRow,
)
STAFF: tuple[type[Base], ...] = (StaffRow, ShiftRow, ProfileVersionRow)
_AT_ONCE = 1000


def copy_directory(source: Database, target: Database, copied: tuple[type[Base], ...] = EVERYTHING) -> None:
    """Copy customers, staff, shifts, scheme versions and documents, or some of these; `source` is only read. What was
    learnt from cases is left out with the cases: it is not for customers.

    Raises:
        Misconfigured: `source` is not at this version's state.
    """
    revision = source.revision()
    if revision is None:
        return
    if revision != HEAD:
        raise Misconfigured(
            f"the database is at revision {revision}, this version needs {HEAD}; start firstline up once, or name "
            "another folder with --data"
        )
    with source.reading() as session, target.transaction() as written:
        for row in copied:
            query = select(row.__table__)
            if row is KnowledgeRow:
                query = query.where(KnowledgeRow.case_id.is_(None))
            for rows in session.execute(query).mappings().partitions(_AT_ONCE):
                written.execute(insert(row), [dict(found) for found in rows])
