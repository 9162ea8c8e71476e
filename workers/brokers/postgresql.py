"""Wake-ups through PostgreSQL: a table and NOTIFY, in a schema of their own."""

import psycopg
from dramatiq_postgres import PostgresBroker
from dramatiq_postgres.schema import init
from dramatiq_postgres.utils import getconn, transaction
from tenacity import stop_after_attempt

from workers.brokers.carrier import ANSWER_SECONDS, PROBE, QUEUE, STALE_SECONDS, wake_up

_STALE = "DELETE FROM dramatiq.queue WHERE state = 'queued' AND queue_name = %s AND mtime < now() - %s * interval '1 s'"
# The library goes on for minutes before it says that the server is gone. Who wakes others repeats it, and says it once.
for _once in (getconn, PostgresBroker.enqueue):
    _once.retry.stop = stop_after_attempt(1)


class PostgresCarrier:
    """A consumer that died is noticed after 4 s instead of a minute."""

    patience = 1000  # NOTIFY ends the wait

    def __init__(self, url: str) -> None:
        self._url = url
        self.broker = PostgresBroker(
            url=url,
            middleware=[],
            results=False,
            heartbeat_interval=1.0,
            heartbeat_ttl=4.0,
            maintenance_interval=2.0,
        )
        self.broker.pool.timeout = self.broker.pool.reconnect_timeout = float(ANSWER_SECONDS)

    def prepare(self) -> None:
        with self._connected() as connection, connection.cursor() as cursor:
            init(cursor)  # not asked before whether it has to be: the answer would be remembered behind its lock
        self.broker.declare_queue(QUEUE)

    def look(self) -> None:
        with transaction(self.broker.pool) as cursor:
            cursor.execute(_STALE, (QUEUE, STALE_SECONDS))

    def version(self) -> str:
        with self._connected() as connection:
            number = connection.info.server_version
        return f"PostgreSQL {number // 10_000}.{number % 10_000}"

    def probe(self) -> None:
        with self._connected() as connection:
            is_made = connection.execute("SELECT to_regclass('dramatiq.queue') IS NOT NULL").fetchone() == (True,)
        if is_made:  # else by the first process
            self.broker.declare_queue(QUEUE)
            self.broker.enqueue(wake_up(PROBE))

    def close(self) -> None:
        self.broker.close()

    def _connected(self) -> psycopg.Connection:
        """A connection of its own: the pool says of every fault that it took too long."""
        return psycopg.connect(self._url, connect_timeout=ANSWER_SECONDS, application_name="firstline")
