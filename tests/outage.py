"""A database that is away for a few transactions, as one that restarts."""

from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from models.db import Database


class Outage:
    """Refuses as many transactions as `left` says."""

    def __init__(self, database: Database) -> None:
        self.left = 0
        event.listen(database.engine, "begin", self._refuse)

    def _refuse(self, connection: Connection) -> None:
        if self.left:
            self.left -= 1
            raise OperationalError("BEGIN", {}, Exception("the database restarts"))
