"""INSERT … ON CONFLICT, which SQLite and PostgreSQL write alike and SQLAlchemy does not."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.tables import Base


def insert(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT into `table` for the database of this session; it knows `on_conflict_do_nothing` and `…_update`."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
