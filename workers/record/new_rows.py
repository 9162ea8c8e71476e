"""The new rows of a batch: kept back until they are all known, and then written by a few statements."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.inserting import insert_rows, values_of
from models.tables import Base


class NewRows:
    """Takes rows as a session does, none of which refers to another. Until `write` nobody can read them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows: defaultdict[type[Base], list[dict[str, object]]] = defaultdict(list)

    def add(self, row: Base) -> None:
        """Have the row written that this object is; the object itself is not kept."""
        self._rows[type(row)].append(values_of(row))

    def extend(self, table: type[Base], rows: Sequence[dict[str, object]]) -> None:
        """Have rows written that are given as their values."""
        self._rows[table] += rows

    def write(self) -> None:
        """Write what was taken so far, after what waits in the session: the rows of a table in the order of adding."""
        self._session.flush()
        for table, rows in self._rows.items():
            insert_rows(self._session, table, rows)
        self._rows.clear()
