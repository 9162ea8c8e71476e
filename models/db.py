"""The database. `Database.transaction` is the only place that commits."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from models import case_search
from models.direct import Direct, told_by_sqlalchemy
from models.engine import BEGIN, BUSY_SECONDS, describe, keep_from_changing, make_engine, reading_engine, without_limits
from models.errors import Misconfigured, Temporary
from models.faults import out_of_reach
from models.migrations import HEAD, is_newer
from models.sealing import KEYS, Keyring
from models.turns import TakesTurns, TurnNotReached, Turns
from models.whereabouts import Replaced, Whereabouts

_EMPTYING_SECONDS = 2


class DatabaseBusy(Temporary):
    """The database could not be reached or stayed locked; the same call may work later."""


class Database:
    """An engine and the ways to use it: `transaction` to write, `storing` where that is all that is done, `reading` to
    look. Bodies are sealed and opened by `keys`. Who writes to SQLite waits for one of the `turns`, None elsewhere."""

    def __init__(self, url: str, keys: Keyring | None = None, turns: TakesTurns | None = None) -> None:
        self.engine = make_engine(url)
        self._reader = reading_engine(self.engine)
        self.turns = (turns or Turns()) if self.engine.dialect.name == "sqlite" else None
        self.keys = keys or Keyring()
        self._info = {KEYS: self.keys}
        self._file = Whereabouts(self.engine.url)
        event.listen(self.engine, "do_connect", self._file.before_connecting, insert=True)

    @contextmanager
    def transaction(self, gives_way: bool = False) -> Iterator[Session]:
        """Everything written in the block is committed together, or not at all; with it, what cases are found by. One
        that `gives_way` is for work that nobody waits for: on SQLite those go first whom a sender, a caller or a member
        of staff waits for.

        Raises:
            DatabaseBusy: the database is locked, full or out of reach.
        """
        with (
            _busy("the database did not take the change"),
            told_by_sqlalchemy(self.engine.dialect),
            self._turn(gives_way),
            Session(self.engine, expire_on_commit=False, info=self._info) as session,
            session.begin(),
        ):
            yield session
            case_search.write(session)
            self._file.check()

    @contextmanager
    def storing(self) -> Iterator[Direct]:
        """Like `transaction`, for what arrives and changes no case: past SQLAlchemy, which takes twice the time of the
        statements and of the commit itself.

        Raises:
            DatabaseBusy: the database is locked, full or out of reach.
        """
        dialect = self.engine.dialect
        with (
            _busy("the database did not take the change"),
            told_by_sqlalchemy(dialect),
            self._turn(gives_way=False),
            closing(self.engine.raw_connection()) as connection,
        ):
            cursor = connection.cursor()
            if dialect.name == "sqlite":
                cursor.execute(BEGIN)
            yield Direct(cursor, dialect, self.keys)
            self._file.check()
            connection.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view of the data; nothing written in the block is kept.

        Raises:
            DatabaseBusy: the database is out of reach.
        """
        with (
            _busy("the database did not answer", reading=True),
            Session(self._reader, expire_on_commit=False, autoflush=False, info=self._info) as session,
        ):
            self._file.check()
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """What is stored at this moment, for as long as it takes to read all of it; others go on writing.

        Raises:
            DatabaseBusy: the database is out of reach.
        """
        with (
            _busy("the database did not answer", reading=True),
            self._reader.connect() as connection,
            connection.begin(),
        ):
            without_limits(connection)
            yield connection

    @contextmanager
    def standing_still(self) -> Iterator[Connection]:
        """While the block lasts all may read, and whoever would write waits, and gives up as if the database were busy.

        Raises:
            DatabaseBusy: somebody writes all the time, or it is out of reach.
        """
        with self._begun("the database could not be kept from changing") as connection:
            keep_from_changing(connection)
            yield connection

    @contextmanager
    def filling(self) -> Iterator[Connection]:
        """For whoever makes the tables and fills them: what is done in the block is kept together, or not at all, and
        nobody else makes any meanwhile.

        Raises:
            DatabaseBusy: the database is locked, full or out of reach.
        """
        from models.migrations.run import wait_for_the_others  # noqa: PLC0415 - Alembic takes 0.6 s to import

        with self._begun("the database did not take what was to be filled in") as connection:
            wait_for_the_others(connection)
            yield connection

    @contextmanager
    def _begun(self, failed: str) -> Iterator[Connection]:
        """A transaction that no session has. `failed` is what DatabaseBusy says where it cannot be had."""
        with _busy(failed), self.engine.connect() as connection, connection.begin():
            yield connection

    def migrate(self) -> None:
        """Bring the tables to this version's state; does nothing where they already are.

        Raises:
            DatabaseBusy: the database is locked, full or out of reach.
            Misconfigured: it is none that the data can be kept in, or one of a newer version.
        """
        if (revision := self.revision()) == HEAD:
            return
        refuse_newer(revision)
        self.server()
        from models.migrations.run import upgrade  # noqa: PLC0415 - Alembic takes 0.6 s to import

        with _busy("the database could not be brought to this version"):
            upgrade(self.engine)

    def revision(self) -> str | None:
        """The migration the tables are at, or None for an empty database.

        Raises:
            DatabaseBusy: the database is out of reach.
        """
        with _busy("the database did not answer"), self._reader.connect() as connection:
            self._file.check()
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def server(self) -> str:
        """The program that keeps the data, with its version.

        Raises:
            DatabaseBusy: the database is out of reach.
            Misconfigured: it is none that the data can be kept in; the message says what to mend.
        """
        with _busy("the database did not answer"), self._reader.connect() as connection:
            return describe(connection)

    def damage(self) -> str:
        """The first that SQLite finds wrong with its file, which it reads all of; a server looks after its own.

        Raises:
            DatabaseBusy: the database is out of reach.
        """
        if self.engine.dialect.name != "sqlite":
            return ""
        with _busy("the database did not answer"), self._reader.connect() as connection:
            found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
        return "" if found == "ok" else " ".join(found.split())

    def empty_log(self) -> bool:
        """Have SQLite's write-ahead log written into the file and cut to nothing: pages as they were before a change
        else lie there for as long as a process has the file open. False where others read or wrote all the time.

        Raises:
            DatabaseBusy: the database is out of reach.
        """
        with (
            _busy("the log of the database could not be emptied"),
            told_by_sqlalchemy(self.engine.dialect),
            self._turn(gives_way=False),
            closing(self.engine.raw_connection()) as connection,
        ):
            cursor = connection.cursor()
            # Nobody writes while it waits for whoever reads.
            cursor.execute(f"PRAGMA busy_timeout={_EMPTYING_SECONDS * 1000}")
            try:
                answer = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
            return answer is not None and answer[0] == 0

    def close(self) -> None:
        self.engine.dispose()

    def _turn(self, gives_way: bool) -> AbstractContextManager[None]:
        return nullcontext() if self.turns is None else self.turns.turn(BUSY_SECONDS, gives_way)


def refuse_newer(revision: str | None, what: str = "the database") -> None:
    """Raises Misconfigured where only a later version of the program knows that revision."""
    if revision is not None and is_newer(revision):
        raise Misconfigured(
            f"{what} is of a newer Firstline (revision {revision}; this one knows {HEAD}): install that version"
        )


@contextmanager
def _busy(sentence: str, reading: bool = False) -> Iterator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseBusy(f"{sentence}: all connections are taken") from error
    except Replaced as error:
        raise DatabaseBusy(f"{sentence}: {error}") from error
    except TurnNotReached as error:
        raise DatabaseBusy(f"{sentence}: others were writing all the time") from error
    except DBAPIError as error:
        because = out_of_reach(error, reading)
        if because is None:
            raise
        raise DatabaseBusy(f"{sentence}: {because}") from error
